"""The list of everything under review in its page: rows, filters, marks, functions, single lines; by keys and mouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.bridge.documents.events import DiskChanged
from copilot_desktop.edits.change_sets import HunkState
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.ui.diff.values import RowKind
from copilot_desktop.ui.review.filter_bar import FilterBar
from copilot_desktop.ui.review.listing import Level
from tests.qt.review.test_review_view import FILES, Page, proposed
from tests.support.threads import running_thread

CODE = "def total(items):\n    net = 0\n    for item in items:\n        net += item\n    return net\n\n\nVERSION = 1\n"
K = Qt.Key


def propose_twice(page: Page) -> str:
    """Have two turns propose; returns the change set of the second one."""
    page.review.add_proposal(proposed(), FILES, "one", "Change lines", "model", prompt="Change lines")
    changes = (
        (1, "    net = 1\n    count = 0\n"),
        (3, "        net += item.price\n"),
        (4, "    return net, count\n"),
    )
    hunks = [Hunk("code.py", at, at + 1, text, "exact", 1.0) for at, text in (*changes, (7, "VERSION = 2\n"))]
    lines = CODE.splitlines(keepends=True)
    for hunk in hunks:
        lines[hunk.start] = hunk.new_text
    made = page.review.add_proposal(
        Proposal({"code.py": "".join(lines)}, tuple(hunks)),
        {"code.py": CODE},
        "two",
        "Count",
        "model",
        prompt="Count",
    )
    assert made is not None
    return made


@pytest.fixture
def page(tmp_path: Path, qtbot: QtBot) -> Iterator[Page]:
    """A page with two turns: six changes in two texts, and four in a module, three of them in one function."""
    root = tmp_path / "project"
    root.mkdir()
    for name, text in {**FILES, "code.py": CODE}.items():
        (root / name).write_text(text, newline="")
    with running_thread() as thread:
        page = Page(root, thread, qtbot)
        page.view.show_change_set(propose_twice(page))
        page.view.diff.setFocus()
        qtbot.waitUntil(page.view.diff.hasFocus)
        qtbot.waitUntil(lambda: len(page.review.definitions.of_hunks()) == 3)
        yield page


def press(page: Page, *keys: Qt.Key, by: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Where the keyboard is."""
    for key in keys:
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, key, by)
        page.qtbot.waitUntil(lambda: not page.review.is_busy)


def levels(page: Page) -> str:
    return "".join(entry.level.name[0] for entry in page.view.outline.entries)


def child(page: Page, kind: type[QWidget], name: str) -> QWidget:
    found = page.view.findChild(kind, name)
    assert found is not None, name
    return found


def test_the_list_holds_all_turns_and_their_functions_and_rows_close(page: Page) -> None:
    assert levels(page) == "TFHHHFHHH" + "TFGHHHH"
    outline = page.view.outline
    outline.setFocus()
    press(page, K.Key_Home, K.Key_Left)
    assert levels(page) == "T" + "TFGHHHH"
    press(page, K.Key_Right, K.Key_End, K.Key_Left, K.Key_Left)
    assert levels(page) == "TFHHHFHHH" + "TF"
    entry = outline.current_entry
    assert entry is not None
    assert entry.level is Level.FILE
    assert page.place() == 6
    # Going to what is in a closed row opens it.
    page.view.diff.setFocus()
    press(page, K.Key_J)
    assert levels(page).endswith("TFGHHHH")
    assert outline.current_entry is not None
    assert outline.current_entry.hunk_ids == (page.view.current_hunk,)


def test_rows_are_put_in_and_taken_out_and_others_stay(page: Page) -> None:
    """As a reading tool hears it: functions that become known, closed rows and decisions make no list of its own."""
    model = page.view.outline.model()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    heard: list[str] = []
    model.modelReset.connect(lambda: heard.append("reset"))
    model.rowsInserted.connect(lambda _parent, first, last: heard.append(f"+{first}-{last}"))
    model.rowsRemoved.connect(lambda _parent, first, last: heard.append(f"-{first}-{last}"))
    definitions, listed = page.review.definitions, list[str]()
    page.view.list.listed.connect(lambda: listed.append("listed"))
    known = dict(definitions.of_hunks())
    definitions._of_hunks = {}
    definitions.found.emit()
    assert levels(page) == "TFHHHFHHH" + "TFHHHH"
    definitions._of_hunks = known
    definitions.found.emit()
    assert levels(page) == "TFHHHFHHH" + "TFGHHHH"
    assert heard == ["-11-11", "+11-11"]
    # The changes themselves are laid out for other reasons only.
    assert listed == []
    outline = page.view.outline
    outline.setFocus()
    press(page, K.Key_Home, K.Key_Left, K.Key_Right)
    assert heard[2:] == ["-1-8", "+1-8"]
    assert outline.current_entry is not None
    assert outline.current_entry.level is Level.TURN
    del tester


