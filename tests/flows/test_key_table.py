"""The page of keys says what the window has, and no key means two things in one place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from pytestqt.qtbot import QtBot

from copilot_desktop.edits import propose
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.diff_page import DiffPage
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice
from tests.support.desktop import open_desktop
from tests.support.key_table import key_page
from tests.support.shop import ANSWER, SOURCE, make_shop, review_of, wait_for_review

PAGE = Path(__file__).resolve().parents[2] / "docs" / "keys.md"


@pytest.fixture
def actions(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Action, ...]]:
    with open_desktop(qtbot, make_shop(tmp_path)) as desktop:
        wait_for_review(qtbot, desktop)
        files = {"basket.py": SOURCE}
        review_of(desktop).add_proposal(propose(ANSWER, files), files, "turn", "Net prices", "test-model")
        commands = desktop.window.commands
        commands.run("review.open")  # its own keys are there once it is
        qtbot.waitUntil(lambda: any(action.action_id == "review.next_hunk" for action in commands.all()))
        commands.run("changes.open")
        commands.run("changes.review")
        qtbot.waitUntil(lambda: any(action.action_id == "my_changes.next_hunk" for action in commands.all()))
        commands.run("history.open")
        qtbot.waitUntil(lambda: any(action.action_id == "history.undo_step" for action in commands.all()))
        compared = DiffPage("a file", "1\n", "2\n", Theme(ThemeChoice.DARK, desktop.window))
        qtbot.addWidget(compared)
        commands.replace(compared.one_key_actions())
        yield commands.all()


def test_the_page_is_true(actions: tuple[Action, ...]) -> None:
    page = key_page(actions)
    if os.environ.get("WRITE_DOCS"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page, (
        "an action was added or changed: WRITE_DOCS=1 python3 -m pytest tests/flows/test_key_table.py"
    )


def test_no_key_means_two_things_in_one_place(actions: tuple[Action, ...]) -> None:
    bound = [
        (action, QKeySequence(key, QKeySequence.SequenceFormat.PortableText))
        for action in actions
        for key in action.shortcuts
    ]
    assert all(keys.toString() for _action, keys in bound)
    clashes = [
        f"{one.action_id} and {other.action_id}: {first.toString()} and {second.toString()}"
        for (one, first), (other, second) in combinations(bound, 2)
        if (one.focus is other.focus or one.focus is None or other.focus is None)
        and (first.matches(second) is not QKeySequence.SequenceMatch.NoMatch
             or second.matches(first) is not QKeySequence.SequenceMatch.NoMatch)
    ]  # fmt: skip
    assert clashes == []
