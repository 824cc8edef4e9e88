"""Many conversations in one store: search, pins, deletion with a way back, branches, and a file of version 1."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from copilot_desktop.context.items import ContextItem, ItemKind, Origin
from copilot_desktop.conversation.events import TurnStatus
from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.conversation.store_schema import VERSION
from copilot_desktop.conversation.turn_calls import Reading, TurnCall
from copilot_desktop.conversation.turns import Conversation, StoredTurn
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.workspace.picture import Picture

# As version 1 wrote it.
VERSION_1 = """
CREATE TABLE conversations (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, workspace TEXT NOT NULL,
    created_at REAL NOT NULL, updated_at REAL NOT NULL
) STRICT;
CREATE INDEX conversations_of_workspace ON conversations (workspace, updated_at);
CREATE TABLE turns (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    prompt TEXT NOT NULL, items TEXT NOT NULL, mode TEXT NOT NULL, profile_name TEXT NOT NULL, model TEXT NOT NULL,
    created_at REAL NOT NULL, answer TEXT NOT NULL, reasoning TEXT NOT NULL, status TEXT NOT NULL, error TEXT,
    input_tokens INTEGER, output_tokens INTEGER, cached_tokens INTEGER, cost_usd REAL, first_token_s REAL,
    duration_s REAL NOT NULL, note TEXT NOT NULL
) STRICT;
CREATE INDEX turns_of_conversation ON turns (conversation_id, number);
INSERT INTO conversations VALUES ('c1', 'Old talk', '/p', 1.0, 2.0), ('c2', 'Empty', '/p', 1.0, 1.5);
INSERT INTO turns (id, conversation_id, prompt, items, mode, profile_name, model, created_at, answer, reasoning, status,
    duration_s, note) VALUES
    ('t1', 'c1', 'First question', '[]', 'chat', 'p', 'm', 1.0, 'A walrus.', '', 'finished', 1.0, ''),
    ('t2', 'c1', 'Second', '[]', 'edit', 'p', 'm', 1.0, '', '', 'failed', 1.0, ''),
    ('t3', 'c1', 'Third', '[]', 'chat', 'p', 'm', 1.0, 'Done.', '', 'stopped', 1.0, 'note');
PRAGMA user_version = 1;
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    store = ConversationStore(tmp_path / "c.sqlite")
    yield store
    store.close()


def talk(store: ConversationStore, title: str, *turns: tuple[str, str], workspace: str = "/p") -> Conversation:
    """A conversation of one branch of (prompt, answer)."""
    made = store.new_conversation(workspace, title)
    parent_id = ""
    for number, (prompt, answer) in enumerate(turns):
        turn_id = f"{title}-{number}"
        store.save_turn(
            StoredTurn(
                turn_id,
                made.conversation_id,
                prompt,
                answer=answer,
                status=TurnStatus.FINISHED,
                parent_id=parent_id,
            )
        )
        parent_id = turn_id
    return made


def titles(store: ConversationStore, query: str) -> list[str]:
    return [found.conversation.title for found in store.search("/p", query)]


