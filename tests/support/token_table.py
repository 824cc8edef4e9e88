"""Makes resources/tokenizer/NAME.ranks: `python -m tests.support.token_table NAME.tiktoken`.

The argument is the file that tiktoken downloads for the encoding of this name; the layout is told in
`copilot_desktop/llm/token_ranks.py`.
"""

from __future__ import annotations

import base64
import sys
import zlib
from array import array
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

from copilot_desktop.llm.token_ranks import HEAD, LAYOUT, RANK_BITS

TABLES = Path(__file__).resolve().parents[2] / "resources" / "tokenizer"


def tokens_of_ranks(ranks: bytes) -> list[bytes]:
    """The tokens of a file of ranks: a line for each, in base64, with its rank."""
    tokens = []
    for number, line in enumerate(ranks.splitlines()):
        token, rank = line.split()
        assert int(rank) == number
        tokens.append(base64.b64decode(token))
    return tokens


def ranks_of_tokens(tokens: Sequence[bytes]) -> bytes:
    """The file of ranks again."""
    return b"".join(base64.b64encode(token) + b" %d\n" % rank for rank, token in enumerate(tokens))


def table_of(tokens: Sequence[bytes]) -> bytes:
    """The file that is looked up; half of its places and more are empty."""
    places = 1 << (2 * len(tokens) - 1).bit_length()
    entries = array("I", bytes(4 * places))
    for rank, token in enumerate(tokens):
        hashed = zlib.crc32(token)
        place = hashed & places - 1
        while entries[place]:
            place = place + 1 & places - 1
        entries[place] = hashed >> RANK_BITS << RANK_BITS | rank + 1
    offsets = array("I", accumulate(map(len, tokens), initial=0))
    return HEAD.pack(LAYOUT, len(tokens), places) + entries.tobytes() + offsets.tobytes() + b"".join(tokens)


if __name__ == "__main__":
    given = Path(sys.argv[1])
    (TABLES / f"{given.stem}.ranks").write_bytes(table_of(tokens_of_ranks(given.read_bytes())))
