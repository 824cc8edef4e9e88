"""Pending changes follow a file that is renamed or moved, in the explorer or by another program."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.edits import propose
from copilot_desktop.ui.explorer_in_window import ExplorerInWindow
from tests.support.desktop import open_desktop
from tests.support.shop import ANSWER, BASKET, SOURCE, WANTED, make_shop, opened, review_of, wait_for_review

WAIT = 20_000


@pytest.mark.parametrize("is_ours", [True, False])
def test_a_pending_change_is_accepted_under_the_new_name(qtbot: QtBot, tmp_path: Path, is_ours: bool) -> None:
    folder = make_shop(tmp_path)
    (folder / "till").mkdir()
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        qtbot.waitUntil(lambda: desktop.window.findChild(ExplorerInWindow) is not None, timeout=WAIT)
        view, review = opened(qtbot, desktop), review_of(desktop)
        files = {BASKET: SOURCE}
        review.add_proposal(propose(ANSWER, files), files, "turn", "Net prices", "test-model")
        qtbot.waitUntil(lambda: len(review.state.pending(BASKET)) == 1, timeout=WAIT)
        if is_ours:
            explorer = desktop.window.findChild(ExplorerInWindow)
            assert explorer is not None
            explorer.commands.naming.rename_wanted.emit(BASKET, "till/cart.py")
        else:
            (folder / BASKET).rename(folder / "till/cart.py")
        qtbot.waitUntil(lambda: desktop.window.editors.view_of("till/cart.py") is view, timeout=WAIT)
        qtbot.waitUntil(lambda: len(review.state.pending("till/cart.py")) == 1, timeout=WAIT)
        assert not review.state.pending(BASKET)
        view.setFocus()
        QTest.keyClick(view.code, Qt.Key.Key_Y, Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda: (folder / "till/cart.py").read_text() == WANTED, timeout=WAIT)
        assert not (folder / BASKET).exists()
        qtbot.waitUntil(lambda: view.text() == WANTED, timeout=WAIT)
