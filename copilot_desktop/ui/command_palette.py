"""The command palette: every action by a few letters of its name, with its keys.

What cannot be done now is left out, but found by its name: below what can be done, with the place it works in.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from copilot_desktop.text import fuzzy
from copilot_desktop.ui.actions import Action, ActionSet
from copilot_desktop.ui.page_commands import every_action
from copilot_desktop.ui.picker import Picker, PickerRow


class CommandPalette(Picker):
    """Choosing a row does what it says; one that cannot be done now can only be read."""

    def __init__(self, actions: ActionSet, window: QWidget) -> None:
        super().__init__("command_palette", "Command palette", "Type a command", window)
        self._actions = actions
        self.query_changed.connect(self._fill)
        self.chosen.connect(self._on_chosen)

    def _fill(self, query: str) -> None:
        found: list[tuple[int, PickerRow]] = []
        is_asked = bool(query.strip())
        for action in every_action(self._actions):
            title = _full_title(action)
            matched = fuzzy.match(query, title)
            if matched is None:
                continue
            is_possible = action.when()
            if is_possible or is_asked:
                hint, where = self._actions.shortcut_text(action.action_id), "" if is_possible else _where(action)
                row = PickerRow(title, where, hint, matched.positions, action.action_id, is_possible)
                found.append((matched.score, row))
        if is_asked:
            found.sort(key=lambda pair: (not pair[1].is_possible, -pair[0]))
        self.show_rows([row for _score, row in found], f"No command matches “{query.strip()}”.")

    def _on_chosen(self, action_id: object) -> None:
        self._actions.run(str(action_id))


def _full_title(action: Action) -> str:
    title = action.title.rstrip("…").rstrip(".")
    return f"{action.menu}: {title}" if action.menu else title


def _where(action: Action) -> str:
    """Where or when an action works that cannot be done now."""
    is_elsewhere = action.place is not None and (action.focus is None or not action.focus.isVisible())
    return f"only in {action.place.name}" if is_elsewhere and action.place is not None else "not now"
