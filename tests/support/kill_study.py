"""Writes of the program cut off at any system call, by strace: the process is killed there, or the call fails.

`strace` counts calls per process, and one costs half a second to start with Python below it. So one program is started
for each kind of call; it forks for each point, and the child makes harmless calls of that kind first, until the one to
be hit is the `HIT`th. The study itself prepares and checks the folders and is not traced.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from copilot_desktop.errors import CopilotError
from copilot_desktop.text.encodings import TextFormat
from copilot_desktop.text.lines import LineEnding
from copilot_desktop.workspace import atomic_write
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.atomic_write import write_private
from copilot_desktop.workspace.checkpoints.entries import About, EntryKind
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.files import ANY_CONTENT, bytes_hash
from copilot_desktop.workspace.hot_exit.held_copy import HeldCopy
from copilot_desktop.workspace.hot_exit.records import UnsavedHeader
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.saving import Saver

HIT: Final = 400
"""More calls of one kind than anything here makes."""
_NOWHERE, _NO_FILE = "/nowhere-at-all/x", 9999
# What changes a disk, by the names of the calls, and a harmless call of that kind.
CALLS: Final[dict[str, Callable[[], object]]] = {
    "write": lambda: os.write(-1, b""),
    "pwrite64": lambda: os.pwrite(-1, b"", 0),
    "fsync": lambda: os.fsync(_NO_FILE),
    "fdatasync": lambda: os.fdatasync(_NO_FILE),
    "rename": lambda: os.rename(_NOWHERE, _NOWHERE),
    "link": lambda: os.link(_NOWHERE, _NOWHERE),
    "unlink": lambda: os.unlink(_NOWHERE),
    "mkdir": lambda: os.mkdir(_NOWHERE),
    "rmdir": lambda: os.rmdir(_NOWHERE),
    "ftruncate": lambda: os.ftruncate(-1, 0),
    "fchmod": lambda: os.fchmod(-1, 0),
}
OLD: Final[dict[str, bytes]] = {
    **{f"modified/{number}.py": b"old line\n" * (number + 1) for number in range(4)},
    "linked": b"one and one",
    "target": b"target",
    **{f"gone/{number}.txt": b"gone %d" % number for number in range(4)},
    "name a.py": b"def a(): ...\n",
    "name b.py": b"def b(): ...\n",
    "untouched": b"\xff\x00",
}
_UNSAVED: Final = Path("unsaved/0123456789abcdef/fedcba9876543210")
"""Below the state folder: where the hot-exit copies of a program with this folder open stand."""
TABS: Final[dict[str, tuple[str | None, str]]] = {
    "open.py": ("typed\n", "typed\nand accepted\n"),
    "long.py": ("line\n" * 3000, "line\n" * 2000 + "other\n"),
    "just typed.py": (None, "its copy is the step's\n"),
}
"""Open with unsaved text: what their hot-exit copies hold before (None: there is none yet), and with the change set."""


def copy_of(path: str) -> HeldCopy:
    """The hot-exit copy of a tab."""
    header = UnsavedHeader(path, path, TextFormat("utf-8", False, LineEnding.LF), None)
    return HeldCopy.at(_UNSAVED, path.replace(" ", "-"), path, header)


Tree = dict[str, tuple[object, ...]]
"""Everything of a folder, by path."""


class Point(NamedTuple):
    """The call of a kind (`name`, `number` from 1) that is hit, in what is done (`scenario`)."""

    scenario: str
    name: str
    number: int


class Outcome(NamedTuple):
    """How the child ended: `code` 0 done, 1 refused in a sentence, -9 killed; `problem`: what else is wrong."""

    point: Point
    code: int
    problem: str


def make_project(root: Path) -> None:
    """Twenty files that the change set is about, one under two names, one through a link; and git's own folder."""
    for path, data in OLD.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    (root / "linked.twin").hardlink_to(root / "linked")
    (root / "link").symlink_to("target")
    (root / "gone/0.txt").chmod(0o640)
    (root / ".git/refs").mkdir(parents=True)
    (root / ".git/HEAD").write_bytes(b"ref: refs/heads/main\n")
    (root / ".git/index").write_bytes(b"DIRC\0\0")


def make_unsaved(state: Path) -> None:
    """The hot-exit copies of the tabs as they are before."""
    (state / _UNSAVED).mkdir(parents=True, mode=0o700)
    for path, (before, _after) in TABS.items():
        write = copy_of(path).with_text(before or "")
        if before is not None and write.data is not None:
            write_private(state / "unsaved" / write.copy, write.data)


def copies(text: int) -> list[FileWrite]:
    """What writes the text before (0) or after (1) into the hot-exit copies of the tabs."""
    return [copy_of(path).with_text(texts[text] or "") for path, texts in TABS.items()]


