"""What is written and not sent, in the file of the conversations."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.conversation.draft_store import DraftKey, DraftStore
from copilot_desktop.conversation.drafts import Draft, DraftPart, UnsentPrompt, changed_parts, draft_of
from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.conversation.turns import StoredTurn
from copilot_desktop.conversation.unread_answers import UnreadAnswers
from copilot_desktop.errors import StoreError
from copilot_desktop.text.ranges import LineRange
from tests.support.disk_faults import small_disk

ITEM = ContextItem("i1", ItemKind.SELECTION, "a.py", "x = 1\n", LineRange(3, 4), is_unsaved=True)
FILE = ContextItem("i2", ItemKind.FILE, "b.py", "", None)
FULL = Draft(
    UnsentPrompt("Wörter\nund 🙂", (ITEM, FILE)),
    "turn",
    UnsentPrompt("before", (FILE,)),
    queue=(UnsentPrompt("next", (ITEM,)), UnsentPrompt("last")),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    store = ConversationStore(tmp_path / "c.sqlite")
    yield store
    store.close()


def keep(drafts: DraftStore, key: DraftKey, draft: Draft, number: int = 1) -> None:
    drafts.keep({key: changed_parts(Draft(), draft)}, number)


def test_every_part_comes_back_as_it_was(store: ConversationStore) -> None:
    made = store.new_conversation("/p", "One")
    drafts, key = DraftStore(store), DraftKey("/p", made.conversation_id)
    keep(drafts, key, FULL)
    assert drafts.load("/p") == {key: FULL}
    assert drafts.load("/q") == {}
    # Only what differs is written; what is empty is taken away.
    typed = Draft(UnsentPrompt("Wörter", FULL.written.items), FULL.edited_id, FULL.aside, queue=FULL.queue)
    assert changed_parts(FULL, typed) == {DraftPart.PROMPT: "Wörter"}
    drafts.keep({key: changed_parts(FULL, Draft())}, 2)
    assert drafts.load("/p") == {}


def test_what_was_on_its_way_has_not_left(store: ConversationStore) -> None:
    key = DraftKey("/p")
    keep(DraftStore(store), key, Draft(UnsentPrompt("typed"), on_its_way=UnsentPrompt("asked", (ITEM,))))
    assert DraftStore(store).load("/p")[key].written == UnsentPrompt("asked\ntyped", (ITEM,))


def test_a_damaged_part_takes_no_other_along() -> None:
    draft = draft_of({"prompt": "words", "context": "{nonsense", "queue": '[{"prompt": "next", "items": []}]'})
    assert draft == Draft(UnsentPrompt("words"), queue=(UnsentPrompt("next"),))
    assert (
        draft_of({"prompt": "words", "context": '{"items": [{"kind": "?"}]}', "queue": "7"}).written.prompt == "words"
    )


def test_a_conversation_that_was_never_made_gives_its_draft_to_the_next_one(store: ConversationStore) -> None:
    drafts = DraftStore(store)
    keep(drafts, DraftKey("/p", "never"), Draft(UnsentPrompt("asked"), queue=(UnsentPrompt("next"),)))
    keep(drafts, DraftKey("/p"), Draft(UnsentPrompt("new")))
    wanted = {DraftKey("/p"): Draft(UnsentPrompt("asked\nnew"), queue=(UnsentPrompt("next"),))}
    assert drafts.load("/p") == wanted
    assert drafts.load("/p") == wanted


def test_a_write_that_comes_late_changes_nothing(store: ConversationStore) -> None:
    drafts, key = DraftStore(store), DraftKey("/p")
    keep(drafts, key, Draft(UnsentPrompt("newer")), 7)
    keep(drafts, key, Draft(UnsentPrompt("older")), 6)
    assert drafts.load("/p")[key].written.prompt == "newer"


def test_drafts_go_with_their_conversation_and_come_back_with_it(store: ConversationStore) -> None:
    made, drafts = store.new_conversation("/p", "One"), DraftStore(store)
    key = DraftKey("/p", made.conversation_id)
    keep(drafts, key, FULL)
    store.delete(made.conversation_id)
    assert drafts.load("/p") == {key: FULL}
    store.restore(made.conversation_id)
    assert drafts.load("/p") == {key: FULL}
    store.delete(made.conversation_id)
    store.forget_deleted(before=1e12)
    assert drafts.load("/p") == {}


def test_it_is_known_which_conversation_was_in_front(store: ConversationStore) -> None:
    drafts, new = DraftStore(store), DraftKey("/p")
    assert drafts.shown("/p") is None
    drafts.keep({new: {DraftPart.SHOWN: drafts.shown_value("c7")}}, 1)
    assert drafts.shown("/p") == "c7"
    drafts.keep({new: {DraftPart.SHOWN: drafts.shown_value("")}}, 2)
    # A new one in which nothing is written is none to come back to.
    assert drafts.shown("/p") is None
    keep(drafts, new, Draft(UnsentPrompt("words")), 3)
    assert drafts.shown("/p") == ""


def test_a_file_of_version_2_is_migrated(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    # The tables of turns and words are those of today.
    with closing(ConversationStore(path)) as today:
        made = today.new_conversation("/p", "Old talk")
        today.save_turn(StoredTurn("t1", made.conversation_id, "A walrus"))
    with closing(sqlite3.connect(path)) as database:
        for column in ("repairs", "calls"):
            database.execute(f"ALTER TABLE turns DROP COLUMN {column}")
        database.executescript("DROP TABLE drafts; PRAGMA user_version = 2;")
    with closing(ConversationStore(path)) as store:
        keep(DraftStore(store), DraftKey("/p"), FULL)
        assert DraftStore(store).load("/p") == {DraftKey("/p"): FULL}
        assert [found.turn_id for found in store.search("/p", "walrus")] == ["t1"]
    assert (tmp_path / "c.sqlite.version-2").stat().st_mode & 0o777 == 0o600


def test_after_a_full_disk_it_goes_on(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1_000), closing(ConversationStore(tmp_path / "disk" / "c.sqlite")) as store:
        made, drafts = store.new_conversation("/p", "One"), DraftStore(store)
        filler = tmp_path / "disk" / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"x" * 512)
        long = Draft(UnsentPrompt("words " * 50_000))
        with pytest.raises(StoreError):
            keep(drafts, DraftKey("/p"), long, 1)
        assert [each.title for each in store.conversations("/p")] == ["One"]
        filler.unlink()
        keep(drafts, DraftKey("/p"), long, 2)
        assert drafts.load("/p") == {DraftKey("/p"): long}
        store.rename(made.conversation_id, "Two")


def test_conversations_and_drafts_follow_a_renamed_folder(store: ConversationStore) -> None:
    drafts = DraftStore(store)
    first, second = store.new_conversation("/p", "One"), store.new_conversation("/q", "Two")
    keep(drafts, DraftKey("/p", first.conversation_id), FULL, 1)
    keep(drafts, DraftKey("/p"), Draft(UnsentPrompt("of before")), 2)
    keep(drafts, DraftKey("/q"), Draft(UnsentPrompt("of now")), 3)
    UnreadAnswers(store).keep("/p", first.conversation_id, is_unread=True)
    with store.transaction() as database:
        store.folders.follow(database, "/p", "/q")
    assert {each.title for each in store.conversations("/q")} == {"One", "Two"}
    assert drafts.load("/q") == {
        DraftKey("/q", first.conversation_id): FULL,
        DraftKey("/q"): Draft(UnsentPrompt("of before\nof now")),
    }
    assert UnreadAnswers(store).load("/q") == {first.conversation_id}
    assert second.workspace == "/q"
    # A window that still has the name of before goes on with the same.
    keep(drafts, DraftKey("/p"), Draft(UnsentPrompt("typed late")), 4)
    assert drafts.load("/q")[DraftKey("/q")].written.prompt == "typed late"
    assert store.new_conversation("/p", "Three").workspace == "/q"
    with store.transaction() as database:
        store.folders.follow(database, "/q", "/r")
    assert {each.title for each in store.conversations("/p")} == {"One", "Two", "Three"}
    # Another folder takes the name of before.
    store.folders.stands_for_itself("/p")
    assert store.conversations("/p") == ()
    assert drafts.load("/p") == {}
    assert store.new_conversation("/p", "Other").workspace == "/p"
