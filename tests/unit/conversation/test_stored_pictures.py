"""Pictures of turns are kept once, come back as they were, and go with the last turn that has them."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.conversation.stored_rows import item_values
from copilot_desktop.conversation.turns import Conversation, StoredTurn
from copilot_desktop.workspace.picture import Picture

DATA, OTHER = b"\x89PNG one" * 500, b"\x89PNG two" * 500


def item(data: bytes, name: str = "i") -> ContextItem:
    return ContextItem(name, ItemKind.PICTURE, "", "", picture=Picture(data, "image/png", 8, 8, "9×9 → 8×8", b"small"))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "conversations.sqlite3"


@pytest.fixture
def store(place: Path) -> Iterator[ConversationStore]:
    with closing(ConversationStore(place)) as made:
        yield made


def kept(place: Path) -> list[bytes]:
    with closing(sqlite3.connect(place)) as database:
        return sorted(row[0] for row in database.execute("SELECT data FROM pictures"))


def talk(store: ConversationStore, *items: ContextItem, turn_id: str = "t") -> Conversation:
    made = store.new_conversation("/project", "Pictures")
    store.save_turn(StoredTurn(turn_id, made.conversation_id, "Look", items))
    return made


def test_each_is_kept_once(store: ConversationStore, place: Path) -> None:
    made = talk(store, item(DATA), item(DATA, "j"), item(OTHER, "k"))
    (turn,) = store.turns(made.conversation_id)
    assert turn.items == (item(DATA), item(DATA, "j"), item(OTHER, "k"))
    for number in range(3):
        store.save_turn(replace(turn, answer=f"It is {number}"))
    store.save_turn(replace(turn, turn_id="u", parent_id="t"))
    copy = store.copy_branch(made, "u", "Copy")
    assert kept(place) == [b"small", DATA, OTHER]
    assert [each.items for each in store.turns(copy.conversation_id)] == [turn.items] * 2
    with closing(sqlite3.connect(place)) as database:
        assert not any(
            base64.b64encode(DATA)[:40].decode() in row[0] for row in database.execute("SELECT items FROM turns")
        )


def test_it_goes_with_the_last_turn_that_has_it(store: ConversationStore, place: Path) -> None:
    first, second = talk(store, item(DATA)), talk(store, item(DATA), item(OTHER), turn_id="u")
    store.delete(second.conversation_id)
    store.forget_deleted(1e12)
    assert kept(place) == [b"small", DATA]
    store.delete(first.conversation_id)
    store.forget_deleted(1e12)
    assert kept(place) == []
    # What a user deletes is not to be found in the file.
    with closing(sqlite3.connect(place)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert DATA[:64] not in place.read_bytes()


def test_those_of_an_older_version_are_moved(place: Path) -> None:
    with closing(ConversationStore(place)) as store:
        made = talk(store, item(DATA), ContextItem("f", ItemKind.FILE, "a.py", '"picture": {'))
    with closing(sqlite3.connect(place)) as database:
        old = json.dumps([item_values(item(DATA)), item_values(item(OTHER, "k"))])
        database.executescript(
            "DROP TABLE turn_pictures; DROP TABLE pictures; ALTER TABLE turns DROP COLUMN begin_note;"
            "PRAGMA user_version = 12;"
        )
        database.execute("UPDATE turns SET items = ?", (old,))
        database.commit()
    for _start in range(2):
        with closing(ConversationStore(place)) as store:
            assert store.turns(made.conversation_id)[0].items == (item(DATA), item(OTHER, "k"))
    assert kept(place) == [b"small", DATA, OTHER]
    assert place.with_name(f"{place.name}.version-12").exists()


def test_one_that_is_lost_takes_nothing_with_it(store: ConversationStore, place: Path) -> None:
    made = talk(store, item(DATA))
    with closing(sqlite3.connect(place)) as database:
        database.execute("DELETE FROM pictures")
        database.commit()
    (turn,) = store.turns(made.conversation_id)
    assert turn.prompt == "Look"
    assert turn.items[0].picture == replace(item(DATA).picture or Picture(b"", "", 0, 0), data=b"", thumbnail=b"")
