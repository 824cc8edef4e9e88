"""GUI stalls with everything at once: `python tests/bench/stalls.py [SECONDS] [edits [large]]`, 60 by default.

The real window, offscreen, in a process of its own: an answer streams at 300 tokens/s into a conversation of 200 KB
while a 10 MB Python file is typed in near its middle (words, lines, brackets, deletions, undo; each ten seconds
elsewhere). With `edits` the answer is one of search/replace blocks for a file of 8,000 lines, which is typed in; with
`edits large` they are for the one of 10 MB, all over it.
Colours, hot exit, the watch on the folder and the garbage collector are on, as in the program. The server is in the
process that prints. One pass of the event loop is one figure, with the key that was pressed in it: the GUI thread's
own work (processor time), and what the clock says, in which other programs and the own threads have a share.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from copilot_desktop.app.desktop_window import DesktopWindow

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

FILE_BYTES, EDITED_BYTES = 10_000_000, 300_000
TOKENS_PER_S, TOKEN_CHARACTERS = 300, 4
PROSE = """The function `total` starts from the integer 0, so an **empty basket** gives the wrong type. See *below*.

- first, the start value is passed
- second, the loop becomes a generator

```python
def total(self) -> Decimal:
    \"\"\"Sum of all items.\"\"\"
    return sum((item.price * item.count for item in self.items), Decimal(0))
```

