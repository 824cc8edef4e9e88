"""The real program in a process of its own, on a folder with reviews: `work` does things until it is killed, `look`
says what is under review after a start.

    python -m tests.support.reviewed_program work FOLDER SEED
    python -m tests.support.reviewed_program look FOLDER

Every line is JSON. `work` writes {"put": …} before a state of the review goes to the thread that writes it down, and
{"kept": …} when one is on disk; `look` writes {"found": …}.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from copilot_desktop.app.command_line import Place
from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.app.program import Program, make_application
from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.bridge.crashes import CrashHook
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.pending_review import PendingReview
from copilot_desktop.bridge.review.pending_writer import PendingWriter
from copilot_desktop.bridge.review.refused_blocks import RefusedBlocks
from copilot_desktop.edits import propose
from copilot_desktop.edits.change_sets import Decision, HunkState
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice

ANSWERS: tuple[Any, ...] = (
    [
        {"path": "a.py", "old_string": "value_3 = 3\n", "new_string": "value_3 = 33\n"},
        {"path": "a.py", "old_string": "value_20 = 20\n", "new_string": "value_20 = 2020\nmore = 1\n"},
        {"path": "a.py", "old_string": "not there\n", "new_string": "nowhere\n"},
        {"path": "b/c.py", "old_string": "value_5 = 5", "new_string": "value_5 = 55"},
        {"path": "b/c.py", "old_string": "value_9  =  9", "new_string": "value_9 = 99"},
    ],
    """*** Begin Patch
*** Add File: new.py
+made = 1
*** Delete File: gone.txt
*** Update File: name.txt
*** Move to: other.txt
@@
-its name
+its other name
*** End Patch
""",
    [
        {"path": "a.py", "old_string": "value_11 = 11\n", "new_string": "value_11 = 1\n"},
        {"path": "b/c.py", "old_string": "value_30 = 30\n", "new_string": ""},
    ],
)


def make_folder(folder: Path) -> None:
    """The files that the answers are about."""
    (folder / "b").mkdir(parents=True)
    lines = "".join(f"value_{number} = {number}\n" for number in range(40))
    for path, text in {"a.py": lines, "b/c.py": lines, "gone.txt": "away\n", "name.txt": "its name\n"}.items():
        (folder / path).write_text(text)


def described(review: PendingReview) -> dict[str, Any]:
    """What of a review must come back, whatever its files say."""
    sets = [
        [
            each.title,
            each.turn_id,
            len(each.failures),
            [
                [change.path, change.status, change.old_path]
                + [
                    [
                        hunk.hunk_id,
                        hunk.decision.value,
                        hunk.needs_look,
                        hunk.new_text,
                        hunk.state is HunkState.CONFLICT,
                    ]
                    for hunk in change.hunks
                ]
                for change in each.files
            ],
        ]
        for each in review.state.change_sets
    ]
    there = [
        [change.path, hunk.hunk_id]
        for each in review.state.change_sets
        for change in each.files
        for hunk in change.hunks
        if hunk.decision is Decision.PENDING and hunk.state is HunkState.ALREADY_THERE
    ]
    refused = {each.change_set.title: [len(each.blocks), len(each.dismissed)] for each in review.refused}
    return {"sets": sets, "done": [step.command.title for step in review.done], "refused": refused, "there": there}


def say(**line: object) -> None:
    """One line, at once: the next moment may be the last."""
    os.write(1, (json.dumps(line) + "\n").encode())


class Hands:
    """Does things at random in the window, one after the other."""

    def __init__(self, desktop: DesktopWindow, folder: Path, seed: int) -> None:
        self.desktop, self.folder, self.random = desktop, folder, random.Random(seed)  # noqa: S311 - what to do next
        review, chat = desktop.window.findChild(ReviewController), desktop.window.findChild(ChatInWindow)
        assert review is not None
        assert chat is not None
        self.review, self.chat = review, chat
        self.answers = 0

    def act(self) -> None:
        if not self.review.keeper.is_loaded:
            return
        hunks = self.review.state.hunks()
        acts: list[Callable[[], None]] = [self.propose] if self.answers < len(ANSWERS) else []
        if hunks:
            acts += [self.accept, self.accept, self.reject, self.undo, self.look, self.type, self.dismiss]
        self.random.choice(acts or [self.undo])()

    def propose(self) -> None:
        answer = ANSWERS[self.answers]
        paths = ("a.py", "b/c.py", "gone.txt", "name.txt")
        files = {
            path: self.desktop.documents.text_of(path) or (self.folder / path).read_text()
            for path in paths
            if (self.folder / path).exists()
        }
        title = f"answer {self.answers}"
        self.answers += 1
        self.chat.proposed.emit(ProposalMade(f"turn {title}", propose(answer, files), files, title, "model"))

    def accept(self) -> None:
        self.review.accept([self._hunk_id()])

    def reject(self) -> None:
        self.review.reject([self._hunk_id()])

    def undo(self) -> None:
        if self.review.can_undo:
            self.review.undo()

    def look(self) -> None:
        self.review.look_at(self._hunk_id())

    def type(self) -> None:
        buffer = self.desktop.documents.find("a.py")
        if buffer is None:
            self.desktop.documents.open("a.py")
        else:
            buffer.edit_lines([LineEdit(LineRange(0, 0), f"# typed {self.random.random()}\n")])

    def dismiss(self) -> None:
        blocks = self.desktop.window.findChild(RefusedBlocks)
        assert blocks is not None
        known = [
            block
            for title in range(self.answers)
            for each in blocks.of_turn(f"turn answer {title}")
            for block in each.blocks
        ]
        if known:
            blocks.dismiss(known[0].block_id)

    def _hunk_id(self) -> str:
        pending = self.review.state.pending() or self.review.state.hunks()
        return self.random.choice(pending).hunk_id


def shown(folder: Path) -> tuple[QApplication, Program, DesktopWindow]:
    """The program with its window."""
    app = make_application([])
    folders = program_folders(os.environ)
    crashes = CrashHook(folders.state, app)
    crashes.install()
    program = Program(folders, dict(os.environ), Theme(ThemeChoice.DARK, app), crashes)
    return app, program, program.open_window(Place(folder))


def work(folder: Path, seed: int) -> None:
    """Do things until killed."""
    put, write = PendingWriter.put, PendingWriter._write

    def put_and_say(writer: PendingWriter, review: PendingReview) -> None:
        say(put=described(review))
        put(writer, review)

    def write_and_say(writer: PendingWriter, review: PendingReview) -> None:
        write(writer, review)
        say(kept=described(review))

    PendingWriter.put, PendingWriter._write = put_and_say, write_and_say  # type: ignore[method-assign, assignment]
    app, _program, desktop = shown(folder)
    hands: list[Hands] = []

    def act() -> None:
        if desktop.core is not None and desktop.window.findChild(ReviewController) is not None:
            if not hands:
                hands.append(Hands(desktop, folder, seed))
                say(begins=True)
            hands[0].act()

    timer = QTimer(interval=15)
    timer.timeout.connect(act)
    timer.start()
    app.exec()


def look(folder: Path) -> None:
    """Say what is under review, and end."""
    app, program, desktop = shown(folder)

    def tell() -> None:
        review = desktop.window.findChild(ReviewController)
        if review is not None and review.keeper.is_loaded:
            timer.stop()
            say(found=described(review.keeper.now()))
            program.quit()

    timer = QTimer(interval=10)
    timer.timeout.connect(tell)
    timer.start()
    app.exec()


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make_folder(Path(sys.argv[2]))
    elif sys.argv[1] == "work":
        work(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        look(Path(sys.argv[2]))
