"""The commands of pages that were not made yet: what Settings and the palette say of them before.

A page hands in its commands when it is made, and none is made, or imported, at start. Their names, keys and places
stand in resources/page_commands.json, which a test writes and keeps true (tests/flows/test_key_table.py).
"""

from __future__ import annotations

import json
from functools import cache

from copilot_desktop.resource_files import resource_path
from copilot_desktop.ui.actions import Action, ActionSet, Place, never, nothing


def every_action(actions: ActionSet) -> tuple[Action, ...]:
    """All actions of a window, also of pages that were not made: these are in its set from now on, like those of a page
    that was closed. They can never be done, and be given other keys."""
    there = {action.action_id for action in actions.all()}
    missing = [action for action in _of_pages() if action.action_id not in there]
    if missing:
        actions.add(missing)
    return actions.all()


@cache
def _of_pages() -> tuple[Action, ...]:
    pages = json.loads(resource_path("page_commands.json").read_text(encoding="utf-8"))
    return tuple(
        Action(
            command["id"],
            command["title"],
            nothing,
            tuple(command["keys"]),
            when=never,
            place=Place(page["name"], tuple(page["path"])),
        )
        for page in pages
        for command in page["commands"]
    )
