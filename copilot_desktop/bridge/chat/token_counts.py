"""Tokens of the texts that are shown beside the prompt: counted once each on workers, as long as they are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.llm.tokens import CountingStoppedError
from copilot_desktop.text.snapshots import text_hash


class CountTokens(Protocol):
    """Counts the tokens of a text, on workers."""

    def __call__(self, text: str, is_wanted: Callable[[], bool], /) -> int:
        """Raise CountingStoppedError once `is_wanted` says that nobody waits for it."""


def of_masked(count_tokens: CountTokens, conversation_id: Callable[[], str]) -> CountTokens:
    """Counts texts as they leave, with their secrets masked; in which conversation is asked then."""

    def count(text: str, is_wanted: Callable[[], bool]) -> int:
        from copilot_desktop.credentials.masking import Masking  # with the table of secrets

        return count_tokens(Masking(conversation_id()).mask(text).text, is_wanted)

    return count


class TokenCounts:
    """GUI thread. `changed` is called when another text has been counted, `failed` with the error of one that cannot
    be."""

    def __init__(
        self,
        thread: AsyncThread,
        count_tokens: CountTokens,
        changed: Callable[[], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._thread, self._count_tokens = thread, count_tokens
        self._changed, self._failed = changed, failed
        self._counts: dict[str, int] = {}
        self._counting: set[str] = set()
        self._wanted: frozenset[str] = frozenset()
        """The hashes of the texts that are shown. Read on workers."""

    def want(self, texts: Sequence[str]) -> list[int | None]:
        """What is known of these texts, None while they are counted; others are counted no further."""
        keys = [text_hash(text) for text in texts]
        self._wanted = frozenset(keys)
        for key, text in zip(keys, texts, strict=True):
            if key not in self._counts and key not in self._counting:
                self._count(key, text)
        return [self._counts.get(key) for key in keys]

    def _count(self, key: str, text: str) -> None:
        def fail(error: BaseException) -> None:
            self._counting.discard(key)
            if not isinstance(error, CountingStoppedError):
                self._failed(error)
            elif key in self._wanted:
                # Shown again while its counting was being stopped.
                self._changed()

        def done(count: int) -> None:
            self._counting.discard(key)
            self._counts[key] = count
            self._changed()

        self._counting.add(key)
        self._thread.run_in_worker(partial(self._count_tokens, text, lambda: key in self._wanted), done, fail)
