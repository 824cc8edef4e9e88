"""The review controller on real files: written at once, in one step, undone to the byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import DiskChanged
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.events import ReviewNotice
from copilot_desktop.edits.change_sets import Decision, HunkState
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.ui.review.hunk_labels import hunk_label
from copilot_desktop.workspace.paths import Workspace

TEXT = "one\r\ntwo\r\nthree\nfour\nfive"
DATA = b"\xef\xbb\xbf" + TEXT.encode()


def proposal(*hunks: Hunk, text: str = TEXT, path: str = "a.txt") -> Proposal:
    lines = text.splitlines(keepends=True)
    for hunk in sorted(hunks, key=lambda each: -each.start):
        lines[hunk.start : hunk.end] = [hunk.new_text]
    return Proposal({path: "".join(lines)}, hunks)


def edit(line: int, new_text: str, *, needs_look: bool = False) -> Hunk:
    return Hunk("a.txt", line, line + 1, new_text, "exact", 0.85 if needs_look else 1.0, needs_look)


class Desk:
    """A controller over a folder, and everything it said."""

    def __init__(self, root: Path, thread: AsyncThread, parent: QObject) -> None:
        self.root = root
        self.documents = DocumentsController(thread, parent)
        workspace = Workspace(root)
        self.documents.set_workspace(workspace)
        self.review = ReviewController(thread, self.documents, parent)
        self.said: list[ReviewNotice] = []
        self.review.noticed.connect(self.said.append)
        self.review.open_workspace(workspace, root.parent / "state")

    def propose(self, *hunks: Hunk) -> str:
        made = self.review.add_proposal(proposal(*hunks), {"a.txt": TEXT}, "turn", "title", "model")
        assert made is not None
        return made

    def ids(self) -> list[str]:
        return [hunk.hunk_id for hunk in self.review.state.hunks()]

    def decisions(self) -> list[Decision]:
        return [hunk.decision for hunk in self.review.state.hunks()]


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    errors: list[BaseException] = []
    thread, parent = AsyncThread(errors.append), QObject()
    root = tmp_path / "project"
    root.mkdir()
    (root / "a.txt").write_bytes(DATA)
    yield Desk(root, thread, parent)
    thread.stop()
    assert errors == []


@pytest.fixture
def settle(qtbot: QtBot, desk: Desk) -> Callable[[Callable[[], bool]], None]:
    def wait(condition: Callable[[], bool]) -> None:
        qtbot.waitUntil(lambda: not desk.review.is_busy and condition())

    return wait


Settle = Callable[[Callable[[], bool]], None]


def test_accept_writes_at_once_and_undo_gives_back_the_bytes(desk: Desk, settle: Settle) -> None:
    desk.propose(edit(1, "TWO\r\n"), edit(4, "FIVE"))
    first, second = desk.ids()
    desk.review.accept([first])
    settle(lambda: desk.review.can_undo)
    assert (desk.root / "a.txt").read_bytes() == DATA.replace(b"two", b"TWO")
    desk.review.accept([second])
    settle(lambda: Decision.PENDING not in desk.decisions())
    assert (desk.root / "a.txt").read_bytes() == DATA.replace(b"two", b"TWO").replace(b"five", b"FIVE")
    desk.review.undo()
    settle(lambda: desk.decisions() == [Decision.ACCEPTED, Decision.PENDING])
    desk.review.undo()
    settle(lambda: not desk.review.can_undo)
    assert (desk.root / "a.txt").read_bytes() == DATA
    assert desk.decisions() == [Decision.PENDING, Decision.PENDING]


def test_reject_writes_nothing_and_can_be_undone(desk: Desk, settle: Settle) -> None:
    desk.propose(edit(1, "TWO\r\n"))
    desk.review.reject(desk.ids())
    assert desk.decisions() == [Decision.REJECTED]
    desk.review.undo()
    assert desk.decisions() == [Decision.PENDING]
    assert (desk.root / "a.txt").read_bytes() == DATA


def test_accept_all_leaves_uncertain_hunks_until_they_were_looked_at(desk: Desk, settle: Settle) -> None:
    change_set = desk.propose(edit(1, "TWO\r\n"), edit(3, "FOUR\n", needs_look=True))
    desk.review.decide_all(change_set, Decision.ACCEPTED)
    settle(lambda: desk.review.can_undo)
    assert desk.decisions() == [Decision.ACCEPTED, Decision.PENDING]
    assert desk.said[-1].message == "Accepted 1 change in 1 file; 1 skipped: 1 uncertain not looked at."
    desk.review.look_at(desk.ids()[1])
    desk.review.decide_all(change_set, Decision.ACCEPTED)
    settle(lambda: desk.decisions() == [Decision.ACCEPTED, Decision.ACCEPTED])
    assert b"FOUR" in (desk.root / "a.txt").read_bytes()


def test_a_file_changed_outside_is_read_again_and_its_change_kept(desk: Desk, settle: Settle) -> None:
    desk.propose(edit(4, "FIVE"))
    (desk.root / "a.txt").write_bytes(b"\xef\xbb\xbfzero\r\n" + TEXT.encode())
    desk.review.accept(desk.ids())
    settle(lambda: desk.review.can_undo)
    wanted = b"\xef\xbb\xbfzero\r\n" + TEXT.replace("five", "FIVE").encode()
    assert (desk.root / "a.txt").read_bytes() == wanted


def test_an_edit_of_the_same_lines_is_a_conflict_and_nothing_is_written(desk: Desk, settle: Settle) -> None:
    desk.propose(edit(1, "TWO\r\n"))
    other = DATA.replace(b"two", b"2")
    (desk.root / "a.txt").write_bytes(other)
    desk.documents.disk_changed.emit(DiskChanged(("a.txt",)))
    settle(lambda: desk.review.state.hunks()[0].state is HunkState.CONFLICT)
    desk.review.accept(desk.ids())
    assert desk.said[-1].is_error
    assert "cannot be accepted" in desk.said[-1].message
    assert (desk.root / "a.txt").read_bytes() == other


def test_added_and_deleted_files_are_one_step_and_come_back(desk: Desk, settle: Settle) -> None:
    made = Proposal({"a.txt": None, "new/b.py": "x = 1\n"})
    change_set = desk.review.add_proposal(made, {"a.txt": TEXT}, "turn", "title", "model")
    assert change_set is not None
    desk.review.decide_all(change_set, Decision.ACCEPTED)
    settle(lambda: desk.review.can_undo)
    assert not (desk.root / "a.txt").exists()
    assert (desk.root / "new/b.py").read_bytes() == b"x = 1\n"
    desk.review.undo()
    settle(lambda: not desk.review.can_undo)
    assert (desk.root / "a.txt").read_bytes() == DATA
    assert not (desk.root / "new").exists()


def test_a_write_that_fails_leaves_everything_pending(desk: Desk, settle: Settle) -> None:
    desk.propose(edit(1, "TWO\r\n"))
    (desk.root / "a.txt").unlink()
    (desk.root / "a.txt").mkdir()
    desk.review.accept(desk.ids())
    settle(lambda: any(notice.is_error for notice in desk.said))
    assert desk.decisions() == [Decision.PENDING]
    assert not desk.review.can_undo


def test_a_proposal_that_changes_nothing_is_not_taken(desk: Desk) -> None:
    assert desk.review.add_proposal(Proposal(), {"a.txt": TEXT}, "turn", "title", "model") is None


def test_keys_pressed_while_a_write_is_under_way_are_kept_in_order(desk: Desk, settle: Settle) -> None:
    change_set_id = desk.propose(edit(1, "TWO\r\n"), edit(2, "THREE\r\n"), edit(4, "FIVE"))
    first, second, third = desk.ids()
    desk.review.accept([first])
    desk.review.accept([first])
    assert desk.review.under_way() == {first: Decision.ACCEPTED}
    desk.review.reject([second])
    desk.review.decide_all(change_set_id, Decision.REJECTED)
    assert desk.review.under_way() == dict(zip((first, second, third), _decided("ARR"), strict=True))
    desk.review.undo()
    settle(lambda: desk.decisions() == _decided("ARP"))
    assert (desk.root / "a.txt").read_bytes() == DATA.replace(b"two", b"TWO")
    desk.review.undo()
    desk.review.undo()
    settle(lambda: desk.decisions() == _decided("PPP"))
    assert (desk.root / "a.txt").read_bytes() == DATA
    assert not desk.review.can_undo


def _decided(letters: str) -> list[Decision]:
    return [{"A": Decision.ACCEPTED, "R": Decision.REJECTED, "P": Decision.PENDING}[letter] for letter in letters]


def test_a_conflict_is_resolved_written_and_taken_back(desk: Desk, settle: Settle) -> None:
    desk.propose(edit(1, "TWO\r\n"))
    (desk.root / "a.txt").write_bytes(DATA.replace(b"two", b"mine"))
    desk.documents.disk_changed.emit(DiskChanged(("a.txt",)))
    settle(lambda: desk.review.state.hunks()[0].state is HunkState.CONFLICT)
    (hunk_id,) = desk.ids()
    assert desk.review.state.sides(hunk_id).yours == "mine\r\n"
    desk.review.resolve(hunk_id, "mine and TWO")
    settle(lambda: desk.review.state.hunks()[0].state is HunkState.CLEAN)
    assert desk.decisions() == [Decision.PENDING]
    desk.review.undo()
    assert desk.review.state.hunks()[0].state is HunkState.CONFLICT
    desk.review.resolve_and_accept(hunk_id, "mine and TWO")
    settle(lambda: desk.decisions() == [Decision.ACCEPTED])
    assert (desk.root / "a.txt").read_bytes() == DATA.replace(b"two", b"mine and TWO")
    desk.review.undo()
    settle(lambda: desk.decisions() == [Decision.PENDING])
    assert (desk.root / "a.txt").read_bytes() == DATA.replace(b"two", b"mine")
    assert desk.review.state.hunks()[0].state is HunkState.CONFLICT
    assert not desk.review.can_undo


def test_an_edited_proposal_is_what_is_written_and_u_takes_the_edit_back(desk: Desk, settle: Settle) -> None:
    desk.propose(edit(1, "TWO\r\n"))
    (hunk_id,) = desk.ids()
    desk.review.edit_new_text(hunk_id, "2\r\n")
    desk.review.accept([hunk_id])
    settle(lambda: desk.decisions() == [Decision.ACCEPTED])
    assert (desk.root / "a.txt").read_bytes() == DATA.replace(b"two", b"2")
    desk.review.undo()
    settle(lambda: desk.decisions() == [Decision.PENDING])
    assert desk.review.state.hunks()[0].new_text == "2\r\n"
    desk.review.undo()
    settle(lambda: not desk.review.can_undo)
    assert desk.review.state.hunks()[0].new_text == "TWO\r\n"


def test_decisions_are_taken_back_in_any_order_and_what_is_mixed_with_typing_is_shown(
    desk: Desk, settle: Settle
) -> None:
    desk.propose(edit(1, "TWO\r\n"), edit(3, "FOUR\n"))
    first, second = desk.ids()
    desk.review.accept([first])
    desk.review.accept([second])
    settle(lambda: desk.decisions() == [Decision.ACCEPTED] * 2)
    desk.review.undo_accept([first])
    settle(lambda: desk.decisions() == [Decision.PENDING, Decision.ACCEPTED])
    assert (desk.root / "a.txt").read_bytes() == DATA.replace(b"four", b"FOUR")
    (desk.root / "a.txt").write_bytes(DATA.replace(b"four", b"FOUR mine"))
    desk.documents.disk_changed.emit(DiskChanged(("a.txt",)))
    settle(lambda: desk.review.state.hunks()[1].state is HunkState.CONFLICT)
    shown: list[object] = []
    desk.review.shown.connect(shown.append)
    desk.review.undo_accept([second])
    settle(lambda: bool(shown))
    assert "stays accepted" in desk.said[-1].message
    assert desk.decisions() == [Decision.PENDING, Decision.ACCEPTED]
    assert (desk.root / "a.txt").read_bytes() == DATA.replace(b"four", b"FOUR mine")
    desk.review.take_back(second, "four mine\n")
    settle(lambda: desk.decisions() == [Decision.PENDING] * 2)
    assert (desk.root / "a.txt").read_bytes() == DATA.replace(b"four", b"four mine")
    desk.review.undo()
    settle(lambda: desk.decisions()[1] is Decision.ACCEPTED)
    assert (desk.root / "a.txt").read_bytes() == DATA.replace(b"four", b"FOUR mine")


def test_what_another_program_takes_out_stays_decided_and_what_the_user_takes_out_does_not(
    desk: Desk, settle: Settle
) -> None:
    desk.propose(edit(1, "TWO\r\n"))
    desk.review.accept(desk.ids())
    settle(lambda: desk.decisions() == [Decision.ACCEPTED])
    written = (desk.root / "a.txt").read_bytes()

    def say(data: bytes) -> None:
        (desk.root / "a.txt").write_bytes(data)
        desk.documents.disk_changed.emit(DiskChanged(("a.txt",)))

    def stands(decision: Decision, state: HunkState) -> None:
        settle(lambda: [(each.decision, each.state) for each in desk.review.state.hunks()] == [(decision, state)])

    say(DATA)
    stands(Decision.ACCEPTED, HunkState.GONE)
    say(written)
    stands(Decision.ACCEPTED, HunkState.CLEAN)
    desk.review.taking_back.begin(["a.txt"])
    say(DATA)
    stands(Decision.PENDING, HunkState.CLEAN)
    desk.review.taking_back.end(["a.txt"])
    say(written)
    stands(Decision.ACCEPTED, HunkState.CLEAN)
    say(DATA)
    stands(Decision.ACCEPTED, HunkState.GONE)


def test_an_accepted_change_below_another_says_which_is_to_be_taken_back_first(desk: Desk, settle: Settle) -> None:
    desk.propose(edit(1, "TWO\r\n"))
    desk.review.accept(desk.ids())
    settle(lambda: desk.decisions() == [Decision.ACCEPTED])
    once = TEXT.replace("two", "TWO")
    lines = proposal(Hunk("a.txt", 1, 3, "2\r\n3\n", "exact", 1.0), text=once)
    desk.review.add_proposal(lines, {"a.txt": once}, "later", "title", "model")
    first, second = desk.ids()
    desk.review.accept([second])
    settle(lambda: desk.decisions() == [Decision.ACCEPTED] * 2)
    twice = (desk.root / "a.txt").read_bytes()
    covered = desk.review.state.hunk(first)[2]
    assert (covered.state, hunk_label(covered).word.partition(":")[0]) == (HunkState.COVERED, "Accepted")
    desk.review.undo_accept([first])
    settle(lambda: "another accepted change stands on its lines" in desk.said[-1].message)
    assert (desk.root / "a.txt").read_bytes() == twice
    desk.review.undo_accept([second])
    settle(lambda: desk.review.state.hunk(first)[2].state is HunkState.CLEAN)
    desk.review.undo_accept([first])
    settle(lambda: (desk.root / "a.txt").read_bytes() == DATA)


def test_a_change_is_written_under_the_name_that_another_answer_has_given_its_file(desk: Desk, settle: Settle) -> None:
    desk.propose(edit(1, "TWO\r\n"))
    renamed = Proposal({"a.txt": None, "b.txt": TEXT}, (Hunk("b.txt", 0, 5, TEXT, "rename:a.txt", 1.0),))
    desk.review.add_proposal(renamed, {"a.txt": TEXT}, "later", "title", "model")
    change, rename = desk.ids()
    desk.review.accept([rename])
    settle(lambda: (desk.root / "b.txt").exists())
    desk.review.accept([change])
    settle(lambda: (desk.root / "b.txt").read_bytes() == DATA.replace(b"two", b"TWO"))
    assert not (desk.root / "a.txt").exists()
    desk.review.undo_accept([rename])
    settle(lambda: (desk.root / "a.txt").exists())
    assert (desk.root / "a.txt").read_bytes() == DATA.replace(b"two", b"TWO")
    desk.review.undo_accept([change])
    settle(lambda: (desk.root / "a.txt").read_bytes() == DATA)