def change_set() -> list[FileWrite]:
    """Adds, modifies, deletes, renames: 20 writes."""

    def over(path: str, data: bytes | None) -> FileWrite:
        return FileWrite(path, bytes_hash(OLD[path]), data)

    renamed = [
        FileWrite(f"moved/{name}", None, OLD[name] + b"# moved\n", like=name) for name in ("name a.py", "name b.py")
    ]
    return [
        *(over(f"modified/{number}.py", b"new line\n" * 3 + b"end" * number) for number in range(4)),
        over("linked", b"one plus one and more"),
        FileWrite("link", bytes_hash(OLD["target"]), b"target 2"),
        *(FileWrite(f"made/deep/{number}.py", None, b"made %d" % number) for number in range(4)),
        FileWrite("beside.py", None, b""),
        FileWrite("made/other.py", None, b"other"),
        *renamed,
        *(over(f"gone/{number}.txt", None) for number in range(4)),
        over("name a.py", None),
        over("name b.py", None),
    ]


def carry_out(scenario: str, folder: Path) -> None:
    """What is cut off, in a child."""
    workspace, state = Workspace(folder / "project"), folder / "state"
    # A file with other names is written piece by piece.
    atomic_write._PIECE_BYTES = 8
    applier = Applier(workspace, state)
    if scenario == "apply":
        applier.apply(
            [*change_set(), *copies(1)], "Accept 20 changes", About(prompt="Do it", decisions={"h1": "accepted"})
        )
    elif scenario == "undo":
        (entry,) = (each for each in applier.history.entries() if each.title == "Accept 20 changes")
        applier.restore(entry.entry_id, copies=copies(0))
    elif scenario == "recover":
        applier.recover()
    elif scenario == "save":
        Saver(workspace, state).save("modified/3.py", (b"saved\n",) * 3, expected_hash=ANY_CONTENT)
    else:
        Saver(workspace, state).save("linked", (b"saved over both",), expected_hash=ANY_CONTENT)


SCENARIOS: Final = ("apply", "undo", "save", "save linked", "recover")
_BEGINS: Final = {"undo": "applied", "recover": "cut off"}
_MIDST: Final = Point("apply", "link", 5)
"""Where an apply is cut off for its recovery to be cut off, too: some files are there, others not."""


def serve(socket_number: int) -> None:
    """The traced program: forks for each line `SCENARIO|CALL|NUMBER|FOLDER` it is told."""
    told = socket.socket(fileno=socket_number)
    carry_out("save", Path(told.recv(4096).decode()))  # so that all is imported
    told.send(b"ready")
    while line := told.recv(4096).decode():
        scenario, name, number, folder = line.split("|")
        child = os.fork()
        if not child:
            code = 70
            with contextlib.suppress(BaseException):
                for _ in range(HIT - int(number) if name else 0):
                    with contextlib.suppress(OSError):
                        CALLS[name]()
                try:
                    carry_out(scenario, Path(folder))
                    code = 0
                except CopilotError:
                    code = 1
            os._exit(code)
        _pid, status = os.waitpid(child, 0)
        code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        told.send(f"{code} {child}".encode())


