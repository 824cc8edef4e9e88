"""The window's process of `large_tree.py`: `large_tree_window.py PART FOLDER ...`; prints JSON."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from copilot_desktop.app.desktop_window import DesktopWindow
    from copilot_desktop.workspace.git.values import GitStatus

T = TypeVar("T", bound="QObject")
QUIET_S, LIMIT_S, KEY_S, NOTE_S = 2.0, 240.0, 0.07, 0.5
PROMPT = "how is the price of a voucher counted in the basket"
ADDED = "added_by_another_program"
BRANCH = "other"


def start(folder: str) -> None:
    """The program as it is started; ends it once the window is painted and the explorer has its rows."""
    from copilot_desktop.late_imports import put_off

    put_off()
    from copilot_desktop.app.lean_pyside import import_pyside

    import_pyside()
    from PySide6.QtCore import QTimer

    from copilot_desktop import app as program
    from copilot_desktop.app import desktop_window

    figures: dict[str, float] = {}

    def mark(what: str) -> None:
        figures.setdefault(what, time.time() - float(os.environ["BENCH_STARTED"]))
        figures.setdefault(f"{what}_cpu", time.process_time())
        if "painted" in figures and "filled" in figures:
            print(json.dumps(figures), flush=True)
            os._exit(0)

    class Window(desktop_window.DesktopWindow):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            self.settled.connect(lambda: mark("painted"))
            # The explorer was told first; its rows are painted with the next pass.
            self.workspace.listed.connect(lambda _listed: QTimer.singleShot(0, lambda: mark("filled")))

    desktop_window.DesktopWindow = Window  # type: ignore[misc, assignment]
    sys.exit(program.main([folder]))


def opened(folder: Path) -> DesktopWindow:
    """The real window on it, all of it built."""
    from copilot_desktop.app.command_line import Place
    from copilot_desktop.app.program import Program, make_application
    from copilot_desktop.bridge.crashes import CrashHook
    from copilot_desktop.settings.folders import program_folders
    from copilot_desktop.ui.theme.theme import Theme, ThemeChoice

    app = make_application([])
    folders, theme = program_folders(os.environ), Theme(ThemeChoice.DARK)
    theme.apply(app)
    program = Program(folders, dict(os.environ), theme, CrashHook(folders.state))
    desktop = program.open_window(Place(folder))
    app.setProperty("program", program)  # it lives as long as the process
    desktop.window.resize(1440, 900)
    return desktop


def child(window: QObject, kind: type[T]) -> T:
    """What the window has of a kind."""
    found = window.findChild(kind)
    assert isinstance(found, kind)
    return found


class Driver:
    """Uses one window as a person does, turns its event loop, and notes what each pass costs."""

    def __init__(self, folder: Path) -> None:
        from copilot_desktop.app.context_in_window import ContextInWindow
        from copilot_desktop.app.index_in_window import index_of
        from copilot_desktop.bridge.folder.trust import TrustController
        from copilot_desktop.bridge.git.controller import GitController
        from copilot_desktop.ui.chat.chat_panel import ChatPanel
        from tests.bench.stalls import Passes

        self.folder, self.passes = folder, Passes()
        self.desktop = opened(folder)
        states: list[bool] = []
        self.desktop.workspace.watching_changed.connect(lambda state: states.append(state.is_settled))
        window = self.desktop.window
        self.until(lambda: states and states[-1] and window.findChild(GitController) is not None)
        self.chat, self.git = child(window, ChatPanel), child(window, GitController)
        self.context, self.trust = child(window, ContextInWindow), child(window, TrustController)
        self.index = index_of(window)
        self.until(lambda: self.trust.state is not None and self.git.status is not None)

    def until(self, is_so: Callable[[], object], limit_s: float = LIMIT_S) -> None:
        """Turn the event loop until something holds."""
        self.passes.until(is_so, limit_s)

    def ask(self) -> None:
        """Write a prompt, for which automatic context looks into the folder, and wait until the index is right."""
        from PySide6.QtTest import QTest

        self.chat.composer.prompt.setFocus()
        QTest.keyClicks(self.chat.composer.prompt, PROMPT)
        self.until(lambda: self.index.state.is_complete)
        self.until(lambda: self.chat.composer.chips.views)

    def open(self, path: str) -> None:
        """Open a file in a tab."""
        self.desktop.documents.open(path)
        self.until(lambda: self.desktop.documents.find(path) is not None)


class Burst:
    """What another program does to a tenth of the files: most are written, some deleted, some are new."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder = folder
        listed = git(folder, "ls-files", "*.py")
        chosen = random.Random(3).sample(listed, count)  # noqa: S311
        self.kept, chosen = chosen[0], chosen[1:]
        ninth = count // 10
        self.deleted, self.written = chosen[:ninth], chosen[ninth:-ninth]
        self.made = [f"{path.rpartition('/')[0]}/{ADDED}_{at}.py" for at, path in enumerate(chosen[-ninth:])]
        self.rules = ["AGENTS.md"]
        self.plan = {
            "folder": str(folder), "deleted": self.deleted, "written": self.written, "made": self.made,
            "rules": self.rules,
        }  # fmt: skip
        self.count = len(self.deleted) + len(self.written) + len(self.made) + len(self.rules)

    def begin(self) -> subprocess.Popen[str]:
        """Do it all, in a process of its own."""
        program = subprocess.Popen((sys.executable, __file__, "change"), stdin=subprocess.PIPE, text=True)
        assert program.stdin is not None
        program.stdin.write(json.dumps(self.plan))
        program.stdin.close()
        return program

    def is_seen(self, status: GitStatus) -> bool:
        """Whether git has told of all of it."""
        return status.count >= self.count


