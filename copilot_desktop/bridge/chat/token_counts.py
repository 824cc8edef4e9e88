"""Tokens of the items that are shown beside the prompt, as they stand in it: counted once each on workers, as long as
they are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.context.items import ContextItem
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
    """GUI thread. `changed` is called when another item has been counted, `failed` with the error of one that cannot
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
        """The keys of the items that are shown. Read on workers."""

    def want(self, items: Sequence[ContextItem]) -> list[int | None]:
        """What is known of these items, with the frame around their texts, None while they are counted; others are
        counted no further."""
        keys = [_key_of(item) for item in items]
        self._wanted = frozenset(keys)
        for key, item in zip(keys, items, strict=True):
            if key not in self._counts and key not in self._counting:
                self._count(key, item)
        return [self._counts.get(key) for key in keys]

    def _count(self, key: str, item: ContextItem) -> None:
        def count() -> int:
            from copilot_desktop.conversation.prompts import item_piece  # with the first item

            return self._count_tokens(item_piece(item), lambda: key in self._wanted)

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
        self._thread.run_in_worker(count, done, fail)


def _key_of(item: ContextItem) -> str:
    """The same for what is the same in a prompt."""
    origin = None if item.origin is None else (item.origin.source, item.origin.title)
    size = None if item.picture is None else item.picture.size_words
    return repr((text_hash(item.text), item.kind.value, item.path, item.lines, origin, size))