"""
MOST_BLOCKS = 1_000
FILLING_TURNS, FILLING_CHARACTERS = 10, 20_000
KEY_S = 0.07
PLACE_KEYS = 140
LONGEST_MS, LATE_MS = 50.0, 16.0


def main(argv: list[str]) -> int:
    """Print the figures; exit 1 when a goal is missed."""
    from copilot_desktop.settings.folders import program_folders
    from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
    from copilot_desktop.settings.store import SettingsStore
    from tests.support.openai_server import OpenAIServer

    seconds = argv[0] if argv else "60"
    has_edits = "edits" in argv
    with tempfile.TemporaryDirectory() as name, OpenAIServer(models=("test-model",)) as server:
        folder = Path(name) / "shop"
        folder.mkdir()
        source = python_source(FILE_BYTES if "large" in argv or not has_edits else EDITED_BYTES)
        (folder / "large.py").write_bytes(source)
        environ = os.environ | {"COPILOT_DESKTOP_HOME": f"{name}/home", "HOME": name, "PYTHONPATH": str(ROOT)}
        environ |= {"DBUS_SESSION_BUS_ADDRESS": "disabled:"}
        environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        profile = ProfileSetting("Test", base_url=server.base_url, model="test-model", key_source="none")
        SettingsStore(program_folders(environ).config).save(ModelsPage((profile,), "Test"))
        serve(server, float(seconds), edits_of("large.py", source.decode()) if has_edits else PROSE)
        command = [sys.executable, str(Path(__file__)), "--window", str(folder), seconds]
        found = json.loads(subprocess.run(command, env=environ, stdout=subprocess.PIPE, check=True).stdout)
    return show(found)


def show(found: dict[str, list[list[float]]]) -> int:
    """A line per kind of pass; returns the exit code. Passes without any work are left out."""
    is_met = True
    print(f"{'passes of the event loop, ms':>34} {'number':>7} {'p50':>6} {'p95':>6} {'p99':>6} {'max':>6}")
    for kind, passes in found.items():
        for at, clock in enumerate(("processor", "clock")):
            figures = sorted(each[at] for each in passes if each[0] > 0.2) or [0.0]
            part = [figures[min(int(len(figures) * share), len(figures) - 1)] for share in (0.5, 0.95, 0.99, 1.0)]
            print(f"{f'{kind}, {clock}':>34} {len(figures):>7} " + " ".join(f"{each:>6.1f}" for each in part))
            if (kind, clock) == ("all", "processor"):
                is_met = part[2] <= LATE_MS and part[3] <= LONGEST_MS
    print("goals (p99 16, max 50, processor): " + ("met" if is_met else "missed"))
    return 0 if is_met else 1


def python_source(size: int) -> bytes:
    """Real Python of so many bytes: files of the standard library, one after the other, none of them twice."""
    library, pieces, left = Path(os.__file__).parent, list[bytes](), size
    for place in (*sorted(library.glob("*.py")), *sorted(library.glob("*/*.py"))):
        with contextlib.suppress(UnicodeDecodeError):
            place.read_bytes().decode()
            pieces.append(place.read_bytes())
            left -= len(pieces[-1])
        if left <= 0:
            break
    return b"".join(pieces)[:size].rpartition(b"\n")[0] + b"\n"


def edits_of(path: str, source: str) -> str:
    """Search/replace blocks, each for four lines that stand in the file once."""
    lines = source.splitlines(keepends=True)
    blocks = []
    for at in range(10, len(lines) - 10, max(24, len(lines) // MOST_BLOCKS)):
        old = lines[at : at + 4]
        if source.count("".join(old)) == 1 and all(line.strip() for line in old):
            new = [*old[:2], f"        changed_{at} = 1\n", f"        added_{at} = 2\n", old[3]]
            body = "".join([*old, "=======\n", *new])
            blocks.append(f"One more:\n\n{path}\n```python\n<<<<<<< SEARCH\n{body}>>>>>>> REPLACE\n```\n\n")
    return "".join(blocks)


def serve(server: object, seconds: float, sample: str) -> None:
    """Answer the first turns at once, and then one at the rate of a quick model: of the sample, again and again."""
    from tests.support.http_exchange import Exchange
    from tests.support.openai_server import OpenAIServer, ServerUsage
    from tests.support.wire_answers import wire_of

    assert isinstance(server, OpenAIServer)

    def reply(exchange: Exchange) -> None:
        wire = wire_of(exchange)
        is_filling = "Fill number" in json.dumps(exchange.request.body["messages"][-1])
        size = FILLING_CHARACTERS if is_filling else int((seconds + 30) * TOKENS_PER_S * TOKEN_CHARACTERS)
        piece = PROSE if is_filling else sample
        text, step = piece * (1 + size // len(piece)), 400 if is_filling else TOKEN_CHARACTERS
        wire.begin()
        start = time.monotonic()
        for number, at in enumerate(range(0, size, step)):
            if not is_filling:
                time.sleep(max(0.0, start + number / TOKENS_PER_S - time.monotonic()))
            wire.text(text[at : at + step])
        wire.end("stop", ServerUsage())
        exchange.end_stream()

    server.replies(reply)


class Passes:
    """Turns the event loop itself, one pass at a time, and notes what each cost."""

    def __init__(self) -> None:
        from PySide6.QtCore import QCoreApplication, QEvent

        self.figures: dict[str, list[list[float]]] = {"all": [], "with a key": []}
        self.is_noting = False

        def work() -> None:
            QCoreApplication.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

        self._work = work

    def once(self, key: Callable[[], object] | None = None) -> None:
        """One pass, begun by a key."""
        used, clock = time.thread_time(), time.perf_counter()
        if key is not None:
            key()
        self._work()
        figure = [(time.thread_time() - used) * 1000, (time.perf_counter() - clock) * 1000]
        if self.is_noting:
            self.figures["all"].append(figure)
            if key is not None:
                self.figures["with a key"].append(figure)
        time.sleep(0.0005)

    def until(self, is_so: Callable[[], object], limit_s: float = 120.0) -> None:
        """Turn it until something holds."""
        end = time.monotonic() + limit_s
        while not is_so():
            assert time.monotonic() < end, "waited too long"
            self.once()

    def during(self, seconds: float) -> None:
        """Turn it for a while."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end, seconds + 60)


