"""A disk that refuses: as an ordinary account, or with a limit on the size of files."""

from __future__ import annotations

import contextlib
import os
import resource
from collections.abc import Iterator

_NOBODY = 65534


@contextlib.contextmanager
def as_ordinary_user() -> Iterator[None]:
    """Root may write everything: give that up for a while. For any other account nothing changes."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@contextlib.contextmanager
def file_size_limit(size_bytes: int) -> Iterator[None]:
    """No file may grow beyond the size: a write fails as on a full disk."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
