"""What is searched is what is shown: the text read from Markdown is that of the document which is drawn."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.chat.answer_view import AnswerView
from copilot_desktop.ui.chat.shown_text import reading
from copilot_desktop.ui.theme.theme import Theme

ANSWERS = (
    "Plain *words* with **looks**, `code` and a [link](https://example.org/x).\nSecond line.",
    "# Head\n\n- one\n- two\n  1. deep\n  2. deeper\n\n> quoted *text*\n\n---\n\nEnd.",
    "| a | b |\n|---|---|\n| 1 | **2** |\n| 3 | 4 |\n\nAfter.",
    "```python\ndef f():\n    return 1\n\n\nx = 2\n```\n\nText\n\n```\nno language\n```",
    "a.py\n```python\n<<<<<<< SEARCH\nold = 1\n=======\nnew = 1\n>>>>>>> REPLACE\n"
    "<<<<<<< SEARCH\no\n=======\nn\n>>>>>>> REPLACE\n```",
    "```diff\n-old\n+new\n@@ x\n```",
    "<b>not markup</b> &amp; an ![image](x.png)\n\nHard  \nbreak 🙂 über",
    "",
)


def shown_text(answer: str) -> str:
    reader = reading(answer)
    while True:
        try:
            next(reader)
        except StopIteration as end:
            return str(end.value)


def blocks(text: str) -> list[str]:
    """Without the empty blocks that tables and rules leave in a document."""
    return [line for line in text.replace("\u2028", "\n").split("\n") if line]


@pytest.mark.parametrize("answer", ANSWERS)
def test_it_is_the_text_of_the_document(qtbot: QtBot, theme: Theme, answer: str) -> None:
    view = AnswerView(theme)
    qtbot.addWidget(view)
    view.show_text(answer)
    assert blocks(shown_text(answer)) == blocks(view.toPlainText())


def test_a_long_answer_is_read_in_pieces_as_if_at_once(qtbot: QtBot, theme: Theme) -> None:
    answer = "\n\n".join(each for each in ANSWERS if each) * 40
    view = AnswerView(theme)
    qtbot.addWidget(view)
    view.show_text(answer)
    assert blocks(shown_text(answer)) == blocks(view.toPlainText())
