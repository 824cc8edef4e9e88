"""Immutable texts with an identity."""

from __future__ import annotations

import hashlib
import sys
from typing import Any, NamedTuple

from copilot_desktop.text.ranges import DocumentId

_SMALL_BYTES = 262_144
"""Python's own takes 1.5 ms for as many, and keeps other threads waiting; OpenSSL's library is 3.5 MiB to load."""


def text_hash(text: str) -> str:
    """SHA-256 (hex) of a text as UTF-8; lone surrogates are kept apart, so that every str has a hash."""
    return sha256_hex(text.encode("utf-8", "surrogatepass"))


def sha256_hex(data: bytes) -> str:
    """SHA-256 of bytes, as hex; without OpenSSL, where there is little to hash and nothing else has loaded it."""
    if len(data) > _SMALL_BYTES or "_hashlib" in sys.modules:
        return hashlib.sha256(data).hexdigest()
    digest: str = _own_sha256()(data).hexdigest()
    return digest


def _own_sha256() -> Any:
    try:
        from _sha2 import sha256  # type: ignore[import-not-found]
    except ImportError:
        try:
            from _sha256 import sha256  # type: ignore[import-not-found] # before Python 3.12
        except ImportError:
            return hashlib.sha256
    return sha256


class Snapshot(NamedTuple):
    """A document's text at one version. `path` is POSIX, relative to the workspace; None for an untitled document."""

    document_id: DocumentId
    path: str | None
    version: int
    text: str