class Study:
    """All points of one folder's scenarios. `folder` is used up."""

    def __init__(self, folder: Path) -> None:
        self._run, self._kept = folder / "run", folder / "kept"
        self._log = folder / "log"
        self._states: dict[str, tuple[Tree, Tree]] = {}
        (self._run / "project").mkdir(parents=True)
        make_unsaved(self._run / "state")
        make_project(self._run / "project")
        # A history that is there already, as in any folder after the first day.
        Applier(Workspace(self._run / "project"), self._run / "state").apply([FileWrite("first", None, b"1")], "First")
        self._keep("fresh")
        carry_out("apply", self._run)
        self._keep("applied")
        applied = found_in(self._run)
        with self._server(_MIDST.name, "signal=KILL") as ask:
            fresh = self._prepare("apply")
            assert ask(_MIDST)[0] == -signal.SIGKILL
            assert found_in(self._run) not in (fresh, applied)
        self._keep("cut off")

    def points(self) -> dict[str, list[Point]]:
        """Every call that changes the disk, by scenario."""
        found = {}
        for scenario in SCENARIOS:
            with self._server("", "") as ask:
                before = self._prepare(scenario)
                code, child = ask(Point(scenario, "", 0))
                assert code == 0, (scenario, code)
                self._states[scenario] = before, found_in(self._run)
            names = Counter(
                line.split()[1].split("(")[0] for line in self._log.read_text().splitlines() if line.startswith(child)
            )
            assert max(names.values()) < HIT
            found[scenario] = [Point(scenario, name, each + 1) for name in CALLS for each in range(names[name])]
        return found

    def run(self, points: list[Point], what: str) -> Iterator[Outcome]:
        """Cut off at each of the points: `what` is `signal=KILL` or `error=ENOSPC` and the like."""
        for name in CALLS:
            chosen = [point for point in points if point.name == name]
            if not chosen:
                continue
            with self._server(name, what) as ask:
                for point in chosen:
                    before = self._prepare(point.scenario)
                    code, _child = ask(point)
                    yield Outcome(point, code, self._problem(point, before, code))

    def _problem(self, point: Point, before: Tree, code: int) -> str:
        known = self._states[point.scenario]
        wanted = {0: [known[1]], 1: [before], -signal.SIGKILL: [before, known[1]]}.get(code)
        if point.scenario == "recover" and wanted is not None:
            wanted = [known[1]]
        if wanted is None:
            return f"ended with {code}"
        root, state = self._run / "project", self._run / "state"
        applier = Applier(Workspace(root), state)
        try:
            applier.recover()
        except CopilotError as error:
            return f"recovery: {error.message} {error.detail}"
        found = found_in(self._run)
        if point.name == "rmdir" and code != -signal.SIGKILL:
            # A folder that the disk does not let go of stays, empty.
            found = {name: each for name, each in found.items() if each != ("folder",) or name in wanted[0]}
        if found not in wanted:
            return f"neither all nor none: {_difference(found, wanted[0])}"
        if applier.recover() is not None:
            return "recovered twice"
        return self._store_problem(applier, is_done=found != before, is_killed=code == -signal.SIGKILL)

    def _store_problem(self, applier: Applier, *, is_done: bool, is_killed: bool) -> str:
        entries = applier.history.entries()
        newest = entries[0].kind if entries[0].title != "First" else None
        if is_done != (len(entries) > len(self._entries)):
            return f"the history tells of {len(entries)} steps, {newest}"
        for entry in entries:
            for file in entry.files:
                # What a save writes is kept where the disk allows.
                is_refused = entry.kind is EntryKind.SAVE and not is_killed
                names = {file.before} if is_refused else {file.before, file.after}
                for name in names - {None}:
                    applier.history.content(str(name))
        with applier.history.reading() as database:
            if database.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                return "the history is damaged"
        if applier.history.saves_under_way() or applier._store.journal.read() is not None:
            return "something is still under way"
        if list(self._run.glob("state/apply/*/copies")):
            return "unsaved texts were left in the store"
        return ""

    def _prepare(self, scenario: str) -> Tree:
        """The folders as they are before a scenario; returns what the project looks like."""
        shutil.rmtree(self._run, ignore_errors=True)
        source = self._kept / _BEGINS.get(scenario, "fresh")
        subprocess.run(["cp", "-a", str(source), str(self._run)], check=True)
        self._entries = ["First", "Accept 20 changes"][: 2 if scenario == "undo" else 1]
        return found_in(self._run)

    def _keep(self, name: str) -> None:
        self._kept.mkdir(exist_ok=True)
        subprocess.run(["cp", "-a", str(self._run), str(self._kept / name)], check=True)

    @contextlib.contextmanager
    def _server(self, name: str, what: str) -> Iterator[Callable[[Point], tuple[int, str]]]:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        traced = ["-e", f"trace={name or ','.join(CALLS)}"]
        inject = ["-e", f"inject={name}:{what}:when={HIT}"] if name else []
        log = os.devnull if name else str(self._log)
        program = [sys.executable, "-c", f"from tests.support.kill_study import serve; serve({theirs.fileno()})"]
        self._prepare("save")
        with ours:
            process = subprocess.Popen(
                ["strace", "-f", "-qq", *traced, *inject, "-o", log, *program],
                pass_fds=[theirs.fileno()],
                cwd=Path(__file__).parents[2],
            )
            theirs.close()
            ours.settimeout(120)
            ours.send(str(self._run).encode())
            assert ours.recv(100) == b"ready"

            def ask(point: Point) -> tuple[int, str]:
                ours.send(f"{point.scenario}|{point.name}|{point.number}|{self._run}".encode())
                code, child = ours.recv(100).decode().split()
                return int(code), child

            try:
                yield ask
            finally:
                ours.close()
                process.wait(timeout=60)


def found_in(run: Path) -> Tree:
    """The project and the hot-exit copies: a step changes all of it or nothing."""
    return tree(run / "project") | {f"~{name}": found for name, found in tree(run / "state" / _UNSAVED).items()}


def tree(root: Path) -> Tree:
    """Everything of a project: bytes and permission bits, what links aim at, which names are one file; git's own folder
    with its times."""
    found: dict[str, tuple[object, ...]] = {}
    for place in sorted(root.rglob("*")):
        status, name = place.lstat(), place.relative_to(root).as_posix()
        if place.is_symlink():
            found[name] = ("link", os.readlink(place))
        elif place.is_dir():
            found[name] = ("folder",)
        else:
            found[name] = (place.read_bytes(), status.st_mode, status.st_nlink)
        if name.startswith(".git"):
            found[name] += (status.st_mtime_ns,)
    return found


def _difference(found: Tree, wanted: Tree) -> str:
    names = [name for name in sorted(found.keys() | wanted.keys()) if found.get(name) != wanted.get(name)]
    return ", ".join(names[:10])
