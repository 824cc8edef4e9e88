"""What was edited since a version, as edits of whole lines: put on the old text they give the text now."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.lined_text import LinedText
from tests.qt.editor.conftest import MakeView

_CUTS = st.tuples(st.integers(0, 40), st.integers(0, 12), st.text(st.sampled_from("a\r\né😀"), max_size=6))


def followed(text: str, view: EditorView, version: int) -> str:
    """The old text with the edits since."""
    edits, lines = view.edits_since(version), LinedText(text)
    assert edits is not None
    for edit in reversed(edits):
        lines = lines.replaced(edit.lines.start, edit.lines.end, edit.text)
    return lines.text


def test_edits_lead_from_any_version_to_the_text_now(make_view: MakeView) -> None:
    view = make_view("")

    @settings(max_examples=150, deadline=None)
    @given(st.text(st.sampled_from("ab\r\n\té"), max_size=40), st.lists(_CUTS, max_size=6), st.data())
    def check(text: str, cuts: list[tuple[int, int, str]], data: st.DataObject) -> None:
        view.code.load(text)
        known = {view.version: text}
        for start, count, new in cuts:
            view.select(start, start + count)
            view.insert_at_caret(new)
            known[view.version] = view.text()
        view.commands.undo()
        version = data.draw(st.sampled_from(sorted(known)))
        assert followed(known[version], view, version) == view.text()

    check()


def test_typing_in_a_large_file_is_told_by_its_line(make_view: MakeView) -> None:
    text = "".join(f"line {number}\n" for number in range(50_000))
    view = make_view(text)
    version = view.version
    view.select(0, 0)
    QTest.keyClicks(view.code, "ab")
    view.select(len(text) + 2, len(text) + 2)
    QTest.keyClick(view.code, Qt.Key.Key_Return)
    QTest.keyClick(view.code, Qt.Key.Key_X)
    edits = view.edits_since(version)
    assert edits is not None
    assert [(edit.lines.start, edit.text) for edit in edits] == [(0, "abline 0\n"), (50_000, "\nx")]
    assert followed(text, view, version) == view.text()


def test_more_than_is_worth_telling_is_not_told(make_view: MakeView) -> None:
    view = make_view("a\n")
    version = view.version
    for _ in range(300):
        view.code.replace_bytes(0, 0, "c")
    assert view.edits_since(version) is None
    assert view.edits_since(view.version) == ()
    version = view.version
    view.set_text("some words\n" * 30_000)
    assert view.edits_since(version) is None
