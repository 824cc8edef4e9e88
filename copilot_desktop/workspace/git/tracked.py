"""Which files git knows: the paths in its index, versions 2 to 4."""

from __future__ import annotations

import struct
from pathlib import Path

_HEAD = struct.Struct(">4sII")
_STAT_BYTES = 40
_EXTENSION = struct.Struct(">4sI")
_EXTENDED = 0x4000


def tracked_paths(index: Path, hash_bytes: int = 20) -> list[str]:
    """The paths, sorted; none where there is no index or it is another kind of file."""
    try:
        data = index.read_bytes()
        signature, version, count = _HEAD.unpack_from(data)
        if signature != b"DIRC" or version not in (2, 3, 4):
            return []
        read = _compressed if version == 4 else _padded
        paths, end = read(data, count, hash_bytes)
        shared = _shared_index(index, data, end, hash_bytes)
    except (OSError, struct.error, ValueError, IndexError):
        return []
    own = {path.decode("utf-8", "surrogateescape") for path in paths if path}
    return sorted({*own, *(tracked_paths(shared, hash_bytes) if shared is not None else ())})


def _shared_index(index: Path, data: bytes, at: int, hash_bytes: int) -> Path | None:
    """A split index: where the entries stand that it shares. Those taken out since are few, and taken for tracked."""
    while at + _EXTENSION.size <= len(data) - hash_bytes:
        signature, size = _EXTENSION.unpack_from(data, at)
        at += _EXTENSION.size
        if signature == b"link":
            name = data[at : at + hash_bytes]
            return index.with_name(f"sharedindex.{name.hex()}") if any(name) else None
        at += size
    return None


def _name_at(data: bytes, start: int, hash_bytes: int) -> int:
    flags = start + _STAT_BYTES + hash_bytes
    return flags + (4 if data[flags] << 8 & _EXTENDED else 2)


def _padded(data: bytes, count: int, hash_bytes: int) -> tuple[list[bytes], int]:
    """Versions 2 and 3: an entry fills up to eight bytes with at least one zero. Also where the entries end."""
    paths, at = [], _HEAD.size
    for _ in range(count):
        begin = _name_at(data, at, hash_bytes)
        end = data.index(0, begin)
        paths.append(data[begin:end])
        at += (end - at) // 8 * 8 + 8
    return paths, at


def _compressed(data: bytes, count: int, hash_bytes: int) -> tuple[list[bytes], int]:
    """Version 4: how much of the path before goes, in seven bits a byte, and what comes instead."""
    paths, at, last = [], _HEAD.size, b""
    for _ in range(count):
        begin = _name_at(data, at, hash_bytes)
        gone = data[begin] & 0x7F
        while data[begin] & 0x80:
            begin += 1
            gone = (gone + 1 << 7) | data[begin] & 0x7F
        end = data.index(0, begin + 1)
        last = last[: len(last) - gone] + data[begin + 1 : end]
        paths.append(last)
        at = end + 1
    return paths, at
