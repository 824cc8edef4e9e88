"""Whatever an answer is made of: it is drawn the same as it streams, when it is opened again, and nothing overlaps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, groupby

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QTextTable
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.chat.answer_view import AnswerView
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice
from copilot_desktop.ui.theme.tokens import LIGHT

PARTS = {
    "paragraph": "Some text with **bold**, *it* and `code` here.\n",
    "heading": "## Heading\n",
    "code": "```python a.py\nRATE = 0.2\n\n\ndef rate():\n    return RATE\n```\n",
    "blank lines": "```\n\nx\n\n```\n",
    "empty code": "```py\n```\n",
    "table": "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n",
    "list": "- one\n- two\n  - in\n\n    para in item\n",
    "code in list": "1. step\n\n   ```sh\n   ls\n\n   cd\n   ```\n2. next\n",
    "quote": "> quoted\n> more\n",
    "code in quote": "> ```\n> q\n> ```\n",
    "rule": "---\n",
    "edit": "```python\n<<<<<<< SEARCH\nold = 1\n\n=======\nnew = 2\n>>>>>>> REPLACE\n```\n",
    "diff": "```diff\n-a\n+b\n c\n```\n",
    "indented": "    indented code\n\n    more\n",
    "loose list": "- a\n\n- b\n",
    "empty item": "-\n- x\n",
    "html": "<div>x</div>\n",
}


def texts() -> list[str]:
    """Each part alone, and each before and after each other."""
    return [*PARTS.values(), *("\n".join((*each, *each[:1])) for each in combinations(PARTS.values(), 2))]


def drawn(view: AnswerView, pieces: Sequence[str]) -> QImage:
    """The picture of an answer that arrives so."""
    view.show_text("")
    for piece in pieces:
        view.feed(piece)
    view.finish()
    return view.grab().toImage()


@pytest.fixture
def view(qtbot: QtBot) -> AnswerView:
    view = AnswerView(Theme(ThemeChoice.LIGHT))
    qtbot.addWidget(view)
    view.resize(380, 10)
    view.show()
    return view


@pytest.mark.parametrize("by", ["characters", "three", "lines"])
def test_streamed_it_looks_as_it_does_when_it_is_opened_again(view: AnswerView, by: str) -> None:
    different = []
    for text in texts():
        if by == "lines":
            pieces = text.splitlines(keepends=True)
        else:
            size = 1 if by == "characters" else 3
            pieces = [text[start : start + size] for start in range(0, len(text), size)]
        streamed = drawn(view, pieces)
        view.show_text("")
        view.feed_kept(text)
        view.finish()
        if view.grab().toImage() != streamed:
            different.append(text)
    assert different == []


def test_code_has_its_bar_and_overlaps_nothing(view: AnswerView) -> None:
    wrong = []
    for text in texts():
        drawn(view, [text])
        tables = [each for each in view.document().rootFrame().childFrames() if isinstance(each, QTextTable)]
        areas = [*view.cards, *(_area(view, each) for each in tables)]
        is_cut = any(area.top() < 0 or area.bottom() > view.height() for area in areas)
        if is_cut or any(one.intersects(other) for one, other in combinations(areas, 2)):
            wrong.append(text)
    assert wrong == []


def test_there_are_no_stripes_between_changed_lines(view: AnswerView) -> None:
    tokens = LIGHT
    image = drawn(view, ["```diff\n" + "-old\n" * 5 + "+new\n" * 5 + "```\n"])
    # Right of the words: nothing but the fills stands there.
    seen = [image.pixelColor(300, y).name() for y in range(image.height())]
    fills = [colour for colour, _same in groupby(seen) if colour in (tokens.rem.lower(), tokens.add.lower())]
    assert fills == [tokens.rem.lower(), tokens.add.lower()]


def test_columns_stand_where_the_answer_says(view: AnswerView) -> None:
    drawn(view, ["| name | price | state |\n|---|---:|:-:|\n| apple | 1.20 | ok |\n"])
    (table,) = [each for each in view.document().rootFrame().childFrames() if isinstance(each, QTextTable)]
    for row in range(2):
        sides = [table.cellAt(row, column).firstCursorPosition().blockFormat().alignment() for column in range(3)]
        assert sides[1] == Qt.AlignmentFlag.AlignRight
        assert sides[2] == Qt.AlignmentFlag.AlignHCenter
        assert not sides[0] & Qt.AlignmentFlag.AlignRight


def _area(view: AnswerView, table: QTextTable) -> QRectF:
    """From the first to the last character, with the padding of cells and the border."""
    first = view.cursorRect(table.cellAt(0, 0).firstCursorPosition())
    last = view.cursorRect(table.cellAt(table.rows() - 1, table.columns() - 1).lastCursorPosition())
    return QRectF(first.united(last)).adjusted(-5, -5, 5, 5)
