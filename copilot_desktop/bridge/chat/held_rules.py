"""The rule files that go with the next prompt: found on workers for the files that it is about, shown as chips."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.context.items import ContextItem, ItemKind

FindRules = Callable[[tuple[str, ...]], tuple[ContextItem, ...]]
"""Gives the rule files for a prompt about these files. On workers."""
_ID: Final = "rule:"


class HeldRules:
    """Of one composer. `changed` is called when others are shown; a rule whose chip was removed is left out of this
    prompt."""

    def __init__(self, thread: AsyncThread, changed: Callable[[], None]) -> None:
        self._thread, self._changed = thread, changed
        self._find: FindRules | None = None
        self._found: tuple[ContextItem, ...] = ()
        self._left_out: set[str] = set()
        self._paths: tuple[str, ...] = ()
        self._asked = 0
        self._is_used = False

    @property
    def items(self) -> tuple[ContextItem, ...]:
        """What is shown, and sent with a prompt."""
        return tuple(item for item in self._found if item.path not in self._left_out)

    @property
    def marks(self) -> tuple[ContextItem, ...]:
        """Items without a text, which say of a prompt that waits which rule files the user has left out of it."""
        return tuple(map(_mark, sorted(self._left_out)))

    def apply(self, find: FindRules | None) -> None:
        """Find rule files in this way from now on; None: none are applied. Also to look again."""
        self._find = find
        self._look()

    def use(self) -> None:
        """A prompt is written: from now on what goes with it is shown. Before, nothing is read and counted for it."""
        if not self._is_used:
            self._is_used = True
            self._look()

    def follow(self, items: Sequence[ContextItem]) -> None:
        """The prompt is about these items now."""
        paths = paths_of(items)
        if paths != self._paths:
            self._paths = paths
            if self._find is not None:
                self._is_used = True
                self._look()

    def remove(self, item_id: str) -> bool:
        """Leave a rule file out of this prompt; False where the item is none."""
        if not item_id.startswith(_ID):
            return False
        self._left_out.add(item_id.removeprefix(_ID))
        return True

    def leave_out(self, items: Iterable[ContextItem]) -> None:
        """A prompt has come back: what was left out of it is left out again."""
        self._left_out.update(item.path for item in items if item.is_rule and not item.text)

    def clear(self) -> None:
        """The prompt was sent: the next one has them all again."""
        self._left_out.clear()

    def found_for(self, items: Sequence[ContextItem]) -> Callable[[], tuple[ContextItem, ...]] | None:
        """What finds the rule files for items that are about to be sent, on a worker; None where there are none."""
        find = self._find
        if find is None:
            return None
        paths, without = paths_of(items), {item.path for item in items if item.is_rule and not item.text}
        return lambda: tuple(item for item in find(paths) if item.path not in without)

    def find_for(self, items: Sequence[ContextItem], done: Callable[[tuple[ContextItem, ...]], None]) -> None:
        """Give `done` the rule files for items that are about to be sent, soon; at once where there are none."""
        find = self.found_for(items)
        if find is None:
            done(())
        else:
            self._thread.run_in_worker(find, done)

    def _look(self) -> None:
        self._asked += 1
        number, find, paths = self._asked, self._find, self._paths

        def take(found: tuple[ContextItem, ...]) -> None:
            if number == self._asked and found != self._found:
                self._found = found
                self._changed()

        if find is None:
            take(())
        elif self._is_used:
            self._thread.run_in_worker(lambda: find(paths), take)


def paths_of(items: Iterable[ContextItem]) -> tuple[str, ...]:
    """The files that a prompt is about, each once."""
    return tuple(dict.fromkeys(item.path for item in items if item.path and not item.is_rule))


def without_rules(items: Iterable[ContextItem]) -> tuple[ContextItem, ...]:
    """What the prompt is about."""
    return tuple(item for item in items if not item.is_rule)


def _mark(path: str) -> ContextItem:
    return ContextItem(f"{_ID}{path}", ItemKind.RULE, path, "")
