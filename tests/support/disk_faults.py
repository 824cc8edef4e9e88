"""A disk that refuses: full, read-only, as an ordinary account, or with a limit on the size of files."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

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


@contextlib.contextmanager
def small_disk(place: Path, size_kb: int) -> Iterator[None]:
    """A disk of its own at a folder, so small; skips the test where this account may not mount one."""
    place.mkdir(parents=True, exist_ok=True)
    if _mount("-t", "tmpfs", "-o", f"size={size_kb}k", "none", str(place)) != 0:
        pytest.skip("needs an account that may mount a disk")
    try:
        yield
    finally:
        # A watcher may hold it for a moment.
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextlib.contextmanager
def read_only_disk(place: Path) -> Iterator[None]:
    """The small disk at this folder is read-only for a while."""
    assert _mount("-o", "remount,ro", str(place)) == 0
    try:
        yield
    finally:
        _mount("-o", "remount,rw", str(place))


def fill_disk(place: Path) -> Path:
    """Take all the room there is on the disk of a folder; the file that does so can be deleted."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 512):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return filler


def _mount(*arguments: str) -> int:
    return subprocess.run(["mount", *arguments], stderr=subprocess.DEVNULL, check=False).returncode


def heeding_modes(command: Sequence[str]) -> tuple[str, ...]:
    """A command whose process may read and write what the modes of files let it, as any account but root: that is let
    in everywhere. Its modules may stand where only root comes, so that it cannot run as another account."""
    if os.geteuid() != 0:
        return tuple(command)
    return (sys.executable, "-c", _HEEDING, *command)


_HEEDING = """
import ctypes, os, sys
for capability in (1, 2):  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
    if ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) != 0:  # PR_CAPBSET_DROP
        sys.exit("this account may not give up its rights")
os.execvp(sys.argv[1], sys.argv[1:])
"""
