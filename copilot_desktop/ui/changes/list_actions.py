"""Commands of one key on the list of changed files: they work while it has the keyboard, never while typing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.changes.change_list import DEEDS, Deed
from copilot_desktop.ui.changes.panel import ChangesPanel

MENU = (
    ("changes.diff", "changes.open_file"),
    ("changes.stage", "changes.unstage", "changes.discard", "changes.undo"),
)


def list_actions(
    panel: ChangesPanel, open_file: Callable[[], object], undo: Callable[[], object]
) -> tuple[Action, ...]:
    """Commands of the list; `undo` brings back what was discarded last."""
    listed = panel.list

    def can(deed: Deed) -> bool:
        return any(deed in DEEDS[row.group] for row in listed.chosen())

    def has_file() -> bool:
        return any(row.change is not None for row in listed.chosen())

    def bound(
        name: str, title: str, run: Callable[[], object], key: str, when: Callable[[], bool], icon: str = ""
    ) -> Action:
        return Action(f"changes.{name}", title, run, (key,) if key else (), icon=icon, when=when, focus=listed)

    return (
        bound("stage", "Stage", partial(panel.do, Deed.STAGE), "A", partial(can, Deed.STAGE), "plus"),
        bound("unstage", "Unstage", partial(panel.do, Deed.UNSTAGE), "R", partial(can, Deed.UNSTAGE), "minus"),
        bound("discard", "Discard changes", listed.discard, "Del", lambda: bool(listed.chosen()), "undo-2"),
        bound("undo", "Bring back what was discarded last", undo, "U", lambda: True),
        bound("toggle", "Stage or unstage", listed.toggle, "Space", lambda: bool(listed.chosen())),
        bound("diff", "Show the changes of the file", listed.open_current, "", has_file, "file-diff"),
        bound("open_file", "Open the changed file", open_file, "O", has_file, "file"),
        bound("refresh", "Look again at what has changed", panel.refresh, "F5", lambda: True, "refresh-cw"),
    )
