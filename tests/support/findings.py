"""A branch with changes, a model that reviews them, and the page that shows what it found."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.findings.controller import FindingsController
from copilot_desktop.bridge.request_words import Phase
from copilot_desktop.ui.changes.findings_pane import FindingsPane
from copilot_desktop.ui.changes.review_page import ChangesReview
from copilot_desktop.ui.diff.values import SAID
from tests.support.changes import changes_of, wait
from tests.support.git_repository import GitFolder
from tests.support.shop import panel_of

CART = "def total(items):\n    result = 0\n    for item in items:\n        result += item.price\n    return result\n"
CHANGED = CART.replace("result = 0", "result = None").replace("item.price", "item.price * item.count")
KEY = "sk-abcdefghijklmnop1234567890"


def finding(reason: str, lines: tuple[int, int] | None, quote: str = "", **more: object) -> str:
    """A line as the model is asked to write it."""
    value = {"path": "cart.py", "lines": lines, "quote": quote, "severity": "problem", "reason": reason}
    return json.dumps({**value, **more})


ADDING = finding("None plus a number fails with the first item.", (2, 2), "result = None")
FIX = "<<<<<<< SEARCH\n    result = None\n=======\n    result = 0\n>>>>>>> REPLACE"
COUNT = finding("An item may have no count.", (3, 4), "for item in items:", severity="doubt")


def make_changes(tmp_path: Path) -> GitFolder:
    """A repository with one changed file, one new file, and one that no model may see."""
    project = GitFolder(tmp_path / "project")
    project.commit("First", cart_py=CART)
    project.write("cart.py", CHANGED)
    project.write("notes.md", f"# Notes\n\nkey = {KEY}\n")
    project.write(".env", "PASSWORD=hidden-in-env\n")
    return project


def open_page(qtbot: QtBot, desktop: DesktopWindow) -> ChangesReview:
    """My changes, with the model that is asked known."""
    panel_of(qtbot, desktop)
    changes_of(qtbot, desktop)
    desktop.window.commands.run("changes.review")
    view = desktop.window.findChild(ChangesReview)
    assert isinstance(view, ChangesReview)
    wait(qtbot, lambda: bool(view.diff.rows_model.rows.places))
    return view


def pane_of(view: ChangesReview) -> FindingsPane:
    """The findings below the differences."""
    pane = view.findChild(FindingsPane)
    assert pane is not None
    return pane


def findings_of(desktop: DesktopWindow) -> FindingsController:
    """What asks and keeps."""
    found = desktop.window.findChild(FindingsController)
    assert found is not None
    return found


def wait_for_phase(qtbot: QtBot, desktop: DesktopWindow, phase: Phase) -> None:
    """Wait until it is so."""
    wait(qtbot, lambda: findings_of(desktop).state.phase is phase)


def listed(view: ChangesReview) -> list[str]:
    """The rows of the list as they are said."""
    return [row.spoken for row in pane_of(view).list.findings.rows]


def said_below_lines(view: ChangesReview) -> list[tuple[str, str]]:
    """What is said in the diff, each with the line above it."""
    found: list[tuple[str, str]] = []
    for before, row in pairwise(view.diff.rows_model.rows):
        if row.kind in SAID and row.remark_id == before.remark_id:
            found[-1] = (found[-1][0], f"{found[-1][1]} {row.text.strip()}")
        elif row.kind in SAID:
            found.append((before.text, row.text))
    return found
