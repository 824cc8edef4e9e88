"""The page of keys says what the window has, and no key means two things in one place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtGui import QKeySequence
from pytestqt.qtbot import QtBot

from copilot_desktop.edits import propose
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.diff.comparing import compared_file
from copilot_desktop.ui.diff_page import DiffPage
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice
from tests.support.desktop import open_desktop
from tests.support.key_table import key_page, page_commands
from tests.support.shop import ANSWER, SOURCE, make_shop, review_of, wait_for_review

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "keys.md"
OF_PAGES = ROOT / "resources" / "page_commands.json"
OUT_OF_DATE = "an action was added or changed: WRITE_DOCS=1 python3 -m pytest tests/flows/test_key_table.py"


class Shown(NamedTuple):
    actions: tuple[Action, ...]
    at_first: frozenset[str]
    """The ids of those that were there before a page was opened."""


@pytest.fixture
def shown(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    """Every action of a window in which every page was opened."""
    with open_desktop(qtbot, make_shop(tmp_path)) as desktop:
        wait_for_review(qtbot, desktop)
        files = {"basket.py": SOURCE}
        review_of(desktop).add_proposal(propose(ANSWER, files), files, "turn", "Net prices", "test-model")
        commands = desktop.window.commands
        at_first = frozenset(action.action_id for action in commands.all())
        commands.run("review.open")  # its own keys are there once it is
        qtbot.waitUntil(lambda: any(action.action_id == "review.next_hunk" for action in commands.all()))
        commands.run("changes.open")
        commands.run("changes.review")
        qtbot.waitUntil(lambda: any(action.action_id == "my_changes.next_hunk" for action in commands.all()))
        commands.run("history.open")
        qtbot.waitUntil(lambda: any(action.action_id == "history.undo_step" for action in commands.all()))
        qtbot.waitUntil(lambda: any(action.action_id == "my_changes.next_finding" for action in commands.all()))
        commands.run("search.open")
        window = desktop.window
        compared = DiffPage(
            "a file", (compared_file("a file", "2\n", "1\n"),), "Which is which.", Theme(ThemeChoice.DARK, window)
        )
        compared.came_to_front.connect(lambda page: commands.replace(page.one_key_actions()))
        window.editors.show_page("compare", "Compared", lambda: compared)
        qtbot.waitUntil(compared.isVisible)
        yield Shown(commands.all(), at_first)


def test_the_pages_are_true(shown: Shown) -> None:
    made = {PAGE: key_page(shown.actions), OF_PAGES: page_commands(shown.actions, shown.at_first)}
    for path, text in made.items():
        if os.environ.get("WRITE_DOCS"):
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text, OUT_OF_DATE


def test_no_key_means_two_things_in_one_place(shown: Shown) -> None:
    bound = [
        (action, QKeySequence(key, QKeySequence.SequenceFormat.PortableText))
        for action in shown.actions
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