def test_undo_goes_to_what_it_took_back_and_says_so(page: Page, qtbot: QtBot) -> None:
    said: list[str] = []
    page.review.noticed.connect(lambda notice: said.append(notice.message))
    outline, chip = page.view.outline, child(page, QPushButton, "review.chip.to_review")
    assert isinstance(chip, QPushButton)
    chip.click()
    first = page.review.state.hunks()[0].hunk_id
    page.view.go_to(first)
    page.window.resize(900, 330)
    press(page, K.Key_A)
    ids = [hunk.hunk_id for hunk in page.review.state.hunks()]
    page.view.go_to(ids[-1])
    press(page, K.Key_U)
    assert said[-1] == "Taken back: Accept 1 change."
    assert page.view.current_hunk == first

    def is_in_sight() -> bool:
        entry, place = outline.current_entry, outline.visualRect(outline.currentIndex())
        return entry is not None and first in entry.hunk_ids and outline.viewport().rect().contains(place)

    assert is_in_sight()
    # Behind another tab the list was somewhere else.
    page.view.hide()
    outline.verticalScrollBar().setValue(outline.verticalScrollBar().maximum())
    page.view.show()
    qtbot.waitUntil(is_in_sight)
    # Hidden by a filter and back again, with the keyboard in the diff.
    press(page, K.Key_A)
    page.review.reject([hunk for hunk in ids if hunk != first])
    qtbot.waitUntil(lambda: not outline.entries)
    page.view.list.filter.clear()
    entry = outline.current_entry
    assert entry is not None
    assert page.view.current_hunk in entry.hunk_ids


def test_one_key_and_one_button_take_a_whole_function(page: Page) -> None:
    press(page, K.Key_F)
    assert page.decisions() == "......" + "AAA."
    press(page, K.Key_U)
    assert page.decisions() == "......" + "...."
    outline = page.view.outline
    row = next(at for at, entry in enumerate(outline.entries) if entry.level is Level.GROUP)
    place = outline.visualRect(outline.model().index(row, 0)).center()
    QTest.mouseMove(outline.viewport(), place)
    button = child(page, QPushButton, "review.reject_row")
    page.qtbot.waitUntil(lambda: button.isVisible() and button.accessibleName() == "Reject 3 changes of total")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    page.qtbot.waitUntil(lambda: page.decisions() == "......" + "RRR.")
    press(page, K.Key_D, K.Key_F)
    assert page.decisions() == "......" + "RRR.", "what is in no function stays"


def test_no_row_offers_to_accept_a_conflict(page: Page) -> None:
    (page.root / "a.txt").write_text(FILES["a.txt"].replace("line 5\n", "mine\n"))
    page.documents.disk_changed.emit(DiskChanged(("a.txt",)))
    page.qtbot.waitUntil(lambda: page.review.state.hunks()[0].state is HunkState.CONFLICT)
    outline = page.view.outline
    accept, reject = child(page, QPushButton, "review.accept_row"), child(page, QPushButton, "review.reject_row")

    def hover(row: int) -> list[str]:
        QTest.mouseMove(outline.viewport(), outline.visualRect(outline.model().index(row, 0)).center())
        page.qtbot.waitUntil(reject.isVisible)
        return [button.accessibleName() for button in (accept, reject) if button.isVisible()]

    assert hover(1) == ["Accept 2 changes of a.txt", "Reject 3 changes of a.txt"]
    assert hover(2) == ["Keep yours at Line 6: reject the change"]
    buttons = reject.parentWidget()
    assert isinstance(buttons, QWidget)
    assert reject.geometry().right() <= buttons.width() <= 40, "the one button has the room of one"
    assert hover(3) == ["Accept Line 31", "Reject Line 31"]
    page.view.go_to(page.review.state.hunks()[0].hunk_id)
    info = page.view.diff.content.info(page.view.current_hunk)
    assert info is not None
    assert (info.words, info.short_words) == ("Conflict: these lines were edited since", "Conflict")


def test_a_narrow_list_keeps_the_name_of_its_current_row_and_what_is_hidden(page: Page, qtbot: QtBot) -> None:
    outline, hidden = page.view.outline, child(page, QPushButton, "review.hidden")
    buttons = child(page, QPushButton, "review.accept_row").parentWidget()
    assert isinstance(buttons, QWidget)
    qtbot.waitUntil(buttons.isVisible)
    page.window.resize(440, 600)
    qtbot.waitUntil(buttons.isHidden)
    row = outline.visualRect(outline.currentIndex())
    QTest.mouseMove(outline.viewport(), row.center())
    qtbot.waitUntil(buttons.isVisible)
    words = child(page, QLineEdit, "review.filter")
    QTest.keyClicks(words, "a.txt")
    qtbot.waitUntil(hidden.isVisible)
    qtbot.waitUntil(lambda: hidden.width() >= hidden.sizeHint().width())