class Checkout(Burst):
    """The same, committed on a branch, which git checks out."""

    def begin(self) -> subprocess.Popen[str]:
        return subprocess.Popen(("git", "-C", str(self.folder), "checkout", "-q", BRANCH), text=True)

    def is_seen(self, status: GitStatus) -> bool:
        return status.branch == BRANCH and not status.count


def git(folder: Path, *arguments: str) -> list[str]:
    """The lines that git says."""
    command = ("git", "-C", str(folder), *arguments)
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def change() -> None:
    """The other program."""
    from tests.bench.tree_of_code import WORDS

    plan = json.load(sys.stdin)
    folder = Path(plan["folder"])
    for at, path in enumerate((*plan["written"], *plan["made"])):
        one, two = WORDS[at % len(WORDS)], WORDS[at * 5 % len(WORDS)]
        (folder / path).write_text(f"def {ADDED}_{at}({one}):\n    return {one}.{two}\n")
    for path in plan["deleted"]:
        (folder / path).unlink()
    for path in plan["rules"]:
        (folder / path).write_text("Write short functions.\n")


def make_branch(folder: Path, count: int) -> None:
    """A branch on which so many files differ; one that is there stays."""
    if BRANCH in git(folder, "branch", "--format=%(refname:short)"):
        return
    plan = Burst(folder, count)
    plan.begin().wait()
    for arguments in (
        ("checkout", "-q", "-b", BRANCH),
        ("add", "-A"),
        ("-c", "user.name=Bench", "-c", "user.email=bench@localhost", "commit", "-q", "-m", "Other texts"),
        ("checkout", "-q", "main"),
    ):
        git(folder, *arguments)


class Settling:
    """Notes when each of them said something the last time."""

    def __init__(self, driver: Driver) -> None:
        self.began = time.monotonic()
        self.last = {"index": self.began, "git": self.began, "explorer": self.began}
        driver.index.changed.connect(lambda _state: self._note("index"))
        driver.git.status_changed.connect(lambda _read: self._note("git"))
        driver.desktop.workspace.listed.connect(lambda _listed: self._note("explorer"))

    def _note(self, name: str) -> None:
        self.last[name] = time.monotonic()

    @property
    def is_quiet(self) -> bool:
        """Whether none of them has said anything for a while."""
        return time.monotonic() - max(self.last.values()) > QUIET_S

    def after(self, name: str) -> float:
        """Seconds from the first write to its last word."""
        return self.last[name] - self.began


