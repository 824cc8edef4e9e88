"""What the find and save commands do while a page that is no document is in front."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


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


def searched_page(page: object) -> SearchedPage | None:
    """The page, if it has a search."""
    return page if isinstance(page, SearchedPage) else None


def written_page(page: object) -> WrittenPage | None:
    """The page, if it has a text."""
    return page if isinstance(page, WrittenPage) else None
