from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from copilot_desktop.context.collecting import item_of
from copilot_desktop.conversation.events import ErrorNotice, TurnStatus
from copilot_desktop.conversation.store import IN_MEMORY, ConversationStore
from copilot_desktop.conversation.store_schema import VERSION
from copilot_desktop.conversation.turns import Repair, StoredTurn, TurnMode, title_of
from copilot_desktop.errors import NewerStoreError, StoreError
from copilot_desktop.llm.requests import Usage
from copilot_desktop.text.ranges import LineRange


def test_conversations_and_turns_are_there_again_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "conversations.sqlite"
    store = ConversationStore(path)
    conversation = store.new_conversation("/project", "First")
    turn = StoredTurn(
        turn_id="t1",
        conversation_id=conversation.conversation_id,
        prompt="Why?\0 “ü”",
        items=(item_of("a.py", "one\r\ntwo", LineRange(0, 1), is_unsaved=True), item_of("b.py", "")),
        mode=TurnMode.EDIT,
        profile_name="work",
        model="m",
        created_at=12.5,
        answer="Because.",
        reasoning="hm",
        status=TurnStatus.FAILED,
        error=ErrorNotice("network", "Gone.", "Try again.", "detail"),
        usage=Usage(1, None, 3),
        cost_usd=0.25,
        first_token_s=0.5,
        duration_s=2.0,
        note="A note.",
        begin_note="1 secret masked.",
        parent_id="t0",
        origin_id="t9",
    )
    store.save_turn(turn)
    store.close()
    again = ConversationStore(path)
    assert again.turns(conversation.conversation_id) == (turn,)
    assert [each.title for each in again.conversations("/project")] == ["First"]
    assert again.conversations("/other") == ()
    assert path.stat().st_mode & 0o777 == 0o600
    again.close()


def test_a_turn_is_saved_again_in_its_place_and_moves_its_conversation_to_the_top(tmp_path: Path) -> None:
    store = ConversationStore(tmp_path / "c.sqlite")
    old, new = store.new_conversation("/p", "old"), store.new_conversation("/p", "new")
    first = StoredTurn("t1", old.conversation_id, "one")
    store.save_turn(first)
    store.save_turn(StoredTurn("t2", old.conversation_id, "two"))
    store.save_turn(replace(first, answer="done", status=TurnStatus.FINISHED))
    assert [(turn.prompt, turn.answer) for turn in store.turns(old.conversation_id)] == [("one", "done"), ("two", "")]
    assert [each.title for each in store.conversations("/p")] == ["old", "new"]
    store.rename(new.conversation_id, "renamed")
    store.delete(old.conversation_id)
    assert [each.title for each in store.conversations("/p")] == ["renamed"]
    store.close()


def test_a_newer_file_is_refused_and_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version = {VERSION + 1}")
    database.close()
    before = path.read_bytes()
    with pytest.raises(NewerStoreError, match="newer version"):
        ConversationStore(path)
    assert path.read_bytes() == before


def test_a_damaged_file_and_a_turn_without_conversation_are_sentences(tmp_path: Path) -> None:
    (tmp_path / "c.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="cannot be read or written"):
        ConversationStore(tmp_path / "c.sqlite")
    store = ConversationStore(IN_MEMORY)
    with pytest.raises(StoreError):
        store.save_turn(StoredTurn("t", "nowhere", "prompt"))
    store.close()


def test_titles_are_the_first_line_that_says_something() -> None:
    assert title_of("\n  Fix the tests  \nplease") == "Fix the tests"
    assert title_of(" \n") == "New conversation"
    assert len(title_of("x" * 200)) == 60


def test_a_file_of_version_3_gets_room_for_repairs_and_keeps_its_turns(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    today = ConversationStore(path)
    made = today.new_conversation("/p", "Title")
    today.save_turn(StoredTurn("t1", made.conversation_id, "A prompt", answer="An answer"))
    today.close()
    with sqlite3.connect(path) as database:
        database.executescript("ALTER TABLE turns DROP COLUMN repairs; ALTER TABLE turns DROP COLUMN calls;")
        database.execute("PRAGMA user_version = 3")
    database.close()
    store = ConversationStore(path)
    (turn,) = store.turns(made.conversation_id)
    assert (turn.answer, turn.repairs) == ("An answer", ())
    repair = Repair("again", "here", 2, True, TurnStatus.FINISHED, "1 of 2 have a place now.")
    store.save_turn(replace(turn, repairs=(repair,)))
    assert store.turns(made.conversation_id)[0].repairs == (repair,)
    assert (tmp_path / "c.sqlite.version-3").exists()
    store.close()