def burst(folder: Path, plan: Burst) -> dict[str, Any]:
    """Everything open that listens; then 10,000 changes while somebody types."""
    from tests.bench.spent import Spent

    driver = Driver(folder)
    desktop = driver.desktop
    for path in (plan.deleted[0], plan.written[0], plan.written[1], plan.kept):
        driver.open(path)
    search = searched(driver)
    unfold(driver, (plan.deleted[1], plan.made[1], plan.written[2]))
    driver.ask()
    view = desktop.window.editors.view_of(plan.kept)
    assert view is not None
    view.setFocus()
    settling, passes = Settling(driver), driver.passes
    spent = Spent()
    program, keys = plan.begin(), typed_keys()
    wrote, noted = 0.0, time.monotonic()
    passes.is_noting = True
    while program.poll() is None or not is_settled(driver, plan, settling):
        assert time.monotonic() - settling.began < LIMIT_S, f"not settled: {standing(driver, settling)}"
        press = next(keys)
        passes.once(lambda: press(view.code))  # noqa: B023 - called at once
        passes.during(KEY_S)
        if not wrote and program.poll() is not None:
            wrote = time.monotonic() - settling.began
        if time.monotonic() - noted > NOTE_S:
            spent.note()
            noted = time.monotonic()
    passes.is_noting = False
    spent.note()
    worked = sum(each[0] for each in passes.figures["all"]) / 1000
    of_thread, clock = (sorted(each[at] for each in passes.figures["all"] if each[0] > 0.2) for at in (0, 1))
    with_key = sorted(each[0] for each in passes.figures["with a key"])
    found = {
        "count": plan.count, "wrote": wrote, "settled": max(map(settling.after, settling.last)),
        "p99": share(of_thread), "max": of_thread[-1], "clock": share(clock), "passes": len(of_thread),
        "keys": share(with_key), "spent": spent.seconds() | {"window, GUI (in passes)": worked},
        "load": os.getloadavg()[0], **{name: settling.after(name) for name in settling.last},
    }  # fmt: skip
    print(found, file=sys.stderr, flush=True)  # a fresh index to compare with takes minutes
    if os.environ.get("BENCH_TRUTHS") == "0":
        return found | {"true": {}}
    return found | {"true": truths(driver, plan, search)}


def share(figures: list[float]) -> float:
    """99 of 100 are within."""
    return figures[int(len(figures) * 0.99)]


def typed_keys() -> Any:
    """As in `stalls.py`."""
    from tests.bench.stalls import typed

    return typed(random.Random(7))  # noqa: S311 - the same keys each time


def searched(driver: Driver) -> Any:
    """The search view with results that the burst changes."""
    from copilot_desktop.ui.search.panel import SearchPanel
    from tests.bench.tree_of_code import RARE

    driver.desktop.window.commands.run("search.open")
    driver.until(lambda: driver.desktop.window.findChild(SearchPanel) is not None)
    panel = child(driver.desktop.window, SearchPanel)
    settled = list[object]()
    panel.settled.connect(lambda: settled.append(True))
    panel.fields.pattern.setText(RARE)
    panel.run()
    driver.until(lambda: settled)
    return panel


def unfold(driver: Driver, paths: tuple[str, ...]) -> None:
    """Show some of the files in the explorer, and stay there."""
    from copilot_desktop.ui.explorer.panel import ExplorerPanel

    driver.desktop.window.show_side_view("explorer")
    panel = child(driver.desktop.window, ExplorerPanel)
    for path in paths:
        folder = path.rpartition("/")[0]
        panel.reveal(f"{folder}/none")
        driver.until(lambda: folder in panel.model.all_listed())  # noqa: B023 - called at once


def is_settled(driver: Driver, plan: Burst, settling: Settling) -> bool:
    status = driver.git.status
    return settling.is_quiet and driver.index.state.is_complete and status is not None and plan.is_seen(status)


def standing(driver: Driver, settling: Settling) -> str:
    status = driver.git.status
    marked = None if status is None else status.count
    spoke = {name: round(settling.after(name), 1) for name in settling.last}
    return f"{driver.index.state}, {marked} marked by git, last words {spoke}"


