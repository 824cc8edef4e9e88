"""Compares the start of the installed program with that from source, from outside: what the screen shows.

.venv/bin/python tests/bench/installed_start.py PROGRAM [RUNS]

PROGRAM is the frozen program (`build/linux/frozen/copilot-desktop/copilot-desktop`, `/usr/bin/…`) or an AppImage. Each
run opens a 2,000-line file under Xvfb, whose picture lies in a file; the times are until 90 % of the picture are as in
a first run some seconds after its start (the window is painted), and 98 % (chat and explorer are filled). From source
and installed side by side, since other work slows both; the processor time until the window is painted moves less.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINES = 2000
EVERY = 4 * 61
"""Bytes from one compared pixel to the next: about 17,000 of them."""
PAINTED, COMPLETE = 0.90, 0.98
SETTLED_S, LIMIT_S = 8.0, 60.0


@contextmanager
def screen(folder: Path) -> Iterator[tuple[str, Path]]:
    """A screen: its name, and the file with its picture."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-fbdir", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    try:
        yield f":{server.stdout.readline().strip()}", folder / "Xvfb_screen0"
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


def shown(picture: Path) -> bytes:
    """Some of the pixels."""
    return picture.read_bytes()[::EVERY]


def processor_seconds(process: int) -> float:
    """What all threads of a process have had of the processors."""
    tasks = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(each.read_text().split()[0]) for each in tasks) / 1e9


def start(command: list[str], environ: dict[str, str], picture: Path, wanted: bytes) -> tuple[list[float], bytes]:
    """Seconds until the picture is nearly and quite the wanted one, and those of the processor until the first; without
    a wanted one, what it is in the end."""
    began = time.monotonic()
    program = subprocess.Popen(command, env=environ, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    reached: list[float] = []
    used = 0.0
    try:
        if not wanted:
            time.sleep(SETTLED_S)
            seen = shown(picture)
            if len(set(seen)) < 3:
                raise SystemExit(f"nothing was shown within {SETTLED_S:.0f} s: the machine has too much else to do")
            return [], seen
        while len(reached) < 2:
            part = sum(map(int.__eq__, shown(picture), wanted)) / len(wanted)
            seconds = time.monotonic() - began
            reached += [seconds] * ((part >= PAINTED) + (part >= COMPLETE) - len(reached))
            if reached and not used:
                used = processor_seconds(program.pid)
            if seconds > LIMIT_S:
                raise SystemExit("the window never looked as in the first run")
            time.sleep(0.003)
        return [*reached, used], b""
    finally:
        time.sleep(0.5)
        program.terminate()
        program.wait()


def main() -> int:
    """Run and print."""
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    commands = {
        "from source": [sys.executable, "-m", "copilot_desktop"],
        "installed": [str(Path(sys.argv[1]).resolve())],
    }
    figures: dict[str, list[list[float]]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as name, screen(Path(name)) as (display, picture):
        folder = Path(name)
        file = folder / "shop" / "long.py"
        file.parent.mkdir()
        body = ["def total(items):", "    return sum(item.price for item in items)", "", ""]
        file.write_text("\n".join(body * (LINES // len(body))))
        wanted: dict[str, bytes] = {}
        for run in range(runs + 2):
            for what, command in commands.items():
                environ = os.environ | {
                    "DISPLAY": display,
                    "QT_QPA_PLATFORM": "xcb",
                    "DBUS_SESSION_BUS_ADDRESS": "disabled:",
                }
                environ |= {"COPILOT_DESKTOP_HOME": str(folder / what), "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
                environ.pop("PYTHONDONTWRITEBYTECODE", None)
                reached, seen = start(
                    [*command, str(file)], environ, picture, wanted.get(what, b"") if run > 1 else b""
                )
                if run > 1:
                    figures[what].append(reached)
                    painted, complete, used = reached
                    print(f"{what:11} painted {painted:.3f} s, complete {complete:.3f} s, processor {used:.3f} s")
                else:  # the first fills the caches, the second shows how it looks in the end
                    wanted[what] = seen
    for at, name in enumerate(("painted", "complete", "processor until painted")):
        source, installed = (statistics.median(run[at] for run in figures[what]) for what in commands)
        print(f"{name}, medians of {runs}: from source {source:.3f} s, installed {installed:.3f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