def test_a_file_of_version_1_is_migrated_and_a_private_copy_kept(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(VERSION_1)
    before = path.read_bytes()
    with closing(ConversationStore(path)) as store:
        turns = store.turns("c1")
        assert [(turn.turn_id, turn.parent_id) for turn in turns] == [("t1", ""), ("t2", "t1"), ("t3", "t2")]
        assert [turn.note for turn in turns] == ["", "", "note"]
        assert store.leaf_id("c1") == "t3"
        assert store.leaf_id("c2") == ""
        assert [found.turn_id for found in store.search("/p", "walrus")] == ["t1"]
        store.save_turn(StoredTurn("t4", "c1", "A narwhal", parent_id="t3"))
        assert [found.turn_id for found in store.search("/p", "narwhal")] == ["t4"]
    copy = tmp_path / "c.sqlite.version-1"
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM turns").fetchone() == (3,)
    assert before != path.read_bytes()
    # Opened again, it is as it was.
    with closing(ConversationStore(path)) as store:
        assert len(store.turns("c1")) == 4


def test_a_file_of_version_4_is_migrated_and_keeps_calls_from_then_on(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    with closing(ConversationStore(path)) as today:
        talk(today, "Old", ("Change it", "Done."))
    with closing(sqlite3.connect(path)) as database:
        database.executescript("ALTER TABLE turns DROP COLUMN calls; PRAGMA user_version = 4;")
    calls = (TurnCall("edit_file", '{"path": "é"}', 3, 9), TurnCall("x", "{", 9, 12, is_whole=False))
    with closing(ConversationStore(path)) as store:
        (conversation,) = store.conversations("/p")
        (old,) = store.turns(conversation.conversation_id)
        assert (old.answer, old.calls) == ("Done.", ())
        store.save_turn(StoredTurn("t2", conversation.conversation_id, "Again", answer="Two.", calls=calls))
        assert store.turns(conversation.conversation_id)[1].calls == calls
        copy = store.copy_branch(conversation, "t2", "Copy")
        assert store.turns(copy.conversation_id)[-1].calls == calls
    assert (tmp_path / "c.sqlite.version-4").stat().st_mode & 0o777 == 0o600


def test_a_file_of_version_5_is_migrated_and_keeps_the_kinds_of_items_that_came_with_6(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    lines = ContextItem("i1", ItemKind.SELECTION, "a.py", "x = 1\n", LineRange(0, 1))
    with closing(ConversationStore(path)) as today:
        made = today.new_conversation("/p", "Old")
        today.save_turn(StoredTurn("t1", made.conversation_id, "Change it", items=(lines,), answer="Done."))
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 5")
    proposed = replace(lines, item_id="i2", kind=ItemKind.PROPOSED), replace(lines, item_id="i3", kind=ItemKind.BEFORE)
    with closing(ConversationStore(path)) as store:
        (old,) = store.turns(made.conversation_id)
        assert (old.answer, old.items) == ("Done.", (lines,))
        store.save_turn(StoredTurn("t2", made.conversation_id, "Shorter", items=proposed))
        assert store.turns(made.conversation_id)[1].items == proposed
    copy = tmp_path / "c.sqlite.version-5"
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (5,)
        assert database.execute("SELECT count(*) FROM turns").fetchone() == (1,)
    # A program of before, which knows five versions, must be able to tell.
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_words_are_found_in_titles_prompts_and_answers_of_this_folder(store: ConversationStore) -> None:
    talk(store, "Alpha", ("How does the parser work?", "It reads_tokens one by one."))
    talk(store, "Beta", ("Rename it", "Der Prüfer läuft."), ("And parser again", "No."))
    talk(store, "Other", ("parser", "parser"), workspace="/q")
    assert titles(store, "") == ["Beta", "Alpha"]
    assert titles(store, "parser") == ["Beta", "Alpha"]
    assert titles(store, "pars work") == ["Alpha"]
    assert titles(store, "reads_tok") == ["Alpha"]
    assert titles(store, "prufer") == ["Beta"]
    assert titles(store, "alph") == ["Alpha"]
    assert titles(store, "rename parser") == []
    (found,) = [each for each in store.search("/p", "parser") if each.conversation.title == "Beta"]
    assert (found.turn_id, found.excerpt) == ("Beta-1", "And parser again")


def test_a_file_of_version_7_is_migrated_and_keeps_what_its_model_reads_from_then_on(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    before = {"name": "edit_file", "arguments": "{}", "start": 3, "end": 9, "is_whole": True, "extra": ""}
    with closing(ConversationStore(path)) as store:
        made = talk(store, "Old", ("a", "b"))
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE turns SET calls = ?", (json.dumps([before]),))
        database.execute("PRAGMA user_version = 7")
        database.commit()
    read = TurnCall("read_file", '{"path": "a.py"}', round_number=1, reading=Reading("Read a.py", "a.py: one", 7))
    with closing(ConversationStore(path)) as store:
        (turn,) = store.turns(made.conversation_id)
        assert turn.calls == (TurnCall("edit_file", "{}", 3, 9),)
        assert turn.readings == ()
        store.save_turn(replace(turn, calls=(*turn.calls, read)))
    with closing(ConversationStore(path)) as store:
        assert store.turns(made.conversation_id)[0].readings == (read,)
    assert (tmp_path / "c.sqlite.version-7").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("version", [9, 10, 11])
def test_a_file_of_version_9_to_11_is_migrated_and_keeps_what_is_no_file_from_then_on(
    tmp_path: Path, version: int
) -> None:
    path = tmp_path / "c.sqlite"
    with closing(ConversationStore(path)) as store:
        made = talk(store, "Old", ("a", "b"))
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version = {version}")
    origin = Origin("working tree", "git diff", "1 file, +1 −0.", ("a.py",))
    item = ContextItem("1", ItemKind.DIFF, "", "+a\n", origin=origin)
    picture = Picture(b"\x89PNG", "image/png", 4, 3, "8×6 → 4×3", b"small")
    page = ContextItem("3", ItemKind.PAGE, "", "Text\n", origin=Origin("https://example.com", "Example"))
    shown = ContextItem("2", ItemKind.PICTURE, "", "", origin=Origin("/shot.png", "shot.png"), picture=picture)
    with closing(ConversationStore(path)) as store:
        (turn,) = store.turns(made.conversation_id)
        store.save_turn(replace(turn, items=(item, shown, page)))
    with closing(ConversationStore(path)) as store:
        assert store.turns(made.conversation_id)[0].items == (item, shown, page)
    assert (tmp_path / f"c.sqlite.version-{version}").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("query", ['"', "->", "a OR", "NEAR(", "* ^", "col:x", "'; --", "%", "\0"])
def test_signs_of_the_query_language_are_only_text(store: ConversationStore, query: str) -> None:
    talk(store, "Alpha", ("How", "x"))
    assert titles(store, query) == []


def test_signs_and_words_without_blanks_between_are_found_in_the_text(store: ConversationStore) -> None:
    talk(store, "Alpha", ("What is -> in C?", "一つの関数を変更する"))
    assert titles(store, "->") == ["Alpha"]
    assert titles(store, "関数") == ["Alpha"]
    assert titles(store, "関数 wha") == ["Alpha"]
    assert titles(store, "関係") == []


def test_an_answer_that_grows_is_found_by_its_words_of_now(store: ConversationStore) -> None:
    made = talk(store, "Alpha", ("How", "first draft"))
    store.save_turn(StoredTurn("Alpha-0", made.conversation_id, "How", answer="second version"))
    assert titles(store, "draft") == []
    assert titles(store, "version") == ["Alpha"]


def test_a_long_answer_is_told_by_the_line_around_the_word(store: ConversationStore) -> None:
    talk(store, "Alpha", ("How", "word " * 500 + "\n\nthe\n  needle is here " + "word " * 500))
    (found,) = store.search("/p", "needle")
    assert found.excerpt.startswith("…")
    assert "the needle is here" in found.excerpt
    assert "\n" not in found.excerpt


def test_pinned_ones_come_first(store: ConversationStore) -> None:
    old = talk(store, "Old", ("a", "b"))
    talk(store, "New", ("a", "b"))
    store.set_pinned(old.conversation_id, True)
    assert titles(store, "") == ["Old", "New"]
    assert store.search("/p", "")[0].conversation.is_pinned
    # What is opened at the start is still the one that was used last.
    assert store.conversations("/p")[0].title == "New"


def test_a_deleted_one_comes_back_until_it_is_forgotten(store: ConversationStore) -> None:
    made = talk(store, "Gone", ("needle", "b"))
    store.delete(made.conversation_id)
    assert (titles(store, ""), titles(store, "needle"), store.conversations("/p")) == ([], [], ())
    store.forget_deleted()
    store.restore(made.conversation_id)
    assert titles(store, "needle") == ["Gone"]
    store.delete(made.conversation_id)
    store.forget_deleted(before=time.time() + 1)
    store.restore(made.conversation_id)
    assert titles(store, "") == []
    assert store.turns(made.conversation_id) == ()


def test_what_is_forgotten_is_no_longer_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    with closing(ConversationStore(path)) as store:
        made = talk(store, "Gone", ("a needle42 of text", "b"))
        store.delete(made.conversation_id)
        store.forget_deleted(before=time.time() + 1)
    assert b"needle42" not in path.read_bytes()


def test_a_prompt_sent_again_begins_a_branch_and_the_other_one_stays(store: ConversationStore) -> None:
    made = talk(store, "Talk", ("one", "1"), ("two", "2"), ("three", "3"))
    store.save_turn(StoredTurn("again", made.conversation_id, "two, but", parent_id="Talk-0"))
    assert store.leaf_id(made.conversation_id) == "again"
    assert [turn.prompt for turn in store.branch(made.conversation_id, "again")] == ["one", "two, but"]
    assert [turn.prompt for turn in store.branch(made.conversation_id, "Talk-2")] == ["one", "two", "three"]
    store.show_branch(made.conversation_id, "Talk-2")
    assert store.leaf_id(made.conversation_id) == "Talk-2"
    # Kept again at its end: neither its place nor the shown branch changes.
    store.save_turn(StoredTurn("again", made.conversation_id, "two, but", answer="x", parent_id=""))
    assert [turn.answer for turn in store.branch(made.conversation_id, "again")] == ["1", "x"]
    assert store.leaf_id(made.conversation_id) == "Talk-2"
    assert store.parent_for(made.conversation_id, "again") == "Talk-0"
    assert store.parent_for(made.conversation_id, "new") == "Talk-2"


def test_a_branch_becomes_a_conversation_that_knows_its_origin(store: ConversationStore) -> None:
    made = talk(store, "Talk", ("one", "1"), ("two", "2"), ("three", "3"))
    copy = store.copy_branch(made, "Talk-1", "Talk (branch)")
    turns = store.turns(copy.conversation_id)
    assert [(turn.prompt, turn.answer, turn.origin_id) for turn in turns] == [
        ("one", "1", "Talk-0"),
        ("two", "2", "Talk-1"),
    ]
    assert [turn.parent_id for turn in turns] == ["", turns[0].turn_id]
    assert store.leaf_id(copy.conversation_id) == turns[1].turn_id
    assert len(store.turns(made.conversation_id)) == 3
    again = store.copy_branch(copy, turns[0].turn_id, "Again")
    assert [turn.origin_id for turn in store.turns(again.conversation_id)] == ["Talk-0"]
