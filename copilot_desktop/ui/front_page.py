"""What the find and save commands do while a page that is no document is in front."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget


@runtime_checkable
class SearchedPage(Protocol):
    """A page with a search of its own."""

    def open_search(self) -> None:
        """Give the field of the search the keyboard."""


@runtime_checkable
class WrittenPage(Protocol):
    """A page with a text of its own that can be saved."""

    def can_save_text(self) -> bool:
        """Whether there is something to save."""

    def save_text(self) -> None:
        """Save it."""


@runtime_checkable
class SearchedPane(Protocol):
    """A pane beside the pages that can be searched while it has the keyboard."""

    def open_search(self) -> None:
        """Give the field of the search the keyboard."""

    def step_search(self, step: int) -> None:
        """Go to the next match or the one before."""


def searched_pane(focused: QWidget | None) -> SearchedPane | None:
    """The pane with the keyboard, if it has a search."""
    widget = focused
    while widget is not None and not isinstance(widget, SearchedPane):
        widget = widget.parentWidget()
    return widget


def searched_page(page: object) -> SearchedPage | None:
    """The page, if it has a search."""
    return page if isinstance(page, SearchedPage) else None


def written_page(page: object) -> WrittenPage | None:
    """The page, if it has a text."""
    return page if isinstance(page, WrittenPage) else None
