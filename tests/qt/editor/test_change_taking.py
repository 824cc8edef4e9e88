"""Changes taken in portions: one undo step, and what is typed meanwhile stays."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from copilot_desktop.editor import change_taking
from copilot_desktop.editor.theme import EditorTheme
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.large_diff import byte_changes
from copilot_desktop.text.ranges import DocumentId
from tests.qt.editor.conftest import MakeView

LINES = st.lists(st.sampled_from(["a\n", "bü\n", "c\r\n", "日\n"]), max_size=14).map("".join)


@pytest.fixture
def _small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_taking, "_AT_ONCE_S", -1.0)  # one change a pass


@pytest.mark.usefixtures("_small_portions")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(old=LINES, new=LINES)
def test_all_changes_are_one_step_to_undo(qapp: QApplication, theme: EditorTheme, old: str, new: str) -> None:
    view = EditorView(DocumentId("d"), "a.txt", theme)
    view.load(old)
    answers: list[bool] = []
    view.shared.taking.take(byte_changes([old.encode()], [new.encode()]), answers.append)
    while not answers:
        qapp.processEvents()
    assert (view.text(), answers) == (new, [True])
    if new != old:
        view.code.undo()
    assert view.text() == old


@pytest.mark.usefixtures("_small_portions")
@pytest.mark.parametrize("place", [0, 3, 9, 20])
def test_what_is_typed_between_two_portions_stays(make_view: MakeView, qapp: QApplication, place: int) -> None:
    old, new = "one\ntwo\nthree\nfour\nfive\n", "ONE\ntwo\nTHREE\nfour\nFIVE\n"
    view = make_view(old)
    answers: list[bool] = []
    view.shared.taking.take(byte_changes([old.encode()], [new.encode()]), answers.append)
    assert not answers
    view.select(place, place)
    view.insert_at_caret("@")
    while not answers:
        qapp.processEvents()
    assert answers == [False]
    # Inside lines that are replaced, theirs hold.
    assert view.text() in (new[:place] + "@" + new[place:], new)
    assert ("@" in view.text()) == (place in (0, 20))
