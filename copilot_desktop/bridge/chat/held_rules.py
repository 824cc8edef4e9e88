"""The rule files that go with the next prompt: found on workers for the files that it is about, shown as chips."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.context.items import NAMED_RULE, ContextItem, ItemKind
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    # With the first rule file.
    from copilot_desktop.context.rules.finding import OtherRule


@dataclass(frozen=True, slots=True)
class RulesWanted:
    """For a prompt about these files. `named`: the paths of rule files that the user has named for it; `in_chat`: its
    model may read files, where the user lets it."""

    paths: tuple[str, ...]
    named: Collection[str] = ()
    in_chat: bool = True


FindRules = Callable[[RulesWanted], tuple[ContextItem, ...]]
"""Gives the rule files for a prompt. On workers."""
_ID: Final = "rule:"


class HeldRules:
    """Of one composer. `changed` is called when others are shown; a rule whose chip was removed is left out of this
    prompt, one that was named goes with it."""

    def __init__(self, thread: AsyncThread, changed: Callable[[], None]) -> None:
        self._thread, self._changed = thread, changed
        self._find: FindRules | None = None
        self._found: tuple[ContextItem, ...] = ()
        self._left_out: set[str] = set()
        self._named: set[str] = set()
        self._paths: tuple[str, ...] = ()
        self._asked = 0
        self._is_used = False
        self.others: tuple[OtherRule, ...] = ()
        """Those that apply only where they are asked for, as they were found last."""

    @property
    def items(self) -> tuple[ContextItem, ...]:
        """What is shown, and sent with a prompt."""
        return tuple(item for item in self._found if item.path not in self._left_out)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The paths of those that would go with this prompt, and do not."""
        return tuple(item.path for item in self._found if item.path in self._left_out)

    @property
    def marks(self) -> tuple[ContextItem, ...]:
        """Items without a text, which say of a prompt that waits which rule files the user has left out of it, and
        which he has named for it."""
        return (*map(_mark, sorted(self._left_out)), *(_mark(path, NAMED_RULE) for path in sorted(self._named)))

    def apply(self, find: FindRules | None) -> None:
        """Find rule files in this way from now on; None: none are applied. Also to look again."""
        self._find = find
        if find is None:
            self.others = ()
        self._look()

    def look_again(self) -> None:
        """Something else than the files of the prompt has changed."""
        if self._find is not None:
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

    def name(self, path: str) -> None:
        """The user wants this rule file with this prompt."""
        self._left_out.discard(path)
        self._named.add(path)
        self._is_used = True
        self._look()

    def remove(self, item_id: str) -> bool:
        """Leave a rule file out of this prompt; False where the item is none."""
        if not item_id.startswith(_ID):
            return False
        path = item_id.removeprefix(_ID)
        if path in self._named:
            self._named.discard(path)
            self._look()
        self._left_out.add(path)
        return True

    def show_others(self, others: tuple[OtherRule, ...]) -> None:
        """These apply only where they are asked for."""
        if others != self.others:
            self.others = others
            self._changed()

    def put_back(self, path: str) -> None:
        """Do not leave it out any more."""
        self._left_out.discard(path)
        self._changed()

    def take_marks(self, items: Iterable[ContextItem]) -> None:
        """A prompt has come back: what was left out of it is left out again, what was named goes with it again."""
        left_out, named = _marked(items)
        self._left_out |= left_out
        if not named <= self._named:
            self._named |= named
            self._look()

    def clear(self) -> None:
        """The prompt was sent: the next one has them all again."""
        self._left_out.clear()
        if self._named:
            self._named.clear()
            self._look()

    def found_for(
        self, items: Sequence[ContextItem], *, in_chat: bool = True
    ) -> Callable[[], tuple[ContextItem, ...]] | None:
        """What finds the rule files for items that are about to be sent, on a worker; None where there are none."""
        find = self._find
        if find is None:
            return None
        without, named = _marked(items)
        wanted = RulesWanted(paths_of(items), named, in_chat)
        return lambda: tuple(item for item in find(wanted) if item.path not in without)

    def find_for(self, items: Sequence[ContextItem], done: Callable[[tuple[ContextItem, ...]], None]) -> None:
        """Give `done` the rule files for items that are about to be sent from elsewhere than the chat, soon; at once
        where there are none."""
        find = self.found_for(items, in_chat=False)
        if find is None:
            done(())
        else:
            self._thread.run_in_worker(find, done)

    def _look(self) -> None:
        self._asked += 1
        number, find, wanted = self._asked, self._find, RulesWanted(self._paths, frozenset(self._named))

        def take(found: tuple[ContextItem, ...]) -> None:
            if number == self._asked and found != self._found:
                self._found = found
                self._changed()

        if find is None:
            take(())
        elif self._is_used:
            self._thread.run_in_worker(lambda: find(wanted), take)


def paths_of(items: Iterable[ContextItem]) -> tuple[str, ...]:
    """The files that a prompt is about, each once."""
    return tuple(dict.fromkeys(item.path for item in items if item.path and not item.is_rule))


def without_rules(items: Iterable[ContextItem]) -> tuple[ContextItem, ...]:
    """What the prompt is about."""
    return tuple(item for item in items if not item.is_rule)


def _mark(path: str, why: str = "") -> ContextItem:
    return ContextItem(f"{_ID}{path}", ItemKind.RULE, path, "", why=why)


def _marked(items: Iterable[ContextItem]) -> tuple[set[str], set[str]]:
    """The paths of rule files that are left out, and of those that are named, also of a prompt that was sent."""
    rules = [item for item in items if item.is_rule]
    named = {item.path for item in rules if item.why.startswith(NAMED_RULE)}
    return {item.path for item in rules if not item.text} - named, named
