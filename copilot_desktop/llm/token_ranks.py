"""The tokens of an encoding and their ranks, looked up in a file that is mapped, not read.

As a dictionary of Python's the 200,000 tokens of o200k_base take 30 MiB, and 40 more in tiktoken. The file has 4, of
which the pages that were needed are in memory. `tests/support/token_table.py` makes it:

    head       8 bytes: the name of the layout; two numbers: of tokens, and of places, a power of two
    places     rank + 1 of the token whose hash falls here or, where that was taken, up to the next empty place (0);
               above its 18 bits the same bits of the hash
    offsets    where the bytes of each rank begin, and the end
    bytes      of all tokens, by rank

Numbers have 32 bits, the lowest first, as every processor has them that the program runs on. The hash is CRC-32.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from pathlib import Path

HEAD = struct.Struct("<8sII")
LAYOUT = b"ranks-01"
RANK_BITS = 18
NO_TOKEN = 1 << RANK_BITS
"""Instead of a rank; higher than all of them."""


class TokenRanks:
    """Ranks by tokens. Safe in every thread."""

    def __init__(self, path: Path) -> None:
        """Raises FileNotFoundError when the file is missing or damaged."""
        with path.open("rb") as file:
            layout, tokens, places = HEAD.unpack(file.read(HEAD.size).ljust(HEAD.size))
            size, begin = path.stat().st_size, HEAD.size + 4 * (places + tokens + 1)
            if layout != LAYOUT or size <= begin:
                raise _damaged(path)
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        numbers = memoryview(self._data)[HEAD.size : begin].cast("I")
        self._places, self._offsets = numbers[:places], numbers[places:]
        self._mask, self._begin = places - 1, begin
        if size != begin + self._offsets[tokens]:
            raise _damaged(path)

    def rank(self, token: bytes) -> int:
        """The rank of a token, or NO_TOKEN."""
        hashed = zlib.crc32(token)
        place = hashed & self._mask
        while entry := self._places[place]:
            if not (entry ^ hashed) >> RANK_BITS:
                rank: int = (entry & NO_TOKEN - 1) - 1
                if self.token(rank) == token:
                    return rank
            place = place + 1 & self._mask
        return NO_TOKEN

    def token(self, rank: int) -> bytes:
        """The bytes of the token of a rank."""
        return self._data[self._begin + self._offsets[rank] : self._begin + self._offsets[rank + 1]]


def _damaged(path: Path) -> FileNotFoundError:
    return FileNotFoundError(f"resource {path} is damaged: install the program again")
