"""What the whole program uses: `python tests/bench/whole_window.py [memory] [idle] [stream] [edits]`, all by default.

memory: PSS of the process tree with a 2,000-line file open, before the composer was used and after ten requests; and
        what it would be if no other program shared its libraries.
idle:   CPU and wake-ups (voluntary context switches) of the tree in 60 s, by thread, and what was painted meanwhile.
stream: CPU of the tree while an answer streams into the window at 200 tokens a second; edits: one of edits for the file
        that is open.

The program runs in a process of its own, offscreen, from bytecode as an installed one does: it was started and ended
once before. The server is in this process. The built-in model is not started.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from tests.bench.process_tree import alone_mib, cpu_of, pss_mib, tree_of, usage_of, wake_ups_of
from tests.bench.stalls import edits_of
from tests.support.http_exchange import Exchange
from tests.support.openai_server import OpenAIServer, ServerUsage
from tests.support.wire_answers import wire_of

ROOT = Path(__file__).resolve().parents[2]
SETTLING_S = 12
IDLE_S = 60
REQUESTS = 10
TOKENS_PER_S = 200
STREAM_S = 20

CHILD = """
import sys
from copilot_desktop.late_imports import put_off
put_off()  # both as the program does it, before anything else is imported
from copilot_desktop.app.lean_pyside import import_pyside
import_pyside()
from PySide6.QtCore import QEvent, QObject, QSocketNotifier, Qt, QTimer
from PySide6.QtWidgets import QApplication
from copilot_desktop import app as program
from copilot_desktop.app import program as parts

class Paints(QObject):
    def __init__(self):
        super().__init__()
        self.seen = {}
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            name = type(watched).__name__
            self.seen[name] = self.seen.get(name, 0) + 1
        return False

PAINTS = Paints()

def on_line():
    word = sys.stdin.readline().strip()
    app = QApplication.instance()
    if word == "paints":  # an event filter of Python's costs more than all that is measured: only where it is asked for
        app.installEventFilter(PAINTS)
        print("ready", flush=True)
    elif word == "painted":
        app.removeEventFilter(PAINTS)
        print(PAINTS.seen, flush=True)
    elif word == "ask":
        ask()
    else:
        app.quit()

def ask():
    from PySide6.QtTest import QTest
    from copilot_desktop.ui.chat.chat_panel import ChatPanel
    window = QApplication.activeWindow()
    panel = window and window.findChild(ChatPanel)
    if panel is None:  # on a busy machine it may not be there yet
        QTimer.singleShot(500, ask)
    else:
        if not hasattr(panel, "bench"):
            panel.turn_ended.connect(lambda _turn: print("ended", flush=True))
            panel.bench = True
        panel.composer.prompt.setFocus()
        QTest.keyClicks(panel.composer.prompt, "What is this")
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)

Program = parts.Program
class Listening(Program):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.bench = QSocketNotifier(0, QSocketNotifier.Type.Read, self)
        self.bench.activated.connect(on_line)
parts.Program = Listening
sys.exit(program.main(sys.argv[1:]))
"""


class Driven:
    """The program in a process of its own, told what to do by lines."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(folder), str(folder / "long.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environ,
            text=True,
        )
        self.pid = self.process.pid

    def tell(self, word: str) -> None:
        """Have it do something."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        """What it says of it."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.communicate(timeout=30)


def measure_memory(program: Driven) -> None:
    for _ in range(REQUESTS):
        program.tell("ask")
        program.hear()
    time.sleep(2)
    say_memory(program, f"after {REQUESTS} requests")


def say_memory(program: Driven, when: str) -> None:
    print(f"memory: {pss_mib(program.pid):.0f} MiB {when}, {alone_mib(program.pid):.0f} if it were alone", flush=True)


