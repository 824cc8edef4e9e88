"""Makes resources/tokenizer/o200k_base.ranks: `python -m tests.support.token_table o200k_base.tiktoken`.

The argument is the file that tiktoken downloads; the layout is told in `copilot_desktop/llm/token_ranks.py`.
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

TABLE = Path(__file__).resolve().parents[2] / "resources" / "tokenizer" / "o200k_base.ranks"
PLACES = 1 << 19


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


def table_of(tokens: Sequence[bytes], places: int = PLACES) -> bytes:
    """The file that is looked up."""
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
    TABLE.write_bytes(table_of(tokens_of_ranks(Path(sys.argv[1]).read_bytes())))
