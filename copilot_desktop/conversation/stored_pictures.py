"""Pictures of turns, each kept once: a turn names them by their sums, and they go with the last turn that does.

A turn is kept again every two seconds while its answer arrives, and pictures are most of it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any, Final

from copilot_desktop.context.items import ContextItem
from copilot_desktop.workspace.picture import Picture

_BYTES: Final = ("data", "thumbnail")
_APART: Final = "is_apart"
"""Its bytes are sums of what is kept apart."""


def values_of(picture: Picture) -> dict[str, Any]:
    """A picture as plain values, its bytes by their sums."""
    return {**asdict(picture), **{name: _sum(getattr(picture, name)) for name in _BYTES}, _APART: True}


def picture_of(values: dict[str, Any], find: Callable[[str], bytes]) -> Picture | None:
    """The picture of these values; None for those of `stored_rows`, which have the bytes with them."""
    if not values.get(_APART):
        return None
    plain = {name: value for name, value in values.items() if name != _APART}
    return Picture(**{**plain, **{name: find(values[name]) for name in _BYTES}})


def keep_pictures(database: sqlite3.Connection, turn_id: str, items: Iterable[ContextItem]) -> None:
    """Keep those of a turn, which is kept by then."""
    for data in (getattr(item.picture, name) for item in items if item.picture is not None for name in _BYTES):
        _keep(database, turn_id, data)


def bytes_of(database: sqlite3.Connection, digest: str) -> bytes:
    """What has this sum; nothing where the file was damaged."""
    row = database.execute("SELECT data FROM pictures WHERE sum = ?", (digest,)).fetchone()
    return b"" if row is None else bytes(row[0])


def move_apart(database: sqlite3.Connection) -> None:
    """Keep the pictures of turns apart that an older version has kept in them."""
    rows = database.execute("SELECT id FROM turns WHERE items LIKE '%\"picture\": {%'").fetchall()
    for (turn_id,) in rows:
        (text,) = database.execute("SELECT items FROM turns WHERE id = ?", (turn_id,)).fetchone()
        items = json.loads(text)
        for values in _pictures_in(items):
            for name in _BYTES:
                data = b64decode(values[name])
                _keep(database, turn_id, data)
                values[name] = _sum(data)
            values[_APART] = True
        database.execute("UPDATE turns SET items = ? WHERE id = ?", (json.dumps(items), turn_id))


def _pictures_in(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (item["picture"] for item in items if item.get("picture") and not item["picture"].get(_APART))


def _keep(database: sqlite3.Connection, turn_id: str, data: bytes) -> None:
    digest = _sum(data)
    if database.execute("SELECT 1 FROM pictures WHERE sum = ?", (digest,)).fetchone() is None:
        database.execute("INSERT INTO pictures (sum, data) VALUES (?, ?)", (digest, data))
    database.execute("INSERT OR IGNORE INTO turn_pictures (turn_id, sum) VALUES (?, ?)", (turn_id, digest))


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