def test_a_row_that_has_the_keyboard_is_what_keys_act_on(page: Page) -> None:
    page.view.outline.setFocus()
    press(page, K.Key_Home, K.Key_Down, K.Key_A)
    assert page.decisions() == "AAA..." + "...."
    assert page.place() == 3
    press(page, K.Key_R)
    assert page.decisions() == "AAAR.." + "...."


def test_the_filter_narrows_what_keys_walk_and_buttons_take(page: Page, qtbot: QtBot) -> None:
    press(page, K.Key_Slash)
    bar: FilterBar = page.view.list.filter
    assert bar.words.hasFocus()
    QTest.keyClicks(bar.words, "b.txt")
    press(page, K.Key_Return)
    assert page.view.outline.hasFocus()
    assert levels(page) == "TFHHH"
    hidden = child(page, QPushButton, "review.hidden")
    assert isinstance(hidden, QPushButton)
    assert hidden.text() == "7 hidden: show all"
    accept = child(page, QPushButton, "review.accept_all")
    assert isinstance(accept, QPushButton)
    assert accept.text() == "Accept shown"
    press(page, K.Key_A, by=Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    assert page.decisions() == "...AAA" + "...."
    QTest.mouseClick(hidden, Qt.MouseButton.LeftButton)
    assert not hidden.isVisible()
    assert bar.words.text() == ""
    chip = child(page, QPushButton, "review.chip.accepted")
    assert isinstance(chip, QPushButton)
    assert (chip.text(), chip.accessibleName()) == ("Accepted 3", "Show only: Accepted, 3")
    chip.setFocus()
    QTest.keyClick(chip, K.Key_Space)
    assert levels(page) == "TFHHH"
    page.view.diff.setFocus()
    press(page, K.Key_K, K.Key_K, K.Key_K)
    assert page.place() == 3
    # What is asked for from outside is shown, whatever was hidden.
    page.review.show(page.review.state.change_sets[1].change_set_id)
    assert page.place() == 6
    assert not chip.isChecked()


def test_marks_of_what_was_viewed_go_when_it_says_something_else(page: Page) -> None:
    press(page, K.Key_V)
    assert page.place() == 7
    press(page, K.Key_V, by=Qt.KeyboardModifier.ShiftModifier)
    assert len(page.review.viewed.hunk_ids()) == 4
    assert [entry.viewed for entry in page.view.outline.entries if entry.level is Level.FILE] == [0, 0, 4]
    page.review.edit_new_text(page.review.state.hunks()[6].hunk_id, "    net = 5\n")
    page.qtbot.waitUntil(lambda: len(page.review.viewed.hunk_ids()) == 3)
    (page.root / "code.py").write_text("# above\n" + CODE)
    page.review.accept([page.review.state.hunks()[7].hunk_id])
    page.qtbot.waitUntil(lambda: not page.review.is_busy and page.decisions()[7] == "A")
    assert len(page.review.viewed.hunk_ids()) == 3


def test_single_lines_are_picked_accepted_and_joined_again(page: Page) -> None:
    before = page.review.state.hunks()
    press(page, K.Key_L)
    picking = page.view.pane.picking
    assert picking is not None
    lines = picking.lines
    assert lines.hasFocus()
    spoken = [lines.model().index(at, 0).data(Qt.ItemDataRole.AccessibleTextRole) for at in range(3)]
    assert spoken == [
        "not picked, removed line 2:     net = 0",
        "not picked, added line:     net = 1",
        "not picked, added line:     count = 0",
    ]
    press(page, K.Key_A)
    assert page.decisions() == "......" + "....", "nothing is picked"
    press(page, K.Key_Down, K.Key_Down, K.Key_Space)
    assert lines.model().index(2, 0).data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    button = child(page, QPushButton, "review.accept_lines")
    assert isinstance(button, QPushButton)
    assert button.text() == "Accept 1 line"
    press(page, K.Key_A)
    assert page.view.pane.picking is None
    assert (page.root / "code.py").read_text() == CODE.replace("    net = 0\n", "    net = 0\n    count = 0\n")
    assert page.decisions() == "......" + ".A..."
    assert page.place() == 6, "the rest of it waits"
    press(page, K.Key_U)
    assert (page.root / "code.py").read_text() == CODE
    assert page.review.state.hunks() == before
    press(page, K.Key_L, K.Key_Escape)
    assert page.view.pane.picking is None
    assert page.view.diff.hasFocus()


def test_a_change_is_split_above_a_line_and_a_whole_file_is_not(page: Page) -> None:
    refused: list[tuple[str, bool]] = []
    page.review.noticed.connect(lambda notice: refused.append((notice.message, notice.is_passing)))
    press(page, K.Key_S, by=Qt.KeyboardModifier.ShiftModifier)
    assert len(page.review.state.hunks()) == 10, "it is one piece"
    assert refused == [("This change is one piece: pick the lines that are to be decided alone.", True)]
    press(page, K.Key_K)
    while page.place() != 6:
        press(page, K.Key_J)
    press(page, K.Key_L, K.Key_Down, K.Key_Down)
    press(page, K.Key_S, by=Qt.KeyboardModifier.ShiftModifier)
    assert len(page.review.state.hunks()) == 11
    press(page, K.Key_U)
    assert len(page.review.state.hunks()) == 10
    made = page.review.add_proposal(Proposal({"new.py": "a\nb\n"}), {}, "three", "New", "model")
    assert made is not None
    page.view.show_change_set(made)
    with page.qtbot.waitSignal(page.review.noticed) as said:
        press(page, K.Key_L)
    assert said.args is not None
    assert said.args[0].message == "A new, deleted or renamed file is decided as a whole."


def test_the_sheet_shows_keys_as_they_are_bound(page: Page) -> None:
    page.actions.set_overrides({"review.viewed": "Z"})
    press(page, K.Key_Question)
    sheet = page.view.findChild(QDialog, "review.key_sheet")
    assert sheet is not None
    words = [label.text() for label in sheet.findChildren(QLabel)]
    assert words[words.index("Z") + 1] == "Mark as viewed, or not"
    titles = {action.text() for action in page.view.actions() if action.shortcuts()}
    assert titles <= set(words)


def test_the_menu_of_the_right_button_has_what_keys_do(page: Page) -> None:
    outline = page.view.outline
    place = outline.visualRect(outline.model().index(4, 0)).center()
    QTest.mouseClick(outline.viewport(), Qt.MouseButton.RightButton, pos=place)
    page.view.contextMenuEvent(_context_event(outline, place))
    menu = page.view.findChild(QMenu, "review.menu")
    assert menu is not None
    assert {"Accept change", "Pick single lines", "Mark as viewed, or not"} <= {each.text() for each in menu.actions()}
    menu.close()


def _context_event(widget: QWidget, place: QPoint) -> QContextMenuEvent:
    return QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, widget.mapToGlobal(place))


