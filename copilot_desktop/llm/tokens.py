"""Counts tokens without a network: OpenAI's o200k_base, from ranks that come with the program.

Other providers cut text a little differently; the figure is an estimate for them, and the server's own count replaces
it after each request.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import threading
from typing import TYPE_CHECKING

from copilot_desktop.resource_files import resource_path

if TYPE_CHECKING:
    import tiktoken

_RANKS_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
_PATTERN = "|".join(
    [
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ]
)
# tiktoken's merging is quadratic in the length of one piece, and its pattern needs stack for it: a megabyte of one
# letter would hang or fail. Cut places cost a token or two each.
_PIECE_CHARACTERS = 400
_BLOCK_CHARACTERS = 100_000
_LONG_BLANK = re.compile(rf"\s{{{_PIECE_CHARACTERS}}}")


class TokenCounter:
    """Counts; the ranks are read at the first count (about 0.4 s). Safe in every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._encoding: tiktoken.Encoding | None = None

    def count(self, text: str) -> int:
        """Tokens of the text. Names of special tokens count as ordinary text; lone surrogates as U+FFFD."""
        if not text:
            return 0
        encoding = self._loaded()
        clean = text.encode("utf-8", "replace").decode("utf-8") if _has_surrogates(text) else text
        return sum(len(encoding.encode_ordinary(piece)) for piece in _pieces(clean))

    def _loaded(self) -> tiktoken.Encoding:
        with self._lock:
            if self._encoding is None:
                self._encoding = _load()
            return self._encoding


def _load() -> tiktoken.Encoding:
    import tiktoken

    data = gzip.decompress(resource_path("tokenizer", "o200k_base.tiktoken.gz").read_bytes())
    if hashlib.sha256(data).hexdigest() != _RANKS_SHA256:
        raise FileNotFoundError("resource tokenizer/o200k_base.tiktoken.gz is damaged: install the program again")
    ranks = {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in data.splitlines())}
    return tiktoken.Encoding("o200k_base", pat_str=_PATTERN, mergeable_ranks=ranks, special_tokens={})


def _has_surrogates(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _pieces(text: str) -> list[str]:
    """Cut into blocks that tiktoken takes in linear time."""
    pieces: list[str] = []
    for start in range(0, len(text), _BLOCK_CHARACTERS):
        block = text[start : start + _BLOCK_CHARACTERS]
        if _has_long_run(block):
            pieces.extend(block[at : at + _PIECE_CHARACTERS] for at in range(0, len(block), _PIECE_CHARACTERS))
        else:
            pieces.append(block)
    return pieces


def _has_long_run(text: str) -> bool:
    """Whether a stretch of only blanks or only non-blanks is longer than a piece."""
    return max(map(len, text.split()), default=0) > _PIECE_CHARACTERS or _LONG_BLANK.search(text) is not None
