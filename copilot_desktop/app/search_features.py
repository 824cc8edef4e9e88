"""Project search, put into a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot_desktop.app.window_parts import WindowParts

if TYPE_CHECKING:
    from copilot_desktop.bridge.search.replacing import Replacing


def compose_search(parts: WindowParts) -> object:
    """Let the files of the folder be searched, and what is found be replaced by way of the review."""
    from copilot_desktop.bridge.review.controller import ReviewController
    from copilot_desktop.ui.search_in_window import SearchInWindow

    window = parts.window
    review = window.findChild(ReviewController)
    if review is None:
        return None

    def make_replacing() -> Replacing:
        from copilot_desktop.bridge.search.replacing import Replacing

        return Replacing(parts.thread, parts.workspace, parts.documents, review, window)

    return SearchInWindow(window, parts.documents, make_replacing)
