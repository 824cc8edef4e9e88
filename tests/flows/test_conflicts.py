"""Conflicts with three sides, and proposals edited where they stand, by mouse and keys, in the text and the review."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.editor.accepted_marks import AcceptedBar
from copilot_desktop.editor.view import EditorView
from copilot_desktop.edits import propose
from copilot_desktop.edits.change_sets import Decision, HunkState
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.review.proposal_editor import ProposalEditor
from copilot_desktop.ui.review_in_window import ReviewInWindow
from tests.support.desktop import open_desktop
from tests.support.shop import ANSWER, BASKET, SOURCE, WANTED, opened, review_of, wait_for_review
from tests.support.typing_keys import press

YOURS = "    return sum(items, start=0)\n"
THEIRS = "    return sum(item.net for item in items)\n"
IN_CONFLICT = SOURCE.replace("    return sum(items)\n", YOURS)


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        wait_for_review(qtbot, shown)
        yield shown


def proposed(qtbot: QtBot, desktop: DesktopWindow) -> tuple[EditorView, str]:
    view, review = opened(qtbot, desktop), review_of(desktop)
    assert review.add_proposal(propose(ANSWER, {BASKET: SOURCE}), {BASKET: SOURCE}, "t", "Net", "model") is not None
    qtbot.waitUntil(lambda: len(view.diff_marks.hunks()) == 1)
    return view, review.state.hunks()[0].hunk_id


def in_conflict(qtbot: QtBot, desktop: DesktopWindow) -> tuple[EditorView, str]:
    view, hunk_id = proposed(qtbot, desktop)
    view.select(SOURCE.index("items)\n\n"), SOURCE.index("items)\n\n") + len("items"))
    QTest.keyClicks(view.code, "items, start=0")
    review = review_of(desktop)
    qtbot.waitUntil(lambda: review.state.hunk(hunk_id)[2].state is HunkState.CONFLICT)
    qtbot.waitUntil(lambda: view.diff_marks.hunks()[0].is_conflict)
    return view, hunk_id


def editor_of(view: EditorView) -> ProposalEditor:
    found = view.findChild(ProposalEditor)
    assert found is not None
    return found


def side_button(view: EditorView, name: str) -> QToolButton:
    found = view.findChild(QToolButton, f"editor.conflict.{name}")
    assert found is not None
    return found


def test_a_conflict_shows_three_sides_and_takes_nothing_by_itself(qtbot: QtBot, desktop: DesktopWindow) -> None:
    view, hunk_id = in_conflict(qtbot, desktop)
    (hunk,) = view.diff_marks.hunks()
    shown = view.code.annotationText(hunk.lines.end - 1)
    said = bytes(shown.data()).decode()
    assert "Before, as the model saw it" in said
    assert "return sum(items)" in said
    assert "The model's" in said
    assert THEIRS.strip() in said
    before = view.text()
    review_of(desktop).decide_all(review_of(desktop).state.change_sets[0].change_set_id, Decision.ACCEPTED)
    press(view.code, "Alt+Y")
    qtbot.waitUntil(lambda: view.findChild(ProposalEditor) is not None)
    assert view.text() == before
    assert review_of(desktop).state.hunk(hunk_id)[2].decision is Decision.PENDING


@pytest.mark.parametrize(
    ("name", "after"),
    [("yours", YOURS), ("theirs", THEIRS), ("both", YOURS + THEIRS)],
)
def test_a_side_is_chosen_by_mouse_and_undone(qtbot: QtBot, desktop: DesktopWindow, name: str, after: str) -> None:
    view, hunk_id = in_conflict(qtbot, desktop)
    review = review_of(desktop)
    QTest.mouseClick(side_button(view, name), Qt.MouseButton.LeftButton)
    wanted = SOURCE.replace("    return sum(items)\n", after)
    decision = Decision.REJECTED if name == "yours" else Decision.ACCEPTED
    qtbot.waitUntil(lambda: review.state.hunk(hunk_id)[2].decision is decision)
    assert view.text() == wanted
    review.undo()
    qtbot.waitUntil(lambda: review.state.hunk(hunk_id)[2].state is HunkState.CONFLICT)
    assert review.state.hunk(hunk_id)[2].decision is Decision.PENDING
    assert view.text() == IN_CONFLICT


def test_what_is_to_stand_there_is_written_freely(qtbot: QtBot, desktop: DesktopWindow) -> None:
    view, hunk_id = in_conflict(qtbot, desktop)
    press(view.code, "Alt+T")
    qtbot.waitUntil(lambda: view.findChild(ProposalEditor) is not None)
    editor = editor_of(view)
    assert editor.text == YOURS + THEIRS
    editor.view.set_text("    return 0\n")
    press(editor.view.code, "Escape")
    qtbot.waitUntil(lambda: view.findChild(ProposalEditor) is None)
    assert view.text() == IN_CONFLICT
    press(view.code, "Alt+T")
    qtbot.waitUntil(lambda: view.findChild(ProposalEditor) is not None)
    # What was half written is there again.
    assert editor_of(view).text == "    return 0\n"
    press(editor_of(view).view.code, "Ctrl+Return")
    qtbot.waitUntil(lambda: view.text() == SOURCE.replace("    return sum(items)\n", "    return 0\n"))
    review = review_of(desktop)
    assert review.state.hunk(hunk_id)[2].decision is Decision.ACCEPTED
    # Taken back where it stands it is the conflict it was, and what was written is offered again.
    view.go_to(1, 4)
    press(view.code, "Alt+U")
    qtbot.waitUntil(lambda: review.state.hunk(hunk_id)[2].state is HunkState.CONFLICT)
    assert (view.text(), review.state.hunk(hunk_id)[2].is_edited) == (IN_CONFLICT, False)
    press(view.code, "Alt+T")
    qtbot.waitUntil(lambda: view.findChild(ProposalEditor) is not None)
    assert editor_of(view).text == "    return 0\n"
    press(editor_of(view).view.code, "Escape")
    review.undo()
    qtbot.waitUntil(lambda: view.text() == SOURCE.replace("    return sum(items)\n", "    return 0\n"))
    assert review.state.hunk(hunk_id)[2].decision is Decision.ACCEPTED


def test_typing_inside_a_proposal_edits_the_proposal(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    view, hunk_id = proposed(qtbot, desktop)
    review = review_of(desktop)
    anchor = view.diff_marks.hunks()[0].lines.end - 1
    point = QPoint(
        view.code.pointXFromPosition(view.code.line_start(anchor) + 11),
        view.code.pointYFromPosition(view.code.line_start(anchor)) + view.code.textHeight(0) * 3 // 2,
    )
    QTest.mouseClick(view.code.viewport(), Qt.MouseButton.LeftButton, pos=point)
    qtbot.waitUntil(lambda: view.findChild(ProposalEditor) is not None)
    editor = editor_of(view)
    qtbot.waitUntil(lambda: editor.view.code.hasFocus())
    assert editor.text == THEIRS
    assert editor.view.state().selections == ((0, 11, 0, 11),)
    press(editor.view.code, "Ctrl+End")
    QTest.keyClicks(editor.view.code, "    # net")
    press(editor.view.code, "Ctrl+Z")
    press(editor.view.code, "Ctrl+Z")
    QTest.keyClicks(editor.view.code, "    # all of it")
    assert view.text() == SOURCE
    # A click into the file keeps what was written and goes on there.
    view.setFocus()
    qtbot.waitUntil(lambda: review.state.hunk(hunk_id)[2].is_edited)
    assert "# all of it" in review.state.hunk(hunk_id)[2].new_text
    assert view.findChild(ProposalEditor) is None
    assert view.text() == SOURCE
    QTest.keyClick(view.code, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(view.code, "#")
    assert view.text() == "#" + SOURCE
    review.undo()
    qtbot.waitUntil(lambda: not review.state.hunk(hunk_id)[2].is_edited)
    assert review.state.hunk(hunk_id)[2].new_text == THEIRS


def test_an_edited_proposal_goes_back_to_the_models_text(qtbot: QtBot, desktop: DesktopWindow) -> None:
    view, hunk_id = proposed(qtbot, desktop)
    review = review_of(desktop)
    review.edit_new_text(hunk_id, "    return 7\n")
    qtbot.waitUntil(lambda: review.state.hunk(hunk_id)[2].is_edited)
    view.go_to(1, 4)
    press(view.code, "Alt+T")
    qtbot.waitUntil(lambda: view.findChild(ProposalEditor) is not None)
    QTest.mouseClick(editor_of(view).instead_button, Qt.MouseButton.LeftButton)
    assert editor_of(view).text == THEIRS
    press(editor_of(view).view.code, "Ctrl+Return")
    press(view.code, "Alt+Y")
    qtbot.waitUntil(lambda: view.text() == WANTED)


def test_the_review_offers_the_sides_and_the_editor(qtbot: QtBot, desktop: DesktopWindow) -> None:
    view, hunk_id = in_conflict(qtbot, desktop)
    desktop.window.resize(1600, 900)
    page = desktop.window.findChild(ReviewInWindow)
    assert page is not None
    shown = page.show()
    names = ("conflict_theirs", "conflict_both", "conflict_edit", "reject_hunk")
    found = {name: shown.findChild(QPushButton, f"review.{name}") for name in names}
    qtbot.waitUntil(lambda: all(button is not None and button.isVisible() for button in found.values()))
    assert found["reject_hunk"] is not None
    assert found["reject_hunk"].text() == "Keep yours"
    press(shown.diff, "E")
    qtbot.waitUntil(lambda: view.isVisible() and view.findChild(ProposalEditor) is not None)
    press(editor_of(view).view.code, "Escape")
    shown = page.show()
    button = shown.findChild(QPushButton, "review.conflict_theirs")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.text() == WANTED)
    assert review_of(desktop).state.hunk(hunk_id)[2].decision is Decision.ACCEPTED


def test_of_a_file_that_is_gone_there_is_nothing_to_choose(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    desktop.window.resize(1600, 900)
    _view, hunk_id = proposed(qtbot, desktop)
    (folder / BASKET).unlink()
    review = review_of(desktop)
    desktop.documents.close(desktop.documents.documents.find(BASKET).document_id)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: review.state.hunk(hunk_id)[2].state is HunkState.CONFLICT)
    page = desktop.window.findChild(ReviewInWindow)
    assert page is not None
    shown = page.show()

    def button(name: str) -> QPushButton | None:
        return shown.findChild(QPushButton, f"review.{name}")

    qtbot.waitUntil(lambda: (found := button("reject_hunk")) is not None and found.isVisible())
    for name in ("conflict_theirs", "conflict_both", "conflict_edit"):
        side = button(name)
        assert side is not None
        assert not side.isVisible()
    reject = button("reject_hunk")
    assert reject is not None
    assert reject.text() == "Reject"
    (folder / BASKET).write_text(SOURCE)
    qtbot.waitUntil(lambda: review.state.hunk(hunk_id)[2].state is HunkState.CLEAN)


def test_a_change_that_is_there_already_says_so_and_is_dismissed(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.window.resize(1600, 900)
    view, hunk_id = proposed(qtbot, desktop)
    review = review_of(desktop)
    view.select(SOURCE.index("items)\n\n"), SOURCE.index("items)\n\n") + len("items"))
    QTest.keyClicks(view.code, "item.net for item in items")
    qtbot.waitUntil(lambda: review.state.hunk(hunk_id)[2].state is HunkState.ALREADY_THERE)
    qtbot.waitUntil(lambda: (bar := view.findChild(AcceptedBar)) is not None and bar.isVisible())
    bar = view.findChild(AcceptedBar)
    assert bar is not None
    assert "already in the file" in bar.accessibleName()
    QTest.mouseClick(bar.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: review.state.hunk(hunk_id)[2].decision is Decision.ACCEPTED)
    assert view.text() == WANTED
    assert not bar.isVisible()


def test_two_answers_in_one_file_are_told_apart_and_the_second_follows_the_first(
    qtbot: QtBot, desktop: DesktopWindow
) -> None:
    view, first = proposed(qtbot, desktop)
    review = review_of(desktop)
    other = ANSWER.replace("item.net for item in items", "items, start=1")
    assert (
        review.add_proposal(propose(other, {BASKET: SOURCE}), {BASKET: SOURCE}, "u", "Start at one", "second")
        is not None
    )
    qtbot.waitUntil(lambda: len(view.diff_marks.hunks()) == 2)
    origins = {hunk.hunk_id: hunk.origin for hunk in view.diff_marks.hunks()}
    (second,) = set(origins) - {first}
    assert origins == {first: "Net (model)", second: "Start at one (second)"}
    review.accept([first])
    qtbot.waitUntil(lambda: [hunk.is_conflict for hunk in view.diff_marks.hunks()] == [True])
    assert review.state.hunk(second)[2].decision is Decision.PENDING
    assert view.diff_marks.hunks()[0].origin == ""
    qtbot.waitUntil(lambda: view.findChild(QToolButton, "editor.conflict.theirs") is not None)
    QTest.mouseClick(side_button(view, "theirs"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.text() == SOURCE.replace("sum(items)", "sum(items, start=1)"))


def test_a_key_that_accepts_takes_along_what_is_typed_in_the_small_editor(qtbot: QtBot, desktop: DesktopWindow) -> None:
    view, _hunk_id = proposed(qtbot, desktop)
    view.go_to(1, 4)
    press(view.code, "Alt+T")
    qtbot.waitUntil(lambda: view.findChild(ProposalEditor) is not None)
    editor_of(view).view.set_text("    return 9\n")
    press(editor_of(view).view.code, "Alt+Y")
    qtbot.waitUntil(lambda: view.text() == SOURCE.replace("    return sum(items)\n", "    return 9\n"))


def test_a_click_into_proposed_lines_puts_the_caret_there(qtbot: QtBot, desktop: DesktopWindow) -> None:
    """Only lines that differ are shown: the third of a proposal may be the first that is seen, with tabs in it."""
    view, review = opened(qtbot, desktop), review_of(desktop)
    new = SOURCE.replace("    return sum(items)\n", "    return sum(items)\n\n\n# one\n#\ttwo ünd three\n", 1)
    answer = {"path": BASKET, "old_string": SOURCE, "new_string": new}
    assert review.add_proposal(propose(answer, {BASKET: SOURCE}), {BASKET: SOURCE}, "t", "More", "model") is not None
    qtbot.waitUntil(lambda: len(view.diff_marks.hunks()) == 1)
    (shown,), (hunk,) = view.diff_marks.hunks(), review.state.hunks()
    rows = shown.new_text.splitlines()
    row = next(at for at, line in enumerate(rows) if "two" in line)
    start, height = view.code.line_start(shown.lines.end - 1), view.code.textHeight(0)
    # A tab is as wide as four blanks, of which the sign before it takes one.
    x = view.code.pointXFromPosition(start) + 8 * (
        view.code.pointXFromPosition(view.code.line_start(1) + 1)
        - view.code.pointXFromPosition(view.code.line_start(1))
    )
    point = QPoint(x, view.code.pointYFromPosition(start) + height * (row + 1) + height // 2)
    QTest.mouseClick(view.code.viewport(), Qt.MouseButton.LeftButton, pos=point)
    qtbot.waitUntil(lambda: view.findChild(ProposalEditor) is not None)
    at = hunk.new_text.splitlines().index("#\ttwo ünd three")
    assert editor_of(view).view.state().selections == ((at, 6, at, 6),)


def two_places(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> tuple[EditorView, ReviewController]:
    """A long file with a change at its beginning and one far below; the caret stands in the first line."""
    text = "".join(f"line_{number} = 1\n" for number in range(300))
    (folder / "long.py").write_text(text)
    view, review = opened(qtbot, desktop, "long.py"), review_of(desktop)
    edits = "".join(
        f"<<<<<<< SEARCH\nline_{number} = 1\n=======\nline_{number} = 2\n>>>>>>> REPLACE\n" for number in (5, 250)
    )
    proposal = propose(f"long.py\n```python\n{edits}```\n", {"long.py": text})
    assert review.add_proposal(proposal, {"long.py": text}, "t", "Two", "model") is not None
    qtbot.waitUntil(lambda: len(view.diff_marks.hunks()) == 2)
    return view, review


def decisions(review: ReviewController) -> list[Decision]:
    return [hunk.decision for hunk in review.state.hunks()]


def test_a_change_out_of_sight_is_shown_before_a_key_decides_about_it(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    view, review = two_places(qtbot, desktop, folder)
    view.show_lines(LineRange(100, 100))
    press(view.code, "Alt+Y")
    qtbot.waitUntil(lambda: view.selected_lines().start == 250)
    assert decisions(review) == [Decision.PENDING, Decision.PENDING]
    press(view.code, "Alt+Y")
    qtbot.waitUntil(lambda: decisions(review) == [Decision.PENDING, Decision.ACCEPTED])
    # None is left below: the first one is shown.
    press(view.code, "Alt+N")
    qtbot.waitUntil(lambda: view.selected_lines().start == 5)
    assert decisions(review) == [Decision.PENDING, Decision.ACCEPTED]


def test_in_the_review_a_conflict_stays_until_a_command_resolves_it(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    view, review = two_places(qtbot, desktop, folder)
    first = review.state.hunks()[0].hunk_id
    view.show_lines(LineRange(5, 5))
    QTest.keyClicks(view.code, "my_")
    qtbot.waitUntil(lambda: review.state.hunk(first)[2].state is HunkState.CONFLICT)
    page = desktop.window.findChild(ReviewInWindow)
    assert page is not None
    shown = page.show()
    shown.show_change_set(review.state.change_sets[0].change_set_id, first)
    press(shown.diff, "A")
    qtbot.waitUntil(lambda: any("cannot be accepted" in each.message for each in desktop.window.notices.shown()))
    assert shown.current_hunk == first
    assert desktop.window.commands.run("review.take_theirs_here")
    qtbot.waitUntil(lambda: decisions(review) == [Decision.ACCEPTED, Decision.PENDING])
    assert "\nline_5 = 2\n" in view.text()
    press(shown.diff, "U")
    qtbot.waitUntil(lambda: decisions(review) == [Decision.PENDING, Decision.PENDING])
    press(shown.diff, "B")
    qtbot.waitUntil(lambda: decisions(review) == [Decision.ACCEPTED, Decision.PENDING])
    assert "\nmy_line_5 = 1\nline_5 = 2\n" in view.text()
    press(shown.diff, "U")
    qtbot.waitUntil(lambda: decisions(review) == [Decision.PENDING, Decision.PENDING])
    press(shown.diff, "T")
    qtbot.waitUntil(lambda: decisions(review) == [Decision.ACCEPTED, Decision.PENDING])
    assert "my_" not in view.text()
