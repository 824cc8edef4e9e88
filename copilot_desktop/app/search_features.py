"""Project search, and following names through the code, put into a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot_desktop.app.window_parts import WindowParts

if TYPE_CHECKING:
    from copilot_desktop.bridge.context.definitions import DefinitionsController
    from copilot_desktop.bridge.search.replacing import Replacing
    from copilot_desktop.ui.symbol_places import SymbolPlaces


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


def compose_navigation(parts: WindowParts) -> object:
    """Let names be followed to what defines them."""
    from copilot_desktop.ui.code_navigation import CodeNavigation
    from copilot_desktop.ui.quick_open import QuickOpen

    window = parts.window

    def make_definitions() -> DefinitionsController:
        from copilot_desktop.app.index_in_window import index_of
        from copilot_desktop.bridge.context.definitions import DefinitionsController

        return DefinitionsController(index_of(window), parts.workspace, parts.documents)

    def places() -> SymbolPlaces:
        quick_open = window.findChild(QuickOpen)
        assert quick_open is not None  # noqa: S101 - made before
        return quick_open.places

    made = CodeNavigation(window, make_definitions, places)
    window.commands.add(made.actions())
    return made
