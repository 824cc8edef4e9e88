"""What the frozen folder asks of the system it runs on: shared libraries, and the version of glibc."""

from __future__ import annotations

import re
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from installers.environment import SetupError

NEWEST_GLIBC: Final = (2, 35)
"""Ubuntu 22.04 has it; what asks for a later one does not start there."""
DEBIAN: Final = {
    "ld-linux-x86-64.so.2": "libc6", "libc.so.6": "libc6", "libdl.so.2": "libc6", "libm.so.6": "libc6",
    "libpthread.so.0": "libc6", "libresolv.so.2": "libc6", "librt.so.1": "libc6", "libutil.so.1": "libc6",
    "libstdc++.so.6": "libstdc++6", "libgcc_s.so.1": "libgcc-s1", "libexpat.so.1": "libexpat1",
    "libdbus-1.so.3": "libdbus-1-3", "libGL.so.1": "libgl1", "libEGL.so.1": "libegl1", "libxcb.so.1": "libxcb1",
    "libwayland-client.so.0": "libwayland-client0", "libwayland-cursor.so.0": "libwayland-cursor0",
}  # fmt: skip
"""Libraries that the system gives, and the package of Debian and Ubuntu that brings each."""

# Of the format of programs and libraries (ELF, 64 bits, little endian).
_LOADED, _DYNAMIC = 1, 2
_STRINGS, _SEARCH_PATHS = 5, (15, 29)


def programs(folder: Path) -> Iterator[Path]:
    """Programs and libraries below a folder."""
    for place in sorted(folder.rglob("*")):
        if place.is_file() and not place.is_symlink():
            with place.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield place


def asked_of_the_system(folder: Path) -> dict[str, str]:
    """The libraries that the folder does not hold, each with a file that needs it."""
    own, needed = set(), dict[str, str]()
    for place in programs(folder):
        own.add(place.name)
        listing = subprocess.run(["readelf", "-d", str(place)], capture_output=True, text=True, check=True).stdout
        for name in re.findall(r"\(NEEDED\).*\[(.+)\]", listing):
            needed.setdefault(name, str(place.relative_to(folder)))
    return {name: asking for name, asking in needed.items() if name not in own}


def debian_packages(folder: Path) -> set[str]:
    """The packages a .deb of the folder depends on. Raises SetupError about libraries nobody brings."""
    asked = asked_of_the_system(folder)
    unknown = [f"{name} for {asking}" for name, asking in sorted(asked.items()) if name not in DEBIAN]
    if unknown:
        raise SetupError(f"Neither the program nor a package it depends on brings {', '.join(unknown)}.")
    return {DEBIAN[name] for name in asked}


def check_glibc(folder: Path) -> None:
    """Raise SetupError where something needs a later glibc than the oldest system has."""
    newest = max(_glibc_versions(folder), default=(0, 0, ""))
    if newest[:2] > NEWEST_GLIBC:
        raise SetupError(f"{newest[2]} needs glibc {newest[0]}.{newest[1]}, which Ubuntu 22.04 does not have.")


def _glibc_versions(folder: Path) -> Iterator[tuple[int, int, str]]:
    for place in programs(folder):
        for major, minor in set(re.findall(rb"GLIBC_(\d+)\.(\d+)", place.read_bytes())):
            yield int(major), int(minor), str(place.relative_to(folder))


def forget_build_paths(folder: Path) -> None:
    """Take out of all libraries where those of the building machine stood: a user who may write there could put theirs.

    PyInstaller's loader finds them by paths that are relative to the program.
    """
    for place in programs(folder):
        code = bytearray(place.read_bytes())
        if _without_absolute_paths(code):
            place.write_bytes(code)


def _without_absolute_paths(code: bytearray) -> bool:
    """Drop the entries DT_RPATH and DT_RUNPATH that name an absolute path; whether there was one."""
    segments = list(_segments(code))
    table = next(((offset, size) for kind, offset, _address, size in segments if kind == _DYNAMIC), None)
    if table is None:
        return False
    at, size = table
    entries = [struct.unpack_from("<QQ", code, at + step) for step in range(0, size, 16)]
    strings = next((value for tag, value in entries if tag == _STRINGS), 0)
    for kind, offset, address, length in segments:
        if kind == _LOADED and address <= strings < address + length:
            strings += offset - address
            break
    kept = [each for each in entries if not (each[0] in _SEARCH_PATHS and code[strings + each[1]] == ord("/"))]
    kept += [(0, 0)] * (len(entries) - len(kept))
    struct.pack_into(f"<{2 * len(kept)}Q", code, at, *(value for each in kept for value in each))
    return kept != entries


def _segments(code: bytearray) -> Iterator[tuple[int, int, int, int]]:
    """Of each segment: its kind, where it begins in the file and in memory, and how long it is in the file."""
    (begin,), (size, count) = struct.unpack_from("<Q", code, 32), struct.unpack_from("<HH", code, 54)
    for at in range(begin, begin + size * count, size):
        kind, _flags, offset, address, _physical, length = struct.unpack_from("<IIQQQQ", code, at)
        yield kind, offset, address, length
