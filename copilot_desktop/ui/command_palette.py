"""The command palette: every action by a few letters of its name, with its keys."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from copilot_desktop.text import fuzzy
from copilot_desktop.ui.actions import Action, ActionSet
from copilot_desktop.ui.picker import Picker, PickerRow


class CommandPalette(Picker):
    """Actions that cannot be done now are left out."""

    def __init__(self, actions: ActionSet, window: QWidget) -> None:
        super().__init__("command_palette", "Command palette", "Type a command", window)
        self._actions = actions
        self.query_changed.connect(self._fill)
        self.chosen.connect(self._on_chosen)

    def titles(self) -> tuple[str, ...]:
        """The titles on show, the best first."""
        return tuple(row.title for row in self.rows())

    def _fill(self, query: str) -> None:
        found: list[tuple[int, PickerRow]] = []
        for action in self._actions.all():
            title = _full_title(action)
            matched = fuzzy.match(query, title)
            if matched is not None and action.when():
                hint = self._actions.shortcut_text(action.action_id)
                row = PickerRow(title, hint=hint, positions=matched.positions, data=action.action_id)
                found.append((matched.score, row))
        if query.strip():
            found.sort(key=lambda pair: -pair[0])
        self.show_rows([row for _score, row in found], f"No command matches “{query.strip()}”.")

    def _on_chosen(self, action_id: object) -> None:
        self._actions.run(str(action_id))


def _full_title(action: Action) -> str:
    title = action.title.rstrip("…").rstrip(".")
    return f"{action.menu}: {title}" if action.menu else title
