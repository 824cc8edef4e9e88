"""How the test server makes vectors of texts: from their words, so that texts with the same ones are near each other.

server.paths.add("/v1/embeddings")
server.replies(Embeds(same={"purchase": "buy"}))        # "purchase" means what "buy" means
server.replies(Embeds(spoil=lambda vectors: vectors[1:]))   # one too few
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.support.http_exchange import Exchange

PATH = "/v1/embeddings"
_WORDS = re.compile(r"[a-z]{3,}")


def vector_of(text: str, same: Mapping[str, str] | None = None, dimensions: int = 64) -> list[float]:
    """Each word is a direction."""
    vector = [0.001] * dimensions
    for word in _WORDS.findall(text.lower()):
        word = (same or {}).get(word, word)
        digest = hashlib.sha256(word.encode()).digest()
        for at in range(4):
            vector[digest[at] % dimensions] += 1.0 if digest[at + 4] % 2 else -1.0
    length = math.sqrt(sum(value * value for value in vector))
    return [value / length for value in vector]


class Embeds:
    """A reply with a vector for each text; `spoil` changes the list of them before it is sent."""

    def __init__(
        self,
        same: Mapping[str, str] | None = None,
        dimensions: int = 64,
        spoil: Callable[[list[Any]], list[Any]] = lambda vectors: vectors,
        *,
        has_usage: bool = True,
    ) -> None:
        self._same, self._dimensions, self._spoil, self._has_usage = same, dimensions, spoil, has_usage

    def __call__(self, exchange: Exchange) -> None:
        texts = texts_of(exchange.request.body)
        vectors = self._spoil([vector_of(text, self._same, self._dimensions) for text in texts])
        rows = [{"object": "embedding", "index": at, "embedding": vector} for at, vector in enumerate(vectors)]
        tokens = sum(len(text) for text in texts) // 4
        usage = {"usage": {"prompt_tokens": tokens, "total_tokens": tokens}} if self._has_usage else {}
        exchange.json(200, {"object": "list", "model": "test-embedding", "data": rows[::-1]} | usage)


def texts_of(body: Mapping[str, Any]) -> Sequence[str]:
    """What a request wants vectors of."""
    return [body["input"]] if isinstance(body["input"], str) else list(body["input"])
