"""An answer drawn while it arrives looks like one drawn at once, and nothing in it can do harm."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.chat.answer_view import AnswerView, is_safe_link
from copilot_desktop.ui.chat.code_bar import CodeActionKind
from copilot_desktop.ui.chat.markdown_blocks import parser
from copilot_desktop.ui.chat.rich_lines import Tone, fence_info, lines_of
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice

ANSWER = """Intro with `code`, **bold** and a [link](https://example.org).

# Head

1. one
2. two
   - inner

> quoted

```python src/a.py
def f():
    return 1
```

| a | b |
|---|---|
| 1 | 2 |

---

```js
let x = 1
```
After <b>html</b> ![pic](http://example.org/p.png)
"""


def view_of(qtbot: QtBot, theme: ThemeChoice = ThemeChoice.DARK) -> AnswerView:
    view = AnswerView(Theme(theme))
    qtbot.addWidget(view)
    view.resize(400, 100)
    view.show()
    return view


def looks(view: AnswerView) -> list[tuple[str, tuple[object, ...]]]:
    """Every character with what can be seen of its format."""
    cursor = QTextCursor(view.document())
    found: list[tuple[str, tuple[object, ...]]] = []
    for position in range(1, view.document().characterCount()):
        cursor.setPosition(position)
        form = cursor.charFormat()
        found.append(
            (
                view.document().characterAt(position - 1),
                (form.foreground().color().name(), form.fontWeight(), form.fontItalic(), form.anchorHref()),
            )
        )
    return found


@pytest.mark.parametrize("size", [1, 7, 50])
def test_streamed_in_pieces_is_the_same_as_at_once(qtbot: QtBot, size: int) -> None:
    streamed, whole = view_of(qtbot), view_of(qtbot)
    for start in range(0, len(ANSWER), size):
        streamed.feed(ANSWER[start : start + size])
    streamed.finish()
    whole.show_text(ANSWER)
    assert looks(streamed) == looks(whole)
    assert [bar.code for bar in streamed.bars] == [bar.code for bar in whole.bars]
    assert streamed.text == ANSWER
    assert streamed.height() == whole.height()


def test_blocks_know_language_path_and_exact_text(qtbot: QtBot) -> None:
    view = view_of(qtbot)
    view.show_text(ANSWER)
    assert [(code.language, code.path, code.text) for code in (bar.code for bar in view.bars)] == [
        ("python", "src/a.py", "def f():\n    return 1\n"),
        ("js", "", "let x = 1\n"),
    ]


def test_html_and_pictures_are_text_and_nothing_is_fetched(qtbot: QtBot) -> None:
    view = view_of(qtbot)
    view.show_text('<img src="http://example.org/x.png"> ![pic](http://example.org/p.png)\n\n<script>x</script>')
    text = view.toPlainText()
    assert '<img src="http://example.org/x.png">' in text
    assert "[image: pic]" in text
    assert "<script>x</script>" in text
    assert "\ufffc" not in text
    assert view.loadResource(2, QUrl("http://example.org/p.png")) is None


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("https://example.org/a", True),
        ("http://example.org", True),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
        ("vscode://open", False),
        ("https://", False),
        ("relative/path", False),
    ],
)
def test_only_web_addresses_open(url: str, is_safe: bool) -> None:
    assert is_safe_link(QUrl(url)) is is_safe


def test_an_unfinished_block_can_be_copied_but_not_inserted(qtbot: QtBot) -> None:
    view = view_of(qtbot)
    view.feed("```python\nx = 1\n")
    bar = view.bars[0]
    assert bar.button(CodeActionKind.COPY).isEnabled()
    assert not bar.button(CodeActionKind.INSERT).isEnabled()
    view.feed("```\n")
    view.finish()
    assert view.bars == (bar,)
    assert bar.button(CodeActionKind.INSERT).isEnabled()


def test_words_are_drawn_at_once_and_lines_that_follow_at_once_a_moment_later(qtbot: QtBot) -> None:
    view = view_of(qtbot)
    view.feed("One\n\nTwo")
    view.feed(" three")
    assert view.toPlainText() == "One\nTwo three"
    view.feed("\n\nFour\n\nFive")
    assert "Four" not in view.toPlainText()
    qtbot.waitUntil(lambda: view.toPlainText() == "One\nTwo three\nFour\nFive")


def test_cards_quotes_and_rules_look_as_in_an_answer_that_came_at_once(qtbot: QtBot) -> None:
    """Where they are is measured once, with the text; here each piece moved what is below it."""
    text = f"{ANSWER}\n```a.py\n{EDITS}{EDITS}```\n> last"
    streamed, whole = view_of(qtbot), view_of(qtbot)
    for start in range(0, len(text), 40):
        streamed.feed(text[start : start + 40])
        streamed.grab()
    streamed.finish()
    whole.show_text(text)
    assert streamed.grab().toImage() == whole.grab().toImage()


def test_what_has_piled_up_is_drawn_in_portions_and_all_of_it_without_more_text(qtbot: QtBot) -> None:
    view = view_of(qtbot)
    view.feed("```python\nvalue = 1\n```\n\n" * 200)
    assert 0 < len(view.bars) < 100
    qtbot.waitUntil(lambda: len(view.bars) == 200)
    view.finish()
    qtbot.wait(100)
    assert len(view.bars) == 200
    assert all(bar.button(CodeActionKind.INSERT).isEnabled() for bar in view.bars)


def test_another_theme_keeps_the_answer(qtbot: QtBot) -> None:
    theme = Theme(ThemeChoice.DARK)
    view = AnswerView(theme)
    qtbot.addWidget(view)
    view.show_text(ANSWER)
    before, colours = view.toPlainText(), {look[0] for _character, look in looks(view)}
    theme.choose(ThemeChoice.LIGHT)
    view.refresh()
    assert view.toPlainText() == before
    assert not colours & {look[0] for _character, look in looks(view)}


@pytest.mark.parametrize(
    ("info", "found"),
    [
        ("python", ("python", "")),
        ("src/a.py", ("", "src/a.py")),
        ("python src/a.py", ("python", "src/a.py")),
        ("python:src/a.py", ("python", "src/a.py")),
        ("", ("", "")),
        ("c++", ("c++", "")),
    ],
)
def test_a_fence_may_name_its_file(info: str, found: tuple[str, str]) -> None:
    assert fence_info(info) == found


EDITS = "<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n"


def test_search_replace_shows_old_and_new_without_the_markers() -> None:
    lines, codes = lines_of(parser().parse(f"```a.py\n{EDITS}{EDITS}```\n"), 0)
    shown = [("".join(run.text for run in line.runs), line.tone) for line in lines]
    edit = [("old", Tone.REMOVED), ("new", Tone.ADDED)]
    assert shown == [*edit, ("⋯", Tone.MARK), *edit]
    assert codes[0].text == EDITS + EDITS


@pytest.mark.parametrize(
    ("info", "text", "new_text"),
    [
        ("python", "x = 1\n\ny = 2\n", "x = 1\n\ny = 2\n"),
        ("a.py", EDITS, "new\n"),
        ("a.py", f"------- SEARCH\nold\n=======\n  new\n\n  more\n+++++++ REPLACE\n{EDITS}", "  new\n\n  more\nnew\n"),
        ("a.py", "<<<<<<< SEARCH\nold\n=======\n>>>>>>> REPLACE\n", ""),
        ("diff", "--- a\n+++ b\n@@ -1,2 +1,2 @@\n same\n-old\n+new\n", "same\nnew\n"),
    ],
)
def test_the_new_text_is_what_is_of_use_in_a_file(info: str, text: str, new_text: str) -> None:
    _lines, codes = lines_of(parser().parse(f"```{info}\n{text}```\n"), 0)
    assert codes[0].new_text == new_text