def truths(driver: Driver, plan: Burst, search: Any) -> dict[str, bool]:
    """Whether everything that is shown is true."""
    from PySide6.QtWidgets import QPushButton

    from copilot_desktop.context.index.schema import index_place
    from copilot_desktop.settings.folders import program_folders
    from copilot_desktop.ui.explorer.panel import ExplorerPanel
    from tests.bench.index import Worker, content
    from tests.bench.tree_of_code import RARE

    folder, desktop = driver.folder, driver.desktop
    explorer = child(desktop.window, ExplorerPanel)
    shown = {path for path, node in explorer.model._nodes.items() if path}
    listed = explorer.model.all_listed()
    on_disk = {
        f"{each}/{entry.name}" if each else entry.name
        for each in listed
        for entry in (folder / each).iterdir()
        if entry.name != ".git"
    }
    status = driver.git.status
    by_git = git(folder, "status", "--porcelain", "-uall")
    gone, *there = (desktop.documents.documents.find(path) for path in (plan.deleted[0], *plan.written[:2]))
    texts = [desktop.documents.text_of(path) for path in plan.written[:2]]
    place = index_place(program_folders(os.environ).cache, folder)
    fresh = Worker(folder, index_place(place.parent.parent / "fresh", folder))
    fresh.ask(None)
    fresh.close()
    state = driver.trust.state
    again = search.results.findChild(QPushButton, "search.again")
    is_outdated = again is not None and not again.isHidden()
    holding = set(git(folder, "grep", "-l", "--untracked", RARE))
    return {
        "the index equals a fresh one": content(place) == content(index_place(place.parent.parent / "fresh", folder)),
        f"the explorer shows what {len(listed)} unfolded folders hold": shown == on_disk,
        f"git marks {len(by_git):,} files": status is not None and status.count == len(by_git),
        "tabs say what is on disk now": texts == [(folder / path).read_text() for path in plan.written[:2]],
        "the tab of a deleted file stays, and says so": gone is not None and gone.disk_hash is None and all(there),
        "what was typed is there": desktop.documents.is_dirty(plan.kept),
        "the search is true, or says that it is outdated": is_outdated or set(search.list.results.files) == holding,
        "the rule file has to be agreed to": state is not None and "AGENTS.md" in {each.name for each in state.changes},
        "@ finds what is new, and not what is gone": mentions_are_true(driver, plan),
    }  # fmt: skip


def own_mib() -> float:
    """Memory (PSS) of this process alone."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def queries(folder: Path) -> dict[str, Any]:
    """What letters cost in quick open and behind `@`, and what the window takes meanwhile."""
    from copilot_desktop.ui.quick_open import QuickOpen

    driver = Driver(folder)
    memory = {"the window, its folder watched and read by git": own_mib()}
    driver.ask()
    memory["the window after automatic context"] = own_mib()
    quick, mentions = child(driver.desktop.window, QuickOpen), driver.context.mentions._mentions
    costs: dict[str, float] = {}

    def cost(name: str, found: Any, search: Callable[[], object], is_over: Callable[[Any], bool]) -> None:
        times = []
        for _run in range(4):
            answers = list[Any]()
            found.connect(answers.append)
            before = time.process_time()
            search()
            driver.until(lambda: any(map(is_over, answers)))  # noqa: B023 - called at once
            times.append((time.process_time() - before) * 1000)
            found.disconnect(answers.append)
        costs[name] = min(times[1:])

    controller = quick._controller
    quick.popup("")
    driver.until(lambda: not controller.files.is_listing)
    memory["the window after quick open"] = own_mib()
    for letters in ("e", "basket", "bskt.py", "#e", "#q", "#voucher", "#pv", "#zqx"):
        cost(
            f"quick open, {letters}",
            controller.found,
            partial(controller.search, letters),
            lambda found: found.is_complete,
        )
    mentions.search("a")
    driver.until(lambda: not mentions.is_listing)
    memory["the window after @"] = own_mib()
    for letters in ("e", "voucher", "pv"):
        cost(
            f"@{letters}",
            mentions.found,
            partial(mentions.search, letters),
            lambda found: (
                any(row.kind == "symbol" for row in found.rows) and any(row.kind == "file" for row in found.rows)
            ),
        )
    memory["the window in the end"] = own_mib()
    return {"queries": costs, "memory": memory}


def mentions_are_true(driver: Driver, plan: Burst) -> bool:
    mentions = driver.context.mentions._mentions
    answers = list[Any]()
    mentions.found.connect(answers.append)

    def paths(query: str) -> set[str]:
        answers.clear()
        mentions.search(query)
        driver.until(lambda: not mentions.is_listing and any(each.query == query for each in answers))
        driver.passes.during(1.0)
        return {row.path for row in answers[-1].rows}

    new, old = plan.made[5], plan.deleted[5]
    return new in paths(new.rpartition("/")[2]) and old not in paths(old.rpartition("/")[2])


def main(part: str, *arguments: str) -> None:
    """Do one part."""
    if part == "start":
        start(arguments[0])
    elif part == "change":
        change()
    else:
        folder = Path(arguments[0])
        if part == "queries":
            found = queries(folder)
        else:
            found = burst(folder, (Checkout if part == "checkout" else Burst)(folder, int(arguments[1])))
        print(json.dumps(found), flush=True)
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