def test_words_of_a_line_are_picked(page: Page) -> None:
    text = "total = price * count\n"
    (page.root / "one.txt").write_text(text, newline="")
    hunk = Hunk("one.txt", 0, 1, "net = price * number\n", "exact", 1.0)
    made = page.review.add_proposal(Proposal({"one.txt": hunk.new_text}, (hunk,)), {"one.txt": text}, "3", "t", "m")
    assert made is not None
    page.view.show_change_set(made)
    before = page.review.state.hunks()
    press(page, K.Key_L, K.Key_Right)
    lines = page.view.pane.picking.lines if page.view.pane.picking is not None else None
    assert lines is not None
    said = [lines.model().index(at, 0).data(Qt.ItemDataRole.AccessibleTextRole) for at in (2, 3)]
    assert said == ["not picked, words: total → net", "not picked, words: count → number"]
    press(page, K.Key_Down, K.Key_Space, K.Key_A)
    assert (page.root / "one.txt").read_text() == "total = price * number\n"
    assert [hunk.new_text for hunk in page.review.state.pending()[-1:]] == ["net = price * number\n"]
    assert page.decisions() == "......" + "...." + "A."
    rows = page.view.diff.rows_model.rows
    notes = [rows[at].text for at in range(len(rows)) if rows[at].path == "one.txt" and rows[at].kind is RowKind.NOTE]
    assert notes == ["Its lines stand in the change beside it, which changes them too."]
    press(page, K.Key_U)
    assert (page.root / "one.txt").read_text() == text
    assert page.review.state.hunks() == before
    press(page, K.Key_L, K.Key_Right, K.Key_Space, K.Key_R)
    assert [hunk.new_text for hunk in page.review.state.pending()[-1:]] == ["total = price * number\n"]


def test_a_line_without_words_to_be_picked_says_why(page: Page) -> None:
    said: list[str] = []
    page.review.noticed.connect(lambda notice: said.append(notice.message))
    page.view.go_to(page.view.list.listing.hunk_ids[6])
    press(page, K.Key_L, K.Key_Right)
    assert said == ["This line differs in one place only: pick the line itself."]
    press(page, K.Key_Down, K.Key_Down, K.Key_Right)
    assert said[1:] == ["Words are picked where a line takes the place of another one, which this one does not."]
    assert page.view.pane.picking is not None
