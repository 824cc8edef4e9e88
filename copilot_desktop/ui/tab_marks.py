"""What a group remembers of its tabs: which are pinned, which is the preview, and which was used when."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


class TabMarks:
    """Of one group. `recent` holds the pages, the one used last first."""

    def __init__(self) -> None:
        self.recent: list[QWidget] = []
        self.preview: QWidget | None = None
        self._pinned: set[QWidget] = set()

    @property
    def pinned_count(self) -> int:
        """How many tabs are pinned."""
        return len(self._pinned)

    def is_pinned(self, page: QWidget) -> bool:
        """Whether a tab is pinned: at the left, and not closed with others."""
        return page in self._pinned

    def pin(self, page: QWidget, is_pinned: bool) -> None:
        """Pin or unpin a tab."""
        (self._pinned.add if is_pinned else self._pinned.discard)(page)

    def use(self, page: QWidget) -> None:
        """The page has come to the front."""
        if page in self.recent:
            self.recent.remove(page)
            self.recent.insert(0, page)

    def replace(self, old: QWidget, new: QWidget) -> None:
        """Another page stands in the place of one."""
        self.recent = [new if each is old else each for each in self.recent]
        self._pinned = {new if each is old else each for each in self._pinned}
        self.preview = new if self.preview is old else self.preview

    def forget(self, page: QWidget) -> None:
        """The tab is gone."""
        self._pinned.discard(page)
        if page in self.recent:
            self.recent.remove(page)
        if self.preview is page:
            self.preview = None
