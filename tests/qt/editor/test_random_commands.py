"""Random commands at random carets: nothing breaks, carets stay between characters, and one undo brings all back."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from copilot_desktop.editor.selections import Selections, Span
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.line_texts import LetterCase
from tests.qt.editor.conftest import MakeView

PIECES = ("  ab", "é", "\tx y", "", "/* a */", " b  ", "(", ")", "😀c", "// d")
ROUNDS = 250


def random_text(choose: random.Random) -> str:
    eol = choose.choice(["\n", "\r\n", "\r"])
    return "".join(choose.choice(PIECES) + eol for _ in range(choose.randrange(7))) + choose.choice(["", "z"])


def random_spans(choose: random.Random, text: str) -> list[Span]:
    """Carets and selections between the characters of a text, none inside a \\r\\n."""
    inner = (at for at in range(len(text) + 1) if text[max(0, at - 1) : at + 1] != "\r\n")
    places = [len(text[:at].encode()) for at in inner]
    spans = []
    for _ in range(choose.randrange(1, 4)):
        caret = choose.choice(places)
        spans.append(Span(choose.choice(places) if choose.random() < 0.5 else caret, caret))
    return spans


def commands(view: EditorView, choose: random.Random) -> dict[str, Callable[[], object]]:
    lines, comments, clipboard = view.lines, view.comments, view.clipboard
    return {
        "up": lambda: lines.move(True), "down": lambda: lines.move(False), "copy up": lambda: lines.copy(True),
        "copy down": lambda: lines.copy(False), "delete": lines.delete, "join": lines.join,
        "above": lambda: lines.insert(True), "below": lambda: lines.insert(False),
        "indent": lambda: lines.indent(1), "outdent": lambda: lines.indent(-1), "sort": lines.sort,
        "unique": lines.remove_duplicates, "case": lambda: lines.change_case(choose.choice(list(LetterCase))),
        "line comment": comments.toggle_lines, "block comment": comments.toggle_block, "copy": clipboard.copy,
        "cut": clipboard.cut, "paste": clipboard.paste, "trim": lines.trim,
        "to tabs": lambda: lines.convert_indentation(True), "to spaces": lambda: lines.convert_indentation(False),
        "Enter": lambda: QTest.keyClick(view.code, Qt.Key.Key_Return),
        "Backspace": lambda: QTest.keyClick(view.code, Qt.Key.Key_Backspace),
        "sign": lambda: QTest.keyClicks(view.code, choose.choice("(){}[]'\"")),
    }  # fmt: skip


def selecting(view: EditorView) -> tuple[Callable[[], object], ...]:
    carets = view.carets
    return (
        carets.add_next_match, carets.skip_match, carets.select_all_matches, lambda: carets.add_line(-1),
        lambda: carets.add_line(1), carets.carets_at_line_ends, lambda: carets.extend_column(down=1),
        lambda: carets.extend_column(right=1), carets.take_back, carets.drop_others,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_random_commands(make_view: MakeView, seed: int) -> None:
    choose = random.Random(seed)  # noqa: S311 - no secret
    view = make_view("", "a.css")
    selections = Selections(view.code)
    for number in range(ROUNDS):
        text = random_text(choose)
        view.load(text)
        selections.put(random_spans(choose, text))
        for _ in range(choose.randrange(3)):
            choose.choice(selecting(view))()
        assert view.text() == text
        every = commands(view, choose)
        name = choose.choice(list(every))
        what = f"round {number}: {name} on {text!r} at {selections.all()}"
        every[name]()
        after = view.text()
        for place in (at for span in selections.all() for at in (span.anchor, span.caret)):
            assert 0 <= place <= view.code.length(), what
            assert place == view.code.length() or view.code.charAt(place) & 0xC0 != 0x80, what
        if name in ("up", "down", "sort"):
            assert sorted(after.split()) == sorted(text.split()), what
        if after != text and name not in ("Backspace", "sign"):
            view.commands.undo()
            assert view.text() == text, what
            view.commands.redo()
            assert view.text() == after, what
