"""The review page, driven by its keys and buttons, over a real controller and real files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMainWindow, QPushButton, QSplitter, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.ui.actions import ActionSet
from copilot_desktop.ui.diff.values import RowKind
from copilot_desktop.ui.review.review_actions import one_key_actions
from copilot_desktop.ui.review.review_view import ReviewView
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice
from copilot_desktop.workspace.paths import Workspace
from tests.support.threads import running_thread

FILES = {name: "".join(f"line {number}\n" for number in range(60)) for name in ("a.txt", "b.txt")}


def proposed() -> Proposal:
    hunks = [Hunk(path, line, line + 1, f"changed {line}\n", "exact", 1.0) for path in FILES for line in (5, 30, 50)]
    files: dict[str, str | None] = {}
    for path, text in FILES.items():
        lines = text.splitlines(keepends=True)
        for hunk in hunks:
            lines[hunk.start] = hunk.new_text
        files[path] = "".join(lines)
    return Proposal(files, tuple(hunks))


class Page:
    """A page in a window with its keys bound."""

    def __init__(self, root: Path, thread: AsyncThread, qtbot: QtBot) -> None:
        self.root, self.qtbot = root, qtbot
        self.parent = QObject()
        self.documents = DocumentsController(thread, self.parent)
        self.review = ReviewController(thread, self.documents, self.parent)
        self.review.open_workspace(Workspace(root), root.parent / "state")
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.theme = Theme(ThemeChoice.DARK, self.parent)
        self.view = ReviewView(self.review, self.theme)
        self.window.setCentralWidget(self.view)
        self.actions = ActionSet(self.window, {})
        self.actions.add(one_key_actions(self.view, self.review.undo, lambda _choice: None))
        self.window.resize(900, 600)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()

    def press(self, *keys: Qt.Key, shift: bool = False) -> None:
        modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        for key in keys:
            QTest.keyClick(self.view.diff, key, modifier)
            self.qtbot.waitUntil(lambda: not self.review.is_busy)

    def decisions(self) -> str:
        signs = {Decision.PENDING: ".", Decision.ACCEPTED: "A", Decision.REJECTED: "R"}
        return "".join(signs[hunk.decision] for hunk in self.review.state.hunks())

    def place(self) -> int:
        return [hunk.hunk_id for hunk in self.review.state.hunks()].index(self.view.current_hunk)


@pytest.fixture
def page(tmp_path: Path, qtbot: QtBot) -> Iterator[Page]:
    root = tmp_path / "project"
    root.mkdir()
    for name, text in FILES.items():
        (root / name).write_text(text, newline="")
    with running_thread() as thread:
        yield Page(root, thread, qtbot)


def show(page: Page) -> None:
    made = page.review.add_proposal(proposed(), FILES, "turn", "Change lines", "model")
    assert made is not None
    page.view.show_change_set(made)
    page.view.diff.setFocus()
    page.qtbot.waitUntil(page.view.diff.hasFocus)


def test_an_empty_review_says_so_and_offers_one_action(page: Page, qtbot: QtBot) -> None:
    button = page.view.findChild(QPushButton, "review.ask")
    assert button is not None
    assert button.isVisible()
    with qtbot.waitSignal(page.view.chat_wanted):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_keys_walk_hunks_and_files(page: Page) -> None:
    show(page)
    page.press(Qt.Key.Key_J, Qt.Key.Key_J)
    assert page.place() == 2
    page.press(Qt.Key.Key_K)
    assert page.place() == 1
    page.press(Qt.Key.Key_N)
    assert page.place() == 3
    page.press(Qt.Key.Key_P)
    assert page.place() == 0


def test_keys_decide_and_undo_and_go_on(page: Page) -> None:
    show(page)
    page.press(Qt.Key.Key_A, Qt.Key.Key_R)
    assert page.decisions() == "AR...."
    assert page.place() == 2
    page.press(Qt.Key.Key_N)
    page.press(Qt.Key.Key_A, shift=True)
    assert page.decisions() == "AR.AAA"
    assert (page.root / "a.txt").read_text() == FILES["a.txt"].replace("line 5\n", "changed 5\n")
    assert "changed 50" in (page.root / "b.txt").read_text()
    page.press(Qt.Key.Key_U)
    assert page.decisions() == "AR...."
    assert (page.root / "b.txt").read_text() == FILES["b.txt"]
    page.press(Qt.Key.Key_P, Qt.Key.Key_D)
    assert page.place() == 2
    page.press(Qt.Key.Key_R, shift=True)
    assert page.decisions() == "ARR..."


def named_file(page: Page) -> str:
    label = page.view.findChild(QLabel, "review.file")
    assert label is not None
    return label.text().split()[0]


def test_the_buttons_of_a_file_act_on_the_file_that_keys_act_on(page: Page) -> None:
    show(page)
    page.press(Qt.Key.Key_N)
    bar = page.view.diff.verticalScrollBar()
    bar.setValue(0)
    assert page.place() == 3
    assert named_file(page) == "b.txt"
    button = page.view.findChild(QPushButton, "review.accept_file")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    page.qtbot.waitUntil(lambda: page.decisions() == "...AAA")
    assert not button.isEnabled()
    page.press(Qt.Key.Key_P)
    assert named_file(page) == "a.txt"
    assert button.isEnabled()


def test_d_goes_on_to_another_proposal_that_waits(page: Page) -> None:
    show(page)
    text = "one\ntwo\n"
    (page.root / "c.txt").write_text(text, newline="")
    other = Proposal({"c.txt": "one\n2\n"}, (Hunk("c.txt", 1, 2, "2\n", "exact", 1.0),))
    assert page.review.add_proposal(other, {"c.txt": text}, "turn", "Another", "model")
    page.press(Qt.Key.Key_D)
    assert page.place() == 1
    page.review.decide_all(page.review.state.change_sets[0].change_set_id, Decision.REJECTED)
    page.qtbot.waitUntil(lambda: page.decisions() == "RRRRRR.")
    buttons = [page.view.findChild(QPushButton, f"review.{name}_all") for name in ("accept", "reject")]
    page.press(Qt.Key.Key_D)
    assert page.place() == 6
    assert named_file(page) == "c.txt"
    assert [button.isEnabled() for button in buttons if button is not None] == [True, True]


def test_the_page_takes_no_room_from_the_panes_beside_it(page: Page) -> None:
    show(page)
    assert page.window.minimumSizeHint().width() <= 400
    page.window.resize(595, 600)
    page.view.grab()
    assert page.view.width() == 595


def test_buttons_on_a_hunk_decide_it(page: Page, qtbot: QtBot) -> None:
    show(page)
    buttons = [each for each in page.view.diff.findChildren(QPushButton, "review.accept_hunk") if each.isVisible()]
    assert buttons[0].accessibleName() == "Accept the change at a.txt, line 6"
    QTest.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.decisions() == "A.....")
    # As in the editor it is undecided again, not rejected.
    back = next(
        each
        for each in page.view.diff.findChildren(QPushButton, "review.reject_hunk")
        if each.isVisible() and each.text() == "Undo accept"
    )
    QTest.mouseClick(back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.decisions() == "......")


def test_enter_asks_for_the_file_at_the_hunk(page: Page, qtbot: QtBot) -> None:
    show(page)
    with qtbot.waitSignal(page.view.open_wanted) as asked:
        page.press(Qt.Key.Key_Return)
    assert asked.args == ["a.txt", 5]


def test_a_gap_opens(page: Page) -> None:
    show(page)
    rows = page.view.diff.rows_model.rows
    gap = next(row for row in rows if row.kind is RowKind.GAP)
    assert gap.gap_id is not None
    page.view.diff.open_gap(gap.gap_id)
    assert len(page.view.diff.rows_model.rows) == len(rows) + gap.hidden - 1


def gaps(page: Page) -> list[tuple[str, int]]:
    return [row.gap_id for row in page.view.diff.rows_model.rows if row.gap_id is not None]


def test_x_opens_the_gaps_around_a_hunk_which_stays_in_place(page: Page) -> None:
    page.review.add_proposal(proposed(), FILES, "turn", "Title", "model")
    page.press(Qt.Key.Key_J)
    diff = page.view.diff
    before = gaps(page)
    assert len([each for each in before if each[0] == "a.txt"]) == 4

    def top() -> int:
        return diff.area_of(diff.rows_model.rows.places[page.view.current_hunk]).top()

    seen = top()
    page.press(Qt.Key.Key_X)
    assert [each for each in before if each not in gaps(page)] == before[1:3]
    assert top() == seen


def test_what_was_unfolded_in_a_turn_is_so_when_it_comes_back(page: Page) -> None:
    def gaps() -> int:
        return sum(row.gap_id is not None for row in page.view.diff.rows_model.rows)

    show(page)
    first = page.view.current_hunk
    all_gaps = gaps()
    page.press(Qt.Key.Key_X)
    unfolded = gaps()
    assert unfolded < all_gaps
    files = {"a.txt": FILES["a.txt"]}
    other = Proposal(
        {"a.txt": FILES["a.txt"].replace("line 20\n", "other\n")}, (Hunk("a.txt", 20, 21, "other\n", "exact", 1.0),)
    )
    made = page.review.add_proposal(other, files, "turn 2", "Another", "model")
    assert made is not None
    page.view.show_change_set(made)
    assert gaps() == 2
    page.view.go_to(first)
    assert gaps() == unfolded


def test_enter_on_a_gap_opens_it(page: Page, qtbot: QtBot) -> None:
    page.review.add_proposal(proposed(), FILES, "turn", "Title", "model")
    diff = page.view.diff
    before = gaps(page)
    place = next(at for at, row in enumerate(diff.rows_model.rows) if row.gap_id == before[1])
    with qtbot.assertNotEmitted(page.view.open_wanted):
        while diff.currentIndex().row() < place:
            page.press(Qt.Key.Key_Down)
        page.press(Qt.Key.Key_Return)
    assert gaps(page) == [before[0], *before[2:]]


def test_question_mark_shows_the_keys(page: Page) -> None:
    show(page)
    page.press(Qt.Key.Key_Question)
    sheet = page.view.findChild(QDialog, "review.key_sheet")
    assert sheet is not None
    words = [label.text() for label in sheet.findChildren(QLabel)]
    assert "Return" not in words
    assert words.count("Enter") == 1


def test_a_long_path_leaves_the_list_of_files_its_room(page: Page, qtbot: QtBot) -> None:
    path = f"{'a_folder_with_a_long_name/' * 4}a_module_with_a_long_name.py"
    (page.root / path).parent.mkdir(parents=True)
    (page.root / path).write_text("line 0\n", newline="")
    texts = {**FILES, path: "line 0\n"}
    files: dict[str, str | None] = {"a.txt": FILES["a.txt"].replace("line 5\n", "changed\n"), path: "changed\n"}
    hunks = (Hunk("a.txt", 5, 6, "changed\n", "exact", 1.0), Hunk(path, 0, 1, "changed\n", "exact", 1.0))
    made = page.review.add_proposal(Proposal(files, hunks), texts, "turn", "Change lines", "model")
    assert made is not None
    page.window.resize(600, 500)
    page.view.show_change_set(made)
    page.view.diff.setFocus()
    widths = set()
    for _ in range(2):
        qtbot.wait(50)
        widths.add(page.view.outline.width())
        page.press(Qt.Key.Key_N)
    assert len(widths) == 1
    assert min(widths) >= 140
    button = page.view.findChild(QPushButton, "review.reject_file")
    assert button is not None
    assert button.width() >= button.sizeHint().width()
    assert button.mapTo(page.view, button.rect().bottomRight()).x() < page.view.width()


def test_the_switches_of_the_look_take_no_row_of_their_own(page: Page, qtbot: QtBot) -> None:
    show(page)
    said = page.view.findChild(QLabel, "review.diff_said")
    switch = page.view.findChild(QToolButton, "review.side_by_side")
    accept = page.view.findChild(QPushButton, "review.accept_file")
    assert said is not None
    assert switch is not None
    assert accept is not None
    qtbot.waitUntil(switch.isVisible)
    one, other = (widget.mapTo(page.view, widget.rect().center()).y() for widget in (switch, accept))
    assert abs(one - other) < accept.height() // 2
    assert not said.isVisible()
    page.window.resize(440, 600)
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(said.isVisible)
    assert "Too narrow for side by side" in said.toolTip() + said.text()


def test_the_list_grows_with_its_page_until_the_user_gives_it_a_share(page: Page) -> None:
    show(page)

    def width_in(page_px: int) -> int:
        page.window.resize(page_px, 600)
        QApplication.processEvents()
        return page.view.list.width()

    assert (width_in(540), width_in(1200), width_in(600)) == (180, 260, 200)
    panes = page.view.findChild(QSplitter, "review.panes")
    assert panes is not None
    width_in(1200)
    handle = panes.handle(1)
    QTest.mousePress(handle, Qt.MouseButton.LeftButton)
    QTest.mouseMove(handle, QPoint(40, 0))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=QPoint(40, 0))
    chosen = page.view.list.width()
    assert chosen > 280
    assert (width_in(1400), width_in(600)) == (chosen, 200)


@pytest.mark.parametrize("size_pt", [0, 18])
def test_the_buttons_of_a_file_become_icons_where_words_would_take_more_rows(page: Page, size_pt: int) -> None:
    show(page)
    if size_pt:
        font = page.window.font()
        font.setPointSize(size_pt)
        page.window.setFont(font)
    bar = page.view.pane.file_bar
    names = ("accept_file", "reject_file", "file_history")
    buttons = [bar.findChild(QPushButton, f"review.{name}") for name in names]
    seen = set()
    for width in (1600, 760, 560, 440):
        page.window.resize(width, 600)
        QApplication.processEvents()
        assert page.view.width() == width
        page.view.grab()
        rows = {button.mapTo(bar, button.rect().center()).y() for button in buttons if button is not None}
        assert len(rows) == 1, width
        for button in buttons:
            assert button is not None
            assert button.accessibleName() in ("Accept file", "Reject file", "History")
            assert button.toolTip().startswith(button.accessibleName())
            assert bar.rect().contains(button.mapTo(bar, button.rect().bottomRight()))
            assert (button.text() == "") is not (button.icon().isNull())
            seen.add(button.text())
    assert seen == {"", "Accept file", "Reject file", "History"}
    # What an icon does is what the words do.
    assert buttons[1] is not None
    page.press(Qt.Key.Key_N)
    QTest.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    page.qtbot.waitUntil(lambda: page.decisions() == "...RRR")


def test_a_narrow_page_says_which_lines_and_its_tips_say_all(page: Page, qtbot: QtBot) -> None:
    path = "src/company/services/billing/adapters/customer_invoice_line_item_repository.py"
    text = "".join(f"line {number}\n" for number in range(1300))
    lines = text.splitlines(keepends=True)
    (page.root / path).parent.mkdir(parents=True)
    (page.root / path).write_text(text)
    hunk = Hunk(path, 1233, 1240, "changed\n", "exact", 1.0)
    after = "".join((*lines[:1233], "changed\n", *lines[1240:]))
    made = page.review.add_proposal(Proposal({path: after}, (hunk,)), {path: text}, "turn", "Change", "model")
    assert made is not None
    page.view.show_change_set(made)
    diff = page.view.diff
    accept = diff.findChild(QPushButton, "review.accept_hunk")
    assert accept is not None
    assert accept.text() == "Accept"
    page.window.resize(420, 600)
    qtbot.waitUntil(lambda: accept.text() == "")
    assert (accept.icon().isNull(), accept.toolTip()) == (False, "Accept (A)")
    assert accept.accessibleName() == f"Accept the change at {path}, line 1234"
    buttons = accept.parentWidget()
    assert isinstance(buttons, QWidget)
    assert buttons.x() - 32 >= page.window.fontMetrics().horizontalAdvance("Lines 1234–1240")
    tips = [diff.rows_model.index(at).data(Qt.ItemDataRole.ToolTipRole) for at in range(len(diff.rows_model.rows))]
    assert [tip for tip in tips if tip and path in str(tip)] == [
        path,
        f"{path}\nLines 1234–1240, 1 added, 7 removed\nTo review",
    ]
    page.window.resize(900, 600)
    qtbot.waitUntil(lambda: accept.text() == "Accept")
    name = page.view.findChild(QLabel, "review.file")
    assert name is not None
    assert name.toolTip() == path