def measure_idle(program: Driven) -> None:
    begun, threads = usage_of(program.pid), {pid: wake_ups_of(pid) for pid in tree_of(program.pid)}
    time.sleep(IDLE_S)
    used = usage_of(program.pid).since(begun)
    print(f"idle: {used.cpu_s / IDLE_S * 100:.2f} % of a core, {used.wake_ups / IDLE_S:.1f} wake-ups a second")
    for pid, before in threads.items():
        for name, count in wake_ups_of(pid).items():
            if count - before.get(name, 0) > IDLE_S / 10:
                print(f"      {(count - before.get(name, 0)) / IDLE_S:.1f} of them in thread {name}")
    program.tell("paints")
    program.hear()
    time.sleep(IDLE_S / 4)
    program.tell("painted")
    print(f"      painted in {IDLE_S / 4:.0f} s: {program.hear()}", flush=True)


def measure_stream(program: Driven, server: OpenAIServer, edits: str = "") -> None:
    """CPU while an answer streams: of words, or of these edits for the file that is open, four characters a token."""

    def reply(exchange: Exchange) -> None:
        wire = wire_of(exchange)
        wire.begin()
        start = time.monotonic()
        for number in range(TOKENS_PER_S * STREAM_S):
            time.sleep(max(0.0, start + number / TOKENS_PER_S - time.monotonic()))
            words = "token " if number % 40 else "\n\nA line "
            wire.text(edits[4 * number : 4 * number + 4] if edits else words)
        wire.end("stop", ServerUsage())
        exchange.end_stream()

    server.replies(reply)
    if edits:
        # What was scripted before is still to be played once.
        server.replies(reply)
        program.tell("ask")
        program.hear()
    program.tell("ask")
    time.sleep(2)
    begun, clock = usage_of(program.pid), time.monotonic()
    time.sleep(STREAM_S - 5)
    share = usage_of(program.pid).since(begun).cpu_s / (time.monotonic() - clock) * 100
    program.hear()
    what = "edits" if edits else "words"
    print(f"stream of {what}: {share:.1f} % of a core at {TOKENS_PER_S} tokens/s", flush=True)


def add_profile(server: OpenAIServer, environ: dict[str, str]) -> None:
    profile = ProfileSetting("Test", base_url=server.base_url, model="test-model", key_source="none")
    SettingsStore(program_folders(environ).config).save(ModelsPage((profile,), "Test"))


def compile_all(server: OpenAIServer, folder: Path, environ: dict[str, str]) -> None:
    """Make the bytecode of all that is imported, as an installed program has it, up to a first request: in a home of
    its own, since where there is a conversation it is shown at the next start."""
    environ = environ | {"COPILOT_DESKTOP_HOME": f"{environ['COPILOT_DESKTOP_HOME']}-first"}
    add_profile(server, environ)
    program = Driven(folder, environ)
    time.sleep(SETTLING_S)
    program.tell("ask")
    program.hear()
    program.end()


def main() -> None:
    """Start both and measure."""
    wanted = sys.argv[1:] or ["memory", "idle", "stream", "edits"]
    with tempfile.TemporaryDirectory() as name, OpenAIServer(models=("test-model",)) as server:
        folder = Path(name) / "shop"
        folder.mkdir()
        lines = "def total_{0}(items):\n    net = {0}\n    tax = 1\n    return net + tax\n"
        source = "".join(lines.format(number) for number in range(500))
        (folder / "long.py").write_text(source)
        environ = os.environ | {"COPILOT_DESKTOP_HOME": f"{name}/home", "PYTHONPATH": str(ROOT), "HOME": name}
        environ |= {"QT_QPA_PLATFORM": "offscreen", "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
        add_profile(server, environ)
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
        environ["PYTHONPYCACHEPREFIX"] = f"{name}/bytecode"
        compile_all(server, folder, environ)
        program = Driven(folder, environ)
        try:
            time.sleep(SETTLING_S)
            print(
                f"started: {cpu_of(program.pid):.1f} s of CPU in {SETTLING_S} s, {len(tree_of(program.pid))} processes"
            )
            if "memory" in wanted:  # before the filter that counts paints: for that PySide makes 2 MiB of classes
                say_memory(program, "before the composer was used")
            if "idle" in wanted:
                measure_idle(program)
            if "memory" in wanted:
                measure_memory(program)
            if "stream" in wanted:
                measure_stream(program, server)
            if "edits" in wanted:
                measure_stream(program, server, edits_of("long.py", source) * 5)
        finally:
            program.end()


if __name__ == "__main__":
    main()
