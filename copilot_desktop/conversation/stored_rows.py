"""Turns as rows of the store, and back."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any, Final

from copilot_desktop.context.items import ContextItem, ItemKind, Origin
from copilot_desktop.conversation.events import ErrorNotice, TurnStatus
from copilot_desktop.conversation.turn_calls import Reading, TurnCall
from copilot_desktop.conversation.turns import Repair, StoredTurn, TurnMode
from copilot_desktop.errors import Remedy
from copilot_desktop.llm.requests import Usage
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.workspace.picture import Picture

_PLAIN: Final = (
    *("conversation_id", "parent_id", "origin_id", "prompt", "answer", "reasoning", "note", "begin_note"),
    *("profile_name", "model", "created_at", "first_token_s", "duration_s", "cost_usd"),
)
"""Fields of a turn that are columns of the same name, as they are."""
_PICTURE_BYTES: Final = ("data", "thumbnail")
FindPicture = Callable[[str], bytes]
"""Gives the bytes of a picture that is kept apart, by their sum."""


def row_of(turn: StoredTurn) -> dict[str, Any]:
    """The columns of a turn."""
    return {
        "id": turn.turn_id,
        **{name: getattr(turn, name) for name in _PLAIN},
        "items": json.dumps([item_values(item, _values_apart) for item in turn.items]),
        "mode": turn.mode.value,
        "status": turn.status.value,
        "error": None if turn.error is None else json.dumps(asdict(turn.error)),
        "input_tokens": turn.usage.input_tokens,
        "output_tokens": turn.usage.output_tokens,
        "cached_tokens": turn.usage.cached_tokens,
        "repairs": json.dumps([asdict(repair) for repair in turn.repairs]),
        "calls": json.dumps([asdict(call) for call in turn.calls]),
    }


def turn_of(row: sqlite3.Row, find_picture: FindPicture) -> StoredTurn:
    """The turn of a row, whose pictures are kept apart."""
    return StoredTurn(
        turn_id=row["id"],
        **{name: row[name] for name in _PLAIN},
        items=tuple(item_of(values, find_picture) for values in json.loads(row["items"])),
        mode=TurnMode(row["mode"]),
        status=TurnStatus(row["status"]),
        error=None if row["error"] is None else _error_of(json.loads(row["error"])),
        usage=Usage(row["input_tokens"], row["output_tokens"], row["cached_tokens"]),
        repairs=tuple(_repair_of(values) for values in json.loads(row["repairs"])),
        calls=_calls_of(json.loads(row["calls"])),
    )


def item_values(item: ContextItem, picture_values: Callable[[Picture], dict[str, Any]] | None = None) -> dict[str, Any]:
    """An item as plain values, its picture with all that is in it unless the other says otherwise."""
    return {
        "item_id": item.item_id,
        "kind": item.kind.value,
        "path": item.path,
        "text": item.text,
        "lines": None if item.lines is None else [item.lines.start, item.lines.end],
        "is_unsaved": item.is_unsaved,
        **({"why": item.why} if item.why else {}),
        **({} if item.origin is None else {"origin": asdict(item.origin)}),
        **({} if item.picture is None else {"picture": (picture_values or _picture_values)(item.picture)}),
    }


def item_of(values: dict[str, Any], find_picture: FindPicture = lambda _sum: b"") -> ContextItem:
    """The item of these values; the other gives the bytes of pictures that are kept apart."""
    lines = values["lines"]
    return ContextItem(
        item_id=values["item_id"],
        kind=ItemKind(values["kind"]),
        path=values["path"],
        text=values["text"],
        lines=None if lines is None else LineRange(lines[0], lines[1]),
        is_unsaved=values["is_unsaved"],
        why=values.get("why", ""),
        origin=_origin_of(values.get("origin")),
        picture=_picture_of(values.get("picture"), find_picture),
    )


def _values_apart(picture: Picture) -> dict[str, Any]:
    from copilot_desktop.conversation.stored_pictures import values_of  # hardly any turn has one

    return values_of(picture)


def _picture_values(picture: Picture) -> dict[str, Any]:
    encoded = {name: base64.b64encode(getattr(picture, name)).decode("ascii") for name in _PICTURE_BYTES}
    return {**asdict(picture), **encoded}


def _picture_of(values: dict[str, Any] | None, find: FindPicture) -> Picture | None:
    if values is None:
        return None
    from copilot_desktop.conversation.stored_pictures import picture_of  # hardly any turn has one

    apart = picture_of(values, find)
    if apart is not None:
        return apart
    return Picture(**{**values, **{name: base64.b64decode(values[name]) for name in _PICTURE_BYTES}})


def _origin_of(values: dict[str, Any] | None) -> Origin | None:
    return None if values is None else Origin(**{**values, "named": tuple(values["named"])})


def _error_of(values: dict[str, Any]) -> ErrorNotice:
    """An error as it was kept. The time to wait has passed by now."""
    remedies = tuple(Remedy(word) for word in values.get("remedies", (Remedy.RETRY,)))
    return ErrorNotice(**{**values, "remedies": remedies, "wait_s": None})


def _repair_of(values: dict[str, Any]) -> Repair:
    calls = _calls_of(values.get("calls", ()))
    return Repair(**{**values, "status": TurnStatus(values["status"]), "calls": calls})


def _calls_of(listed: Iterable[dict[str, Any]]) -> tuple[TurnCall, ...]:
    return tuple(_call_of(values) for values in listed)


def _call_of(values: dict[str, Any]) -> TurnCall:
    reading = values.get("reading")
    return TurnCall(**{**values, "reading": None if reading is None else Reading(**reading)})