def drive(folder: Path, seconds: float) -> dict[str, list[list[float]]]:
    """In the window's process: fill the conversation, ask once more, and type while the answer comes."""
    from copilot_desktop.app.command_line import Place
    from copilot_desktop.app.program import Program, make_application
    from copilot_desktop.bridge.crashes import CrashHook
    from copilot_desktop.settings.folders import program_folders
    from copilot_desktop.ui.chat.chat_panel import ChatPanel
    from copilot_desktop.ui.theme.theme import Theme, ThemeChoice

    app = make_application([])
    folders, theme = program_folders(os.environ), Theme(ThemeChoice.DARK)
    theme.apply(app)
    program = Program(folders, dict(os.environ), theme, CrashHook(folders.state))
    desktop = program.open_window(Place(folder))
    passes = Passes()
    desktop.window.resize(1440, 900)
    passes.until(lambda: desktop.core is not None and desktop.workspace.is_watching)
    passes.until(lambda: desktop.window.findChild(ChatPanel) is not None)
    desktop.documents.open("large.py")
    passes.until(lambda: desktop.documents.find("large.py") is not None)
    panel = desktop.window.findChild(ChatPanel)
    assert panel is not None
    ended = list[object]()
    panel.turn_ended.connect(ended.append)
    for number in range(FILLING_TURNS):
        ask(panel, f"Fill number {number}")
        passes.until(lambda: len(ended) > number)  # noqa: B023 - called before the next number
    passes.during(3)
    passes.is_noting = True
    ask(panel, "And now?")
    type_away(desktop, passes, seconds)
    passes.is_noting = False
    assert len(ended) == FILLING_TURNS, "the answer ended before the typing"
    assert desktop.documents.is_dirty("large.py")
    assert list(folders.state.rglob("*.unsaved")), "nothing was kept by hot exit"
    desktop.window.close_now()
    return passes.figures


def ask(panel: object, prompt: str) -> None:
    """Type a prompt and send it."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from copilot_desktop.ui.chat.chat_panel import ChatPanel

    assert isinstance(panel, ChatPanel)
    panel.composer.prompt.setFocus()
    QTest.keyClicks(panel.composer.prompt, prompt)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)


def type_away(desktop: DesktopWindow, passes: Passes, seconds: float) -> None:
    """Type as a quick typist does, each ten seconds at another place."""
    from copilot_desktop.text.ranges import LineRange

    view = desktop.window.editors.view_of("large.py")
    assert view is not None
    view.setFocus()
    rng = random.Random(7)  # noqa: S311 - the same keys each time
    keys, end = typed(rng), time.monotonic() + seconds
    number = 0
    while time.monotonic() < end:
        if number % PLACE_KEYS == 0:
            line = rng.randrange(view.code.lineCount() // 3, view.code.lineCount() * 2 // 3)
            passes.once(lambda: view.show_lines(LineRange(line, line)))  # noqa: B023 - called at once
        press = next(keys)
        passes.once(lambda: press(view.code))  # noqa: B023 - called at once
        number += 1
        passes.during(KEY_S)


def typed(rng: random.Random) -> Iterator[Callable[[QWidget], None]]:
    """Keys, each as what presses it in a widget."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    def press(key: Qt.Key, text: str = "", control: bool = False) -> Callable[[QWidget], None]:
        modifier = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        return lambda widget: QTest.sendKeyEvent(QTest.KeyAction.Click, widget, key, text, modifier)

    words = ("def total(self, items):", "return sum(item.price for item in items)", "# für alle", '"text"', "[1, 2]")
    while True:
        yield press(Qt.Key.Key_End)
        yield press(Qt.Key.Key_Return, "\r")
        for character in rng.choice(words):
            yield press(Qt.Key.Key_X, character)
        for _ in range(rng.randrange(4)):
            yield press(Qt.Key.Key_Backspace, "\b")
        if rng.random() < 0.3:
            yield press(Qt.Key.Key_Z, control=True)
        yield press(Qt.Key.Key_Up)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--window"]:
        print(json.dumps(drive(Path(sys.argv[2]), float(sys.argv[3]))))
    else:
        sys.exit(main(sys.argv[1:]))
