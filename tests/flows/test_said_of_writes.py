"""What the window says of decisions that were written: refusals do not outlive them, and hard links are named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.edits import propose
from tests.support.desktop import open_desktop
from tests.support.disk_faults import fill_disk, small_disk
from tests.support.shop import ANSWER, BASKET, SOURCE, WANTED, make_shop, review_of, wait_for_review


def proposed(qtbot: QtBot, desktop: DesktopWindow) -> list[str]:
    """One change of basket.py under review; its hunks."""
    wait_for_review(qtbot, desktop)
    review = review_of(desktop)
    qtbot.waitUntil(lambda: review.keeper.is_loaded)
    assert review.add_proposal(propose(ANSWER, {BASKET: SOURCE}), {BASKET: SOURCE}, "t", "Net", "model") is not None
    return [hunk.hunk_id for hunk in review.state.pending()]


def said(desktop: DesktopWindow) -> list[str]:
    return [notice.message for notice in desktop.window.notices.shown()]


@pytest.mark.usefixtures("private_home")
def test_that_nothing_was_changed_is_said_until_something_is(qtbot: QtBot, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, 64):
        folder = make_shop(disk)
        with open_desktop(qtbot, folder) as desktop:
            hunk_ids = proposed(qtbot, desktop)
            filler = fill_disk(disk)
            review_of(desktop).accept(hunk_ids)
            qtbot.waitUntil(lambda: len(said(desktop)) == 1)
            assert "nothing was changed" in said(desktop)[0]
            assert (folder / BASKET).read_text() == SOURCE
            filler.unlink()
            review_of(desktop).accept(hunk_ids)
            qtbot.waitUntil(lambda: (folder / BASKET).read_text() == WANTED)
            qtbot.waitUntil(lambda: said(desktop) == [])


@pytest.mark.usefixtures("private_home")
def test_other_names_of_a_written_file_are_said(qtbot: QtBot, tmp_path: Path) -> None:
    folder = make_shop(tmp_path)
    os.link(folder / BASKET, folder / "other.py")
    with open_desktop(qtbot, folder) as desktop:
        hunk_ids = proposed(qtbot, desktop)
        mentioned: list[str] = []
        review_of(desktop).noticed.connect(lambda notice: mentioned.append(notice.message))
        review_of(desktop).accept(hunk_ids)
        count = "1 change" if len(hunk_ids) == 1 else f"{len(hunk_ids)} changes"
        wanted = "basket.py has other names (hard links), with the same text."
        qtbot.waitUntil(lambda: mentioned == [wanted])
        assert (folder / "other.py").read_text() == WANTED
        review_of(desktop).undo()
        qtbot.waitUntil(lambda: mentioned == [wanted, f"Taken back: Accept {count}.", wanted])
        assert (folder / "other.py").read_text() == SOURCE
