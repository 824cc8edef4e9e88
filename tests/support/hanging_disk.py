"""A disk that does not answer, as a network mount whose server is gone: a FUSE mount that nobody serves (Linux)."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

_DETACH = 2


@contextlib.contextmanager
def hanging_disk(place: Path) -> Iterator[Callable[[], None]]:
    """Everything below the folder waits from now on; skips the test where this account may not mount such a disk.

    The value ends the waiting: what waits gets an error then, and so does whatever is asked afterwards.
    """
    if sys.platform != "linux":
        pytest.skip("needs a FUSE mount")
    libc = ctypes.CDLL(None, use_errno=True)
    place.mkdir(parents=True, exist_ok=True)
    try:
        device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        pytest.skip("needs an account that may mount a FUSE disk")
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0".encode()
    if libc.mount(b"dead-server", os.fsencode(place), b"fuse", 0, options) != 0:
        os.close(device)
        pytest.skip("needs an account that may mount a FUSE disk")
    is_hanging = True

    def end() -> None:
        nonlocal is_hanging
        if is_hanging:
            os.close(device)
            is_hanging = False

    try:
        yield end
    finally:
        end()
        libc.umount2(os.fsencode(place), _DETACH)
