"""Texts of megabytes: styled as far as they are seen, so that a key does not have the rest styled again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QAbstractEventDispatcher
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from copilot_desktop.editor.code_widget import STYLED_IDLY_BYTES
from copilot_desktop.editor.languages import language_for
from copilot_desktop.editor.view import EditorView
from tests.qt.editor.conftest import MakeView

LINES = "def total(items):\n    return sum(items)  # of all\n"
LARGE = LINES * (2 * STYLED_IDLY_BYTES // len(LINES))
KEYWORD = 5  # SCE_P_WORD


@pytest.fixture
def large(make_view: MakeView) -> EditorView:
    return make_view(LARGE)


def is_styled(view: EditorView, line: int) -> bool:
    return view.code.styleIndexAt(view.code.positionFromLine(line)) == KEYWORD


def test_a_key_in_a_large_text_does_not_style_what_is_not_seen(large: EditorView, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: is_styled(large, 0))
    QTest.keyClicks(large.code, "x = 1")
    qtbot.wait(300)
    assert large.code.endStyled() < STYLED_IDLY_BYTES


def test_a_small_text_is_styled_to_its_end(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view(LINES * 2_000)
    qtbot.waitUntil(lambda: view.code.endStyled() == view.code.length())
    QTest.keyClicks(view.code, "x = 1\r")
    qtbot.waitUntil(lambda: view.code.endStyled() == view.code.length())


@pytest.mark.parametrize("path", ["a.txt", "a.py"])
@pytest.mark.parametrize("lines", [1, 3_000, 2 * STYLED_IDLY_BYTES // len(LINES)])
def test_nothing_goes_on_after_a_key(make_view: MakeView, qtbot: QtBot, path: str, lines: int) -> None:
    view = make_view(LINES * lines, path)
    for line in (0, lines):
        view.go_to(line, 0)
        QTest.keyClicks(view.code, "x = 1\r")
        qtbot.wait(1000)
        turns: list[None] = []
        dispatcher = QAbstractEventDispatcher.instance()
        dispatcher.awake.connect(lambda turns=turns: turns.append(None))
        qtbot.wait(300)
        assert len(turns) < 100  # some thousands, where the text is styled without an end


def test_a_text_that_becomes_code_is_styled_to_its_end(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view(LINES * 2_000, "a.txt")
    QTest.keyClicks(view.code, "x = 1\r")
    view.set_language(language_for("a.py", ""))
    qtbot.waitUntil(lambda: view.code.endStyled() == view.code.length())
    assert is_styled(view, 2_001)


def test_what_comes_into_sight_is_styled_and_all_of_it_folds(large: EditorView, qtbot: QtBot) -> None:
    last = large.code.lineCount() - 3
    large.go_to(last, 0)
    qtbot.waitUntil(lambda: is_styled(large, last))
    large.go_to(0, 0)
    QTest.keyClicks(large.code, "#")
    large.commands.fold_all(True)
    assert not large.code.lineVisible(last + 1)


def test_brackets_and_quotes_are_closed_far_from_what_is_styled(large: EditorView) -> None:
    large.go_to(large.code.lineCount() - 1, 0)
    QTest.keyClicks(large.code, "(")
    QTest.keyClicks(large.code, '"')
    assert large.text().endswith('("")')


def test_a_brace_in_a_large_text_is_matched_in_a_pause(
    make_view: MakeView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One without a partner is looked for to the end of the text: 17 ms in 5 MB."""
    view = make_view(LINES * 21_000)
    marked: list[tuple[int, int]] = []
    monkeypatch.setattr(view.code, "braceHighlight", lambda one, other: marked.append((one, other)))
    view.go_to(0, len("def total("))
    QApplication.processEvents()
    assert (9, 15) not in marked
    qtbot.waitUntil(lambda: marked[-1:] == [(9, 15)])
