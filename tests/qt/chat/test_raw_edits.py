"""Edits without a fence around them are shown as code, while they arrive and at the end; prose stays prose."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.chat.answer_view import AnswerView
from copilot_desktop.ui.chat.markdown_blocks import BlockSplitter
from copilot_desktop.ui.chat.rich_lines import Line, LineKind, lines_of
from copilot_desktop.ui.theme.theme import Theme

PATCH = """I use **net** prices.

*** Begin Patch
*** Update File: src/a_b.py
@@ def total(items):
-    return sum(items)
+    # __net__ prices

+    return sum(*items*)
*** End Patch

- and a list
"""
BARE = """*** Update File: a.py
@@
-# old
+# new

Done: *fine*.
"""
PAIR = """Change both.

**src/a_b.py**
<<<<<<< SEARCH
* one_a *
    two_b
=======
# three
>>>>>>> REPLACE
<<<<<<< SEARCH
4
=======
5
>>>>>>> REPLACE

That is *all*.
"""
DIFF = """Here:

--- a/x.py
+++ b/x.py
@@ -1,2 +1,2 @@
-# a
+# b

 c

- A bullet
"""
FENCED = """```python
<<<<<<< SEARCH
a
=======
b
>>>>>>> REPLACE
```

> ```
> *** Begin Patch
> ```

1. ```diff
   --- a/x
   +++ b/x
   ```

~~~
*** Begin Patch
~~~
after *it*
"""
OPEN = "Go:\n\nmy file.py\n<<<<<<< SEARCH\n* a_b\n=======\n# c"
PROSE = "A rule\n\n---\n\n--- not a diff\nand text\n\n<<<<<<< and more\n*** three stars\n"


def blocks_of(answer: str, size: int) -> tuple[list[Line], list[tuple[str, str, str]]]:
    """The lines that are shown, and of each code its language, path and text; in pieces of a size."""
    splitter, lines = BlockSplitter(), list[Line]()
    codes: list[tuple[str, str, str]] = []
    for start in range(0, len(answer), size):
        splitter.feed(answer[start : start + size])
        last = start + size >= len(answer)
        for block in splitter.split(is_finished=last):
            if last or not block.is_open:
                shown, found = lines_of(block.tokens, len(codes))
                lines += shown
                codes += [(code.language, code.path, code.text) for code in found]
    return lines, codes


def prose(lines: list[Line]) -> list[str]:
    return ["".join(run.text for run in line.runs) for line in lines if line.kind is not LineKind.CODE]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("answer", [PATCH, BARE, PAIR, DIFF, FENCED, OPEN, PROSE])
def test_in_pieces_it_is_the_same_as_at_once(answer: str, ending: str) -> None:
    answer = answer.replace("\n", ending)
    at_once = blocks_of(answer, len(answer))
    for size in (1, 2, 3, 7, 40):
        assert blocks_of(answer, size) == at_once


def test_a_patch_is_code_under_the_name_of_its_file() -> None:
    lines, codes = blocks_of(PATCH, 9)
    assert codes == [("diff", "src/a_b.py", PATCH[PATCH.index("***") : PATCH.index("\n- and")])]
    assert prose(lines) == ["I use net prices.", "and a list"]


def test_a_patch_without_its_marks_ends_where_its_lines_do() -> None:
    lines, codes = blocks_of(BARE, 9)
    assert codes == [("diff", "a.py", "*** Update File: a.py\n@@\n-# old\n+# new\n")]
    assert prose(lines) == ["Done: fine."]


def test_a_diff_goes_over_blank_lines_and_ends_before_a_list() -> None:
    lines, codes = blocks_of(DIFF, 9)
    assert codes == [("diff", "x.py", DIFF[DIFF.index("---") : DIFF.index("\n- A")])]
    assert prose(lines) == ["Here:", "A bullet"]


def test_pairs_are_code_under_the_name_above_them_also_the_next_ones() -> None:
    lines, codes = blocks_of(PAIR, 9)
    assert [(language, path) for language, path, _text in codes] == [("", "src/a_b.py")] * 2
    assert codes[0][2] == PAIR[PAIR.index("<") : PAIR.index("<<<<<<< SEARCH\n4")]
    assert prose(lines) == ["Change both.", "src/a_b.py", "That is all."]


def test_a_pair_that_is_cut_off_stays_code_under_a_name_with_a_blank() -> None:
    _lines, codes = blocks_of(OPEN, 9)
    assert codes == [("", "my file.py", "<<<<<<< SEARCH\n* a_b\n=======\n# c\n")]


def test_what_stands_in_a_fence_stays_there_and_prose_stays_prose() -> None:
    _lines, codes = blocks_of(FENCED, 9)
    assert [text.split("\n")[0] for _language, _path, text in codes] == [
        "<<<<<<< SEARCH",
        "*** Begin Patch",
        "--- a/x",
        "*** Begin Patch",
    ]
    assert blocks_of(PROSE, 9)[1] == []


def test_while_it_arrives_it_is_code_from_its_first_line_on(qtbot: QtBot, theme: Theme) -> None:
    view = AnswerView(theme)
    qtbot.addWidget(view)
    view.resize(400, 100)
    view.show()
    view.feed(PATCH[: PATCH.index("+    return")])
    assert [bar.code.path for bar in view.bars] == ["src/a_b.py"]
    assert "+    # __net__ prices" in view.toPlainText()
    view.feed(PATCH[PATCH.index("+    return") :])
    view.finish()
    assert [bar.code.path for bar in view.bars] == ["src/a_b.py"]
    assert "+    return sum(*items*)" in view.toPlainText()
    assert view.toPlainText().endswith("and a list")
