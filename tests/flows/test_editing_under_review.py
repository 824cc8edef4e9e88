"""Commands on the text while a proposal waits in it: the proposal keeps to its lines, and accepting adds just that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.edits import propose
from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.settings.editor_page import EditorPage
from tests.support.desktop import open_desktop
from tests.support.shop import ANSWER, SOURCE, opened, review_of, wait_for_review
from tests.support.typing_keys import press

OLD, NEW = "    return sum(items)\n", "    return sum(item.net for item in items)\n"


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        wait_for_review(qtbot, shown)
        yield shown


@pytest.mark.parametrize("keys", [
    "Alt+Down", "Shift+Alt+Down", "Shift+Alt+Up", "Ctrl+Shift+Return", "Ctrl+/", "Ctrl+]", "Ctrl+Shift+K", "Return",
])  # fmt: skip
def test_a_proposal_keeps_to_its_lines(qtbot: QtBot, desktop: DesktopWindow, folder: Path, keys: str) -> None:
    view, review = opened(qtbot, desktop), review_of(desktop)
    made = review.add_proposal(propose(ANSWER, {"basket.py": SOURCE}), {"basket.py": SOURCE}, "t", "Net", "model")
    assert made is not None
    qtbot.waitUntil(lambda: len(view.diff_marks.hunks()) == 1)
    view.go_to(5, 2)
    press(view.code, keys)
    changed = view.text()
    assert changed != SOURCE
    assert changed.count(OLD) == 1
    at = changed[: changed.index(OLD)].count("\n")
    qtbot.waitUntil(lambda: [hunk.lines.start for hunk in view.diff_marks.hunks()] == [at])
    review.decide_all(made, Decision.ACCEPTED)
    qtbot.waitUntil(lambda: view.text() == changed.replace(OLD, NEW))


def test_commands_at_many_carets_and_a_tidied_save_leave_it_where_it_is(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    view, review = opened(qtbot, desktop), review_of(desktop)
    desktop.follow_settings(EditorPage(trim_trailing_blanks=True))
    made = review.add_proposal(propose(ANSWER, {"basket.py": SOURCE}), {"basket.py": SOURCE}, "t", "Net", "model")
    assert made is not None
    qtbot.waitUntil(lambda: len(view.diff_marks.hunks()) == 1)
    view.go_to(0, 0)
    QTest.keyClicks(view.code, "# a   ")
    press(view.code, "Return")
    press(view.code, "Ctrl+Alt+Up")
    QTest.keyClicks(view.code, "# b ")
    press(view.code, "Ctrl+S")
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == view.text())
    # The window hears a moment later that it is written; what is accepted before goes into the tab alone.
    qtbot.waitUntil(lambda: not desktop.documents.is_dirty("basket.py"))
    changed = view.text()
    assert " \n" not in changed
    assert changed.count(OLD) == 1
    at = changed[: changed.index(OLD)].count("\n")
    qtbot.waitUntil(lambda: [hunk.lines.start for hunk in view.diff_marks.hunks()] == [at])
    review.decide_all(made, Decision.ACCEPTED)
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == changed.replace(OLD, NEW))
