"""One of many to choose from, by a few letters of its name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from copilot_desktop.text import fuzzy
from copilot_desktop.ui.picker import Picker, PickerRow
from copilot_desktop.ui.picks import Pick

_ALIAS_PENALTY = 1000


class PickList(Picker):
    """A picker with a list of its own: `ask` shows it."""

    def __init__(self, name: str, window: QWidget) -> None:
        super().__init__(name, "", "", window)
        self._picks: tuple[Pick, ...] = ()
        self._none = ""
        self.query_changed.connect(self._fill)
        self.chosen.connect(self._on_chosen)

    def ask(self, title: str, picks: Sequence[Pick], none: str = "") -> None:
        """Ask for one of them; `title` says what is asked, `none` that there is nothing to choose from."""
        self._picks, self._none = tuple(picks), none
        for widget in (self, self.field, self.list):
            widget.setAccessibleName(title)
        self.field.setPlaceholderText(title)
        self.popup()

    def _fill(self, query: str) -> None:
        matches = [(_match(query, pick), pick) for pick in self._picks]
        found = [(match, pick) for match, pick in matches if match is not None]
        if query.strip():
            found.sort(key=lambda pair: -pair[0].score)
        rows = [
            PickerRow(pick.title, pick.aliases, "now" if pick.is_current else "", match.positions, pick, icon=pick.icon)
            for match, pick in found
        ]
        self.show_rows(rows, f"Nothing matches “{query.strip()}”." if self._picks else self._none)
        current = next((at for at, (_match, pick) in enumerate(found) if pick.is_current), 0)
        if not query.strip():
            self.list.setCurrentIndex(self.list.model().index(current, 0))

    def _on_chosen(self, pick: object) -> None:
        if isinstance(pick, Pick):
            pick.run()


def _match(query: str, pick: Pick) -> fuzzy.Match | None:
    found = fuzzy.match(query, pick.title)
    if found is None and pick.aliases:
        other = fuzzy.match(query, pick.aliases)
        # The letters are not those of the title; a title that has them comes first.
        found = None if other is None else fuzzy.Match(other.score - _ALIAS_PENALTY, ())
    return found
