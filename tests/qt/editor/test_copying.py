"""A copy made in many small pieces, with edits between them, is the text as it is at the end."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from copilot_desktop.editor import copying
from copilot_desktop.editor.theme import EditorTheme
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text import changes
from copilot_desktop.text.changes import CopiedText
from copilot_desktop.text.ranges import DocumentId
from tests.qt.editor.conftest import MakeView

EDITS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 12), st.text("aü日\n", max_size=9), st.integers(0, 3)), max_size=12
)


@pytest.fixture
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "_PIECE_BYTES", 5)
    monkeypatch.setattr(copying, "_AT_ONCE_S", -1.0)  # one piece a pass
    monkeypatch.setattr(changes, "_PIECE_BYTES", 8)


@pytest.mark.usefixtures("_small_pieces")
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text("abc für\n", max_size=60), edits=EDITS)
def test_a_text_edited_while_it_is_copied(
    qapp: QApplication, theme: EditorTheme, text: str, edits: list[tuple[int, int, str, int]]
) -> None:
    view = EditorView(DocumentId("d"), "a.txt", theme)
    view.load(text)
    copied: list[CopiedText] = []
    view.shared.copying.copy(copied.append)
    for start, length, inserted, passes in edits:
        if copied:
            break
        before = view.text()
        view.select(min(start, len(before)), min(start + length, len(before)))
        view.insert_at_caret(inserted)
        for _ in range(passes):
            if not copied:
                qapp.processEvents()
    view.shared.copying.finish()
    assert b"".join(copied[0].pieces()).decode() == view.text()
    assert copied[0].version == view.version


@pytest.mark.usefixtures("_small_pieces")
def test_copies_that_were_asked_for_together_are_all_made(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view("one two three\n" * 10)
    copied: list[CopiedText] = []
    view.shared.copying.copy(copied.append)
    view.insert_at_caret("zero ")
    view.shared.copying.copy(copied.append)
    qtbot.waitUntil(lambda: len(copied) == 2)
    assert [b"".join(each.pieces()).decode() for each in copied] == [view.text()] * 2


def test_a_usual_text_is_copied_at_once(make_view: MakeView, monkeypatch: pytest.MonkeyPatch) -> None:
    # What it takes is a tenth of what it may; on a busy machine both pass before it has had the processor.
    monkeypatch.setattr(copying, "_AT_ONCE_S", 1.0)
    view = make_view("one two three\n" * 1_000)
    copied: list[CopiedText] = []
    view.shared.copying.copy(copied.append)
    assert b"".join(copied[0].parts).decode() == view.text()
    assert not copied[0].edits
