"""Immutable texts with an identity."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from copilot_desktop.text.ranges import DocumentId


def text_hash(text: str) -> str:
    """SHA-256 (hex) of a text as UTF-8; lone surrogates are kept apart, so that every str has a hash."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Snapshot(NamedTuple):
    """A document's text at one version. `path` is POSIX, relative to the workspace; None for an untitled document."""

    document_id: DocumentId
    path: str | None
    version: int
    text: str
