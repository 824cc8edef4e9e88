"""A refused block is placed by hand: a click shows what would change, Enter or a double click takes it, Esc leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.diff_marks import PREVIEW_ID
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.ranges import LineRange
from tests.support.openai_server import OpenAIServer
from tests.support.refusals import NOT_FOUND, STOCK, asked, cards, press, said, shown_buttons
from tests.support.shop import make_shop, opened, review_of

pytestmark = pytest.mark.usefixtures("by_hand")

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NO_PATH = "<<<<<<< SEARCH\n    return nothing\n=======\n    return 7\n>>>>>>> REPLACE\n"
NEW_TEXT = "def stock(items, unit):\n    amount = count(items, unit)\n    return 2 * amount\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_shop(tmp_path, {"stock.py": STOCK})


def notices(desktop: DesktopWindow) -> list[str]:
    return [notice.message for notice in desktop.window.notices.shown()]


def preview(view: EditorView) -> list[tuple[LineRange, str]]:
    return [(hunk.lines, hunk.new_text) for hunk in view.diff_marks.hunks() if hunk.hunk_id == PREVIEW_ID]


def placing(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> EditorView:
    """The editor in which the place of the block is being chosen."""
    (card,) = asked(qtbot, desktop, server, NOT_FOUND, 1)
    press(card, "refused_by_hand")
    qtbot.waitUntil(
        lambda: notices(desktop) == ["Choose the line of stock.py where this block goes: click it, or press ↑ ↓."]
    )
    view = desktop.window.editors.view_of("stock.py")
    assert view is not None
    qtbot.waitUntil(view.code.hasFocus)
    return view


def point_of(view: EditorView, line: int) -> QPoint:
    code = view.code
    position = code.positionFromLine(line)
    return QPoint(code.pointXFromPosition(position) + 4, code.pointYFromPosition(position) + 4)


def test_keys_choose_lines_and_enter_places_the_block_as_a_pending_change(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    view = placing(qtbot, desktop, server)
    assert preview(view)[0] == (LineRange(2, 3), "    return 2 * amount\n")
    for _ in range(5):
        QTest.keyClick(view.code, Qt.Key.Key_Down)
    QTest.keyClick(view.code, Qt.Key.Key_Up, SHIFT)
    assert {lines.end for lines, _ in preview(view)} == {6}
    QTest.keyClick(view.code, Qt.Key.Key_Down, SHIFT)
    QTest.keyClick(view.code, Qt.Key.Key_X)
    assert view.snapshot().text == STOCK
    assert max(lines.end for lines, _ in preview(view)) == 7
    QTest.keyClick(view.code, Qt.Key.Key_Return)
    review = review_of(desktop)
    qtbot.waitUntil(lambda: len(review.state.pending()) == 1)
    (hunk,) = review.state.pending()
    assert (hunk.start, hunk.end, hunk.strategy, hunk.needs_look) == (5, 7, "by hand", False)
    assert hunk.new_text == NEW_TEXT
    assert (folder / "stock.py").read_text() == STOCK
    assert (notices(desktop), cards(desktop), preview(view)) == ([], [], [])
    assert view.diff_marks.hunk_at_caret() == hunk.hunk_id
    QTest.keyClick(view.code, Qt.Key.Key_Y, Qt.KeyboardModifier.AltModifier)
    wanted = STOCK[: STOCK.index("def left")] + NEW_TEXT
    qtbot.waitUntil(lambda: (folder / "stock.py").read_text() == wanted)


def click(view: EditorView, line: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.mouseClick(view.code.viewport(), Qt.MouseButton.LeftButton, modifier, point_of(view, line))


def placed(qtbot: QtBot, desktop: DesktopWindow) -> tuple[int, int]:
    """The lines of the change that waits now."""
    qtbot.waitUntil(lambda: len(review_of(desktop).state.pending()) == 1)
    (hunk,) = review_of(desktop).state.pending()
    return hunk.start, hunk.end


def test_a_click_only_shows_also_within_what_is_shown_and_enter_places_it_there_and_goes_into_no_text(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    view = placing(qtbot, desktop, server)
    for line in (4, 5, 1):
        click(view, line)
        assert review_of(desktop).state.pending() == ()
        assert preview(view)[0][0].start == line
    assert view.code.lineFromPosition(view.code.positionFromPoint(*point_of(view, 1).toTuple())) == 1
    QTest.keyClicks(view.code, "x")
    QTest.keyClick(view.code, Qt.Key.Key_Return, CTRL)
    assert placed(qtbot, desktop) == (1, 4)
    assert view.snapshot().text == STOCK


def test_what_is_shown_between_the_lines_is_no_place_and_a_double_click_takes_the_line_of_its_first_click(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    view = placing(qtbot, desktop, server)
    click(view, 3)
    (last, *_) = reversed([lines.end - 1 for lines, text in preview(view) if text])
    below = point_of(view, last) + QPoint(0, view.code.textHeight(last))
    QTest.mouseClick(view.code.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, below)
    assert preview(view)[0][0].start == 3
    place = point_of(view, 4)
    click(view, 4)
    # Qt sends the second press of a double click as this event alone.
    QTest.mouseDClick(view.code.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert placed(qtbot, desktop) == (4, 7)


def test_shift_and_a_click_take_more_lines_and_the_button_places(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    view = placing(qtbot, desktop, server)
    click(view, 5, SHIFT)
    assert review_of(desktop).state.pending() == ()
    (found,) = desktop.window.notices.findChildren(QPushButton, "banner.place_here")
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)
    assert placed(qtbot, desktop) == (0, 6)


def test_esc_gives_up_and_the_text_takes_keys_again(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    view = placing(qtbot, desktop, server)
    QTest.keyClick(view.code, Qt.Key.Key_Escape)
    assert (notices(desktop), preview(view)) == ([], [])
    assert len(cards(desktop)) == 1
    assert review_of(desktop).state.pending() == ()
    QTest.keyClicks(view.code, "x")
    assert view.snapshot().text != STOCK


def test_the_banner_gives_up_as_well(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    view = placing(qtbot, desktop, server)
    buttons = desktop.window.notices.findChildren(QPushButton, "banner.cancel")
    (found,) = [button for button in buttons if button.isVisible()]
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)
    assert (notices(desktop), preview(view)) == ([], [])


def test_a_block_without_a_file_goes_where_the_user_goes(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    (card,) = asked(qtbot, desktop, server, NO_PATH, 1)
    assert said(card, "refused_title") == "Not placed: names no file"
    assert "Place here" not in shown_buttons(card)
    press(card, "refused_by_hand")
    assert notices(desktop) == ["Open the file this block belongs to (Ctrl+P), then choose the line where it goes."]
    view = opened(qtbot, desktop, "basket.py")
    qtbot.waitUntil(
        lambda: notices(desktop) == ["Choose the line of basket.py where this block goes: click it, or press ↑ ↓."]
    )
    QTest.keyClick(view.code, Qt.Key.Key_Down)
    QTest.keyClick(view.code, Qt.Key.Key_Return)
    review = review_of(desktop)
    qtbot.waitUntil(lambda: len(review.state.pending()) == 1)
    assert [(hunk.start, hunk.end, hunk.new_text) for hunk in review.state.pending("basket.py")] == [
        (1, 2, "    return 7\n")
    ]


def test_what_is_done_to_the_text_meanwhile_is_followed(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    view = placing(qtbot, desktop, server)
    view.set_text("# above\n" + STOCK)
    qtbot.waitUntil(lambda: preview(view)[0][0].start == 0)
    QTest.keyClick(view.code, Qt.Key.Key_Down)
    QTest.keyClick(view.code, Qt.Key.Key_Return)
    review = review_of(desktop)
    qtbot.waitUntil(lambda: len(review.state.pending()) == 1)
    assert [(hunk.start, hunk.end) for hunk in review.state.pending()] == [(1, 4)]


def test_a_file_that_was_deleted_says_so_on_the_card(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    (card,) = asked(qtbot, desktop, server, NOT_FOUND, 1)
    (folder / "stock.py").unlink()
    press(card, "refused_by_hand")
    qtbot.waitUntil(lambda: "stock.py" in said(card))
    assert notices(desktop) == []


def test_a_tab_that_is_closed_meanwhile_leaves_the_card(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    placing(qtbot, desktop, server)
    desktop.window.commands.run("file.close")
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("stock.py") is None)
    assert len(cards(desktop)) == 1
    view = opened(qtbot, desktop, "basket.py")
    qtbot.waitUntil(
        lambda: notices(desktop) == ["Choose the line of basket.py where this block goes: click it, or press ↑ ↓."]
    )
    QTest.keyClick(view.code, Qt.Key.Key_Escape)
    assert notices(desktop) == []


def test_a_command_places_the_block_of_the_card(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    asked(qtbot, desktop, server, NOT_FOUND, 1)
    desktop.window.commands.run("refused.focus")
    assert desktop.window.focusWidget().objectName() == "refused_place"
    desktop.window.commands.run("refused.place")
    qtbot.waitUntil(
        lambda: notices(desktop) == ["Choose the line of stock.py where this block goes: click it, or press ↑ ↓."]
    )
