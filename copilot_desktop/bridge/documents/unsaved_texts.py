"""What stands unsaved in tabs, for whoever knows the folder as it is on disk: an index, a search."""

from __future__ import annotations

from collections.abc import Container

from copilot_desktop.bridge.documents.controller import DocumentsController


def unsaved_texts(documents: DocumentsController, among: Container[str] | None = None) -> dict[str, str]:
    """Path → text, of these paths alone where some are given.

    Without texts that are too large to be looked through, or not there yet.
    """
    return {
        document.path: text
        for document in documents.dirty()
        if document.path is not None
        and (among is None or document.path in among)
        and not (document.is_large or document.is_loading)
        and (text := documents.text_of(document.path)) is not None
    }
