"""Counts tokens without a network: by OpenAI's encodings, whose ranks come with the program.

Other models cut text differently. For them a count is an estimate: it is multiplied by what their servers have counted
lately for each token counted here (`ModelTokens`), and the server's own count replaces it after each request. The
counts are tiktoken's, which takes 70 MiB for them and is here in the tests alone.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from copilot_desktop.errors import StoreError
from copilot_desktop.llm.encodings import ENCODINGS, O200K_BASE, Encoding
from copilot_desktop.llm.token_ranks import NO_TOKEN, TokenRanks
from copilot_desktop.resource_files import resource_path
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    import regex

    from copilot_desktop.llm.profiles import Profile

# A word of a megabyte would take minutes to be merged. Cut places cost a token or two each.
_PIECE_CHARACTERS = 400
_BLOCK_CHARACTERS = 100_000
_LONG_BLANK = re.compile(rf"\s{{{_PIECE_CHARACTERS}}}")
_KNOWN_WORDS = 8192
_KNOWN_TEXTS = 512
_SHORT_CHARACTERS = 1000
_POSITION_BITS = 16
_ROUNDING = 1e-6
LEAST_RATIO, MOST_RATIO = 0.5, 3.0
"""No model cuts text so much more finely or coarsely: a server that says so counts something else."""


class CountingStoppedError(Exception):
    """Nobody wants the count any more; no fault, and never shown."""


def _always() -> bool:
    return True


class TokenCounter:
    """Counts. Safe in every thread.

    Words are known again, and long texts by their hashes: while a prompt is typed the same history and files are
    counted over and over.
    """

    def __init__(self, encoding: Encoding = O200K_BASE) -> None:
        self._encoding = encoding
        self._lock = threading.Lock()
        self._loaded: tuple[TokenRanks, regex.Pattern[str]] | None = None
        self._words: dict[str, int] = {}
        self._texts: dict[tuple[int, int], int] = {}

    def count(self, text: str, is_wanted: Callable[[], bool] = _always) -> int:
        """Tokens of the text. Names of special tokens count as ordinary text; lone surrogates as U+FFFD.

        A long text is counted in portions; before each of them `is_wanted` is asked, and where the count is wanted no
        longer CountingStoppedError is raised.
        """
        if not text:
            return 0
        if len(text) < _SHORT_CHARACTERS:
            return self._counted(text, is_wanted)
        key = (len(text), hash(text))
        known = self._texts.get(key)
        if known is None:
            known = self._counted(text, is_wanted)
            if len(self._texts) >= _KNOWN_TEXTS:
                self._texts.clear()
            self._texts[key] = known
        return known

    def _counted(self, text: str, is_wanted: Callable[[], bool]) -> int:
        ranks, words = self._load()
        tokens = 0
        for piece in _pieces(text):
            if not is_wanted():
                raise CountingStoppedError
            # `concurrent`: other threads run meanwhile.
            for word in words.findall(piece, concurrent=True):
                known = self._words.get(word)
                tokens += self._tokens_of_word(word, ranks) if known is None else known
        return tokens

    def _tokens_of_word(self, word: str, ranks: TokenRanks) -> int:
        tokens = count_merged(word.encode(), ranks)
        if len(self._words) >= _KNOWN_WORDS:
            self._words.clear()
        self._words[word] = tokens
        return tokens

    def _load(self) -> tuple[TokenRanks, regex.Pattern[str]]:
        with self._lock:
            if self._loaded is None:
                import regex

                ranks = TokenRanks(resource_path("tokenizer", f"{self._encoding.name}.ranks"))
                self._loaded = ranks, regex.compile(self._encoding.words)
            return self._loaded


class ModelTokens:
    """The tokens that a text has for the model of a profile. Safe in every thread.

    `counter` is of o200k_base, by which all are estimated that cut text otherwise. `encoding_of` names the encoding of
    a model, None where it is another; `ratio_of`, for a profile's name and its model, how many tokens its server has
    lately counted for each that was counted here, None where it has not yet.
    """

    def __init__(
        self,
        counter: TokenCounter,
        encoding_of: Callable[[str], str | None],
        ratio_of: Callable[[str, str], float | None],
    ) -> None:
        self._counter, self._encoding_of, self._ratio_of = counter, encoding_of, ratio_of
        self._counters = {O200K_BASE.name: counter}

    def of(self, profile: Profile) -> ModelCount:
        """How to count for a profile now. Blocks for a millisecond."""
        encoding = self._encoding_of(profile.model)
        if encoding is not None:
            counter = self._counters.get(encoding) or self._counters.setdefault(
                encoding, TokenCounter(ENCODINGS[encoding])
            )
            return ModelCount(counter, is_exact=True)
        ratio = None
        with suppress(StoreError):
            ratio = self._ratio_of(profile.name, profile.model)
        return ModelCount(self._counter, 1.0 if ratio is None else min(max(ratio, LEAST_RATIO), MOST_RATIO))


@dataclass(frozen=True, slots=True)
class ModelCount:
    """Counts for one model; `ratio` is that of its tokens to those of the counter."""

    counter: TokenCounter
    ratio: float = 1.0
    is_exact: bool = False

    def count(self, text: str, is_wanted: Callable[[], bool] = _always) -> int:
        """As `TokenCounter.count`, for this model; an estimate unless `is_exact`."""
        return self.scaled(self.counter.count(text, is_wanted))

    def scaled(self, counted: int) -> int:
        """What a count of the counter is for this model: rather too many than too few."""
        return math.ceil(counted * self.ratio - _ROUNDING)

    def counted(self, tokens: int) -> int:
        """The opposite: what the counter has counted."""
        return round(tokens / self.ratio)


def count_merged(word: bytes, ranks: TokenRanks) -> int:
    """How many tokens are left when the neighbours of the lowest rank are merged until none are a token together."""
    if ranks.rank(word) != NO_TOKEN:
        return 1
    end = len(word)
    following, before = list(range(1, end + 1)), list(range(-1, end - 1))
    # The rank of the part that begins here together with the one after it.
    merged = [*(ranks.rank(word[at : at + 2]) for at in range(end - 1)), NO_TOKEN]
    waiting = [rank << _POSITION_BITS | at for at, rank in enumerate(merged) if rank != NO_TOKEN]
    heapify(waiting)
    parts = end

    def look(at: int, until: int) -> None:
        rank = merged[at] = ranks.rank(word[at:until])
        if rank != NO_TOKEN:
            heappush(waiting, rank << _POSITION_BITS | at)

    while waiting:
        first = heappop(waiting)
        at = first & (1 << _POSITION_BITS) - 1
        if merged[at] != first >> _POSITION_BITS:
            continue  # one of the two has been merged otherwise meanwhile
        parts -= 1
        gone = following[at]
        merged[gone] = merged[at] = NO_TOKEN
        behind = following[at] = following[gone]
        if behind < end:
            before[behind] = at
            look(at, following[behind])
        if before[at] >= 0:
            look(before[at], behind)
    return parts


def _has_surrogates(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _pieces(text: str) -> Iterator[str]:
    """Cut into blocks that are counted in linear time; of a large text never more than one is in memory."""
    for start in range(0, len(text), _BLOCK_CHARACTERS):
        block = text[start : start + _BLOCK_CHARACTERS]
        if _has_surrogates(block):
            block = block.encode("utf-8", "replace").decode("utf-8")
        if _has_long_run(block):
            yield from (block[at : at + _PIECE_CHARACTERS] for at in range(0, len(block), _PIECE_CHARACTERS))
        else:
            yield block


def _has_long_run(text: str) -> bool:
    """Whether a stretch of only blanks or only non-blanks is longer than a piece."""
    return max(map(len, text.split()), default=0) > _PIECE_CHARACTERS or _LONG_BLANK.search(text) is not None
