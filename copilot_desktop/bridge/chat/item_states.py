"""What is known of the items of the next prompt beside them: which were found and not chosen, and which are old."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from copilot_desktop.context.items import ContextItem
from copilot_desktop.text.ranges import LineRange

_Place = tuple[str, LineRange | None]


class FoundItems:
    """Of one composer: which were found, why, and which the user has put aside.

    The items themselves are among the others: what is shown is sent.
    """

    def __init__(self) -> None:
        self._whys: dict[str, str] = {}
        self._put_aside: set[_Place] = set()
        self.is_looking = False
        """What was found is about an earlier prompt: that of now is being looked for, and these do not go with it."""
        self.may_grow = False
        """Other pieces may be found for the same prompt: the index is being made, or asked once more."""
        self.hurry: Callable[[], None] = lambda: None
        """Look at once, without waiting until the user pauses."""

    def why(self, item_id: str) -> str:
        """Why it was found; empty for one that the user has chosen."""
        return self._whys.get(item_id, "")

    def going(self, items: tuple[ContextItem, ...]) -> tuple[ContextItem, ...]:
        """Those of the items that go with the prompt of now: not what was found for an earlier one."""
        return tuple(item for item in items if not self.why(item.item_id)) if self.is_looking else items

    def put(self, whys: Mapping[str, str]) -> None:
        """These are found now, by their ids."""
        self._whys = dict(whys)

    def keep(self, item_id: str) -> None:
        """The user has chosen it now: it stays whatever else is found."""
        self._whys.pop(item_id, None)

    def put_aside(self, item: ContextItem) -> None:
        """The user has taken it away: it is not found again for this prompt."""
        if self._whys.pop(item.item_id, ""):
            self._put_aside.add((item.path, item.lines))

    def is_put_aside(self, item: ContextItem) -> bool:
        """Whether some of it was taken away: pieces of a small file may be cut otherwise for another prompt."""
        mine = item.lines
        return any(
            path == item.path and (lines is None or mine is None or (lines.start < mine.end and mine.start < lines.end))
            for path, lines in self._put_aside
        )

    def clear(self) -> None:
        """The prompt was sent."""
        self._whys.clear()
        self._put_aside.clear()


class NewerItems:
    """Of one composer: which say something else by now, and what. `changed` is called when others are known."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._by: dict[str, Mapping[str, ContextItem | None]] = {}

    def put(self, newer: Mapping[str, ContextItem | None], by: str = "") -> None:
        """By their ids, those that are old now, with what takes their place; None: nothing can. `by`: who has looked,
        so that others' stay."""
        if newer != self._by.get(by, {}):
            self._by[by] = dict(newer)
            self._changed()

    @property
    def _newer(self) -> Mapping[str, ContextItem | None]:
        return {item_id: newer for each in self._by.values() for item_id, newer in each.items()}

    def is_old(self, item: ContextItem) -> bool:
        """Whether where it comes from says something else."""
        if item.is_unmade or item.item_id not in self._newer:
            return False
        newer = self._newer[item.item_id]
        return newer is None or newer.text != item.text

    def newer(self, item: ContextItem) -> ContextItem | None:
        """What may take its place."""
        return self._newer.get(item.item_id) if self.is_old(item) else None
