"""What is written in a conversation and not sent yet, and how it is kept: in parts, so that typing writes little."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import field
from enum import StrEnum
from typing import Any

from copilot_desktop.context.items import ContextItem
from copilot_desktop.conversation.stored_rows import item_of, item_values
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class UnsentPrompt:
    """A prompt with what goes with it. Of files that are read when it is sent only the name may be held."""

    prompt: str = ""
    items: tuple[ContextItem, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is something."""
        return bool(self.prompt or self.items)

    def before(self, other: UnsentPrompt) -> UnsentPrompt:
        """Both in one, this first; the same is not said twice."""
        if self == other:
            return self
        held = {item.item_id for item in self.items}
        items = (*self.items, *(item for item in other.items if item.item_id not in held))
        return UnsentPrompt("\n".join(each.prompt for each in (self, other) if each.prompt), items)


@dataclass(frozen=True, slots=True)
class Draft:
    """`written` stands in the composer. `edited_id`: the turn whose prompt it was; then `aside` is what stood there
    before. `on_its_way` is being made ready to be sent. `queue` waits for the end of an answer."""

    written: UnsentPrompt = field(default_factory=UnsentPrompt)
    edited_id: str = ""
    aside: UnsentPrompt = field(default_factory=UnsentPrompt)
    on_its_way: UnsentPrompt = field(default_factory=UnsentPrompt)
    queue: tuple[UnsentPrompt, ...] = ()


class DraftPart(StrEnum):
    """What is kept by itself. Not of a draft are SHOWN, which conversation of a folder was in front, and UNREAD, that a
    conversation has an answer nobody has seen."""

    PROMPT = "prompt"
    CONTEXT = "context"
    QUEUE = "queue"
    SHOWN = "shown"
    UNREAD = "unread"


def changed_parts(old: Draft, new: Draft) -> dict[DraftPart, str]:
    """The parts that differ, as they are kept; "" where there is nothing."""
    parts: dict[DraftPart, str] = {}
    if new.written.prompt != old.written.prompt:
        parts[DraftPart.PROMPT] = new.written.prompt
    if _context(new) != _context(old):
        is_empty = not any(_context(new))
        parts[DraftPart.CONTEXT] = "" if is_empty else json.dumps(_context_values(new))
    if new.queue != old.queue:
        parts[DraftPart.QUEUE] = json.dumps([_values(each) for each in new.queue]) if new.queue else ""
    return parts


def draft_of(parts: Mapping[str, str]) -> Draft:
    """The draft of its parts; one that cannot be read takes no other along."""
    context: dict[str, Any] = {}
    queue: tuple[UnsentPrompt, ...] = ()
    items: tuple[ContextItem, ...] = ()
    aside, on_its_way, edited_id = UnsentPrompt(), UnsentPrompt(), ""
    with suppress(ValueError, KeyError, TypeError):
        context = json.loads(parts.get(DraftPart.CONTEXT) or "{}")
        items = _items(context.get("items", ()))
        aside, on_its_way = (_prompt_of(context.get(name, {})) for name in ("aside", "on_its_way"))
        edited_id = str(context.get("edited_id", ""))
    with suppress(ValueError, KeyError, TypeError):
        queue = tuple(_prompt_of(values) for values in json.loads(parts.get(DraftPart.QUEUE) or "[]"))
    # What was on its way has not left: else it would be no draft any more.
    written = on_its_way.before(UnsentPrompt(parts.get(DraftPart.PROMPT, ""), items))
    return Draft(written, edited_id, aside, queue=queue)


def _context(draft: Draft) -> tuple[tuple[ContextItem, ...], str, UnsentPrompt, UnsentPrompt]:
    return draft.written.items, draft.edited_id, draft.aside, draft.on_its_way


def _context_values(draft: Draft) -> dict[str, Any]:
    items = [item_values(item) for item in draft.written.items]
    prompts = {"aside": _values(draft.aside), "on_its_way": _values(draft.on_its_way)}
    return {"items": items, "edited_id": draft.edited_id, **prompts}


def _values(unsent: UnsentPrompt) -> dict[str, Any]:
    return {"prompt": unsent.prompt, "items": [item_values(item) for item in unsent.items]}


def _prompt_of(values: dict[str, Any]) -> UnsentPrompt:
    return UnsentPrompt(str(values.get("prompt", "")), _items(values.get("items", ())))


def _items(values: Iterable[dict[str, Any]]) -> tuple[ContextItem, ...]:
    return tuple(item_of(each) for each in values)
