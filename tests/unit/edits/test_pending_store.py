"""The store of pending reviews: what goes in comes out, in few and small writes, and what cannot be read is let be."""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.bridge.review.commands import Command, carried_out, taken
from copilot_desktop.bridge.review.files import Written
from copilot_desktop.bridge.review.pending_review import PendingReview, from_parts, kind_of
from copilot_desktop.bridge.review.refined_values import KeptRefinement, Version
from copilot_desktop.bridge.review.refused_values import KeptRefused, RefusedBlock
from copilot_desktop.edits.change_sets import ChangeHunk, ChangeSet, Decision, HunkState, change_set_from
from copilot_desktop.edits.comments import CommentSide, HunkComment, Remarks
from copilot_desktop.edits.pending.coding import INLINE, Encoder, decode
from copilot_desktop.edits.pending.schema import VERSION
from copilot_desktop.edits.pending.settled import forget_settled
from copilot_desktop.edits.pending.store import PendingStore
from copilot_desktop.edits.proposal import Failure
from copilot_desktop.edits.proposing import propose
from copilot_desktop.edits.refusals import NearPlace
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.errors import NewerStoreError, StoreError
from copilot_desktop.text.encodings import TextFormat
from copilot_desktop.text.lined_text import LinedText
from copilot_desktop.text.lines import LineEnding
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.workspace.file_identity import FileIdentity, FolderNames
from tests.support.disk_faults import file_size_limit

FILES = {
    "a.py": "one\r\ntwo\r\nthree",
    "old/b.py": "".join(f"line {number} of a longer file\n" for number in range(4_000)),
    "gone.txt": "away\n",
    "name.txt": "its name\n",
}
ANSWER = [
    {"path": "a.py", "old_string": "two", "new_string": "zwei"},
    {"path": "old/b.py", "old_string": "line 7 of a", "new_string": "line seven of a"},
    {"path": "old/b.py", "old_string": "line 3777 of a", "new_string": "line many of a"},
    {"path": "a.py", "old_string": "nine", "new_string": "neun"},
]
PATCH = """*** Begin Patch
*** Add File: new.py
+made = 1
*** Delete File: gone.txt
*** Update File: name.txt
*** Move to: other.txt
@@
-its name
+its other name
*** End Patch
"""


def change_set(answer: Any, title: str) -> ChangeSet:
    return change_set_from(propose(answer, FILES), FILES, turn_id=f"turn of {title}", title=title, model="m")


def full_review() -> PendingReview:
    """Two change sets: edits, and a file added, deleted and renamed; one decided, one step, one refused block."""
    edits, patch = change_set(ANSWER, "edits"), change_set(PATCH, "patch")
    state = ReviewState().with_change_set(edits, dict(FILES))
    state = state.with_change_set(patch, {"new.py": None, "other.txt": None, **FILES})
    hunk_id = edits.files[0].hunks[0].hunk_id
    before, state = state, state.decide([hunk_id], Decision.ACCEPTED)
    written = Written(
        {"a.py": "text"}, {"a.py": "hash", "b": None}, "7-ab", {"a.py": TextFormat("utf-8", True, LineEnding.CRLF)}
    )
    command = Command("Accept", {hunk_id: Decision.ACCEPTED}, {hunk_id: Decision.PENDING})
    step = taken(command, written, before, state)
    (failure,) = edits.failures
    block = RefusedBlock(
        "1-0", edits.change_set_id, "t", failure, (NearPlace("a.py", 0, 1, 0.5, ("one\r\n",)),), "said"
    )
    refused = (KeptRefused(edits, {"a.py": FILES["a.py"]}, (block,), (block,)),)
    versions = (Version("shout", edits), Version("louder", patch))
    refined = KeptRefinement(
        edits.change_set_id, "a.py", (hunk_id,), versions, 1, True, LineRange(1, 2), "text", ("t",)
    )
    return PendingReview(state, (step,), refused, refinements=(refined,))


def reread(path: Path) -> PendingReview:
    store = PendingStore(path)
    try:
        return store.load(kind_of, from_parts)
    finally:
        store.close()


def saved(path: Path, review: PendingReview) -> None:
    store = PendingStore(path)
    store.save(review.parts())
    store.close()


def assert_same(one: PendingReview, other: PendingReview) -> None:
    assert one.state.change_sets == other.state.change_sets
    assert dict(one.state.order) == dict(other.state.order)
    assert dict(one.state.texts) == dict(other.state.texts)
    assert (one.done, one.refused, one.refinements) == (other.done, other.refused, other.refinements)


def test_a_review_comes_back_as_it_was(tmp_path: Path) -> None:
    path, review = tmp_path / "reviews" / "a.sqlite", full_review()
    assert {change.status for each in review.state.change_sets for change in each.files} == {
        "added", "modified", "deleted", "renamed",
    }  # fmt: skip
    saved(path, review)
    assert_same(reread(path), review)
    assert [step.stood for step in reread(path).done] == [step.stood for step in review.done] != [None]
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600
    # The long file is the base, the text of now and what a block was refused on: it is kept once, and packed.
    assert path.stat().st_size < len(FILES["old/b.py"])


@given(st.text(alphabet=st.characters(codec=None), max_size=3 * INLINE) | st.just("\ud800" * (INLINE + 1)))
def test_any_text_comes_back(text: str) -> None:
    encoded = Encoder().encode((text, LinedText(text)), set())
    pieces = encoded.fresh
    assert decode(tuple[str, str | None], json.dumps([text, None]), pieces.__getitem__) == (text, None)
    found = decode(tuple[str, LinedText], encoded.json, pieces.__getitem__)
    assert (found[0], found[1].text) == (text, text)
    assert encoded.needed == pieces.keys()


def test_an_edit_of_a_large_text_writes_a_piece_and_not_the_text(tmp_path: Path) -> None:
    large = "".join(f"{number}: some line of a large file\n" for number in range(100_000))
    made = change_set([{"path": "a.py", "old_string": "two", "new_string": "zwei"}], "small")
    state = ReviewState().with_change_set(replace(made, base_texts={**made.base_texts, "large": large}), {})
    path = tmp_path / "a.sqlite"
    store = PendingStore(path)
    store.save(PendingReview(state).parts())
    before = names(path)
    lines = large.splitlines(keepends=True)
    lines[50_000] = "typed\n"
    edited = replace(state, texts=state.texts.merged(_lined({"large": state.texts.lined("large")}, 50_000)))
    store.save(PendingReview(edited).parts())
    assert len(names(path) - before) == 1
    assert names(path) >= before  # the base is as it was
    store.close()
    assert reread(path).state.texts["large"] == "".join(lines)


def _lined(texts: Mapping[str, LinedText | None], line: int) -> Any:
    from copilot_desktop.edits.file_texts import FileTexts

    return FileTexts({path: lined.replaced(line, line + 1, "typed\n") for path, lined in texts.items() if lined})


def names(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as database:
        return {name for (name,) in database.execute("SELECT name FROM pieces")}


def test_what_nothing_needs_any_more_goes_and_the_file_with_the_last_of_it(tmp_path: Path) -> None:
    path, review = tmp_path / "a.sqlite", full_review()
    store = PendingStore(path)
    store.save({})
    assert not path.exists()
    store.save(review.parts())
    first, _second = review.state.change_sets
    smaller = PendingReview(review.state.without(first.change_set_id))
    store.save(smaller.parts())
    assert_same(reread(path), smaller)
    assert len(names(path)) == len([text for text in smaller.state.texts.values() if text is not None]) == 2
    store.save({})
    store.close()
    assert list(tmp_path.iterdir()) == []


def test_a_field_more_or_less_breaks_nothing(tmp_path: Path) -> None:
    """A store of a version that knew fewer fields of a hunk, and one that had more."""
    path, review = tmp_path / "a.sqlite", full_review()
    saved(path, review)
    defaults = {each.name for each in fields(ChangeHunk)} - {
        "hunk_id", "start", "end", "old_text", "new_text", "strategy", "confidence",
    }  # fmt: skip
    with closing(sqlite3.connect(path)) as database:
        for name, value in database.execute("SELECT name, value FROM parts WHERE name LIKE 'file/%'").fetchall():
            change = json.loads(value)
            for hunk in change["hunks"]:
                for field in defaults - {"decision", "state", "around"}:
                    hunk.pop(field, None)
                hunk["of_another_time"] = {"is": ["not", "known"]}
            database.execute("UPDATE parts SET value = ? WHERE name = ?", (json.dumps(change), name))
        database.commit()
    found = reread(path)
    assert [hunk.hunk_id for hunk in found.state.hunks()] == [hunk.hunk_id for hunk in review.state.hunks()]
    assert [hunk.decision for hunk in found.state.hunks()] == [hunk.decision for hunk in review.state.hunks()]
    assert not any(hunk.needs_look for hunk in found.state.hunks())


def test_a_store_of_version_1_is_brought_up_to_date_and_a_copy_of_it_kept(tmp_path: Path) -> None:
    """It did not know what a hunk was made from, nor the lines that accepting wrote."""
    path, review = tmp_path / "a.sqlite", full_review()
    saved(path, review)
    with closing(sqlite3.connect(path)) as database:
        for name, value in database.execute("SELECT name, value FROM parts WHERE name LIKE 'file/%'").fetchall():
            change = json.loads(value)
            for hunk in change["hunks"]:
                for field in ("base_text", "proposed_text", "edits", "written", "taken_in"):
                    del hunk[field]
                hunk["around"] = ["", ""]
            database.execute("UPDATE parts SET value = ? WHERE name = ?", (json.dumps(change), name))
        database.execute("PRAGMA user_version = 1")
        database.commit()
    before = path.read_bytes()
    assert_same(reread(path), review)
    (copy,) = tmp_path.glob("*.version-1")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert copy.stat().st_size == len(before)
    again = path.read_bytes()
    assert_same(reread(path), review)
    assert path.read_bytes() == again


@pytest.mark.parametrize(
    ("version", "unknown"),
    [
        (2, ("viewed", "identities", "names")),
        (4, ("identities", "names")),
        (5, ("identities", "names")),
        (7, ("names",)),
    ],
)
def test_a_store_of_a_version_with_fewer_parts_is_taken_as_it_is_and_a_copy_of_it_kept(
    tmp_path: Path, version: int, unknown: tuple[str, ...]
) -> None:
    path, review = tmp_path / "a.sqlite", replace(full_review(), viewed=frozenset({"mark"}))
    known = {"a.py": FileIdentity(1, 2, 3)}
    names = FolderNames.of(["a.py", "in/ü \n \udcff.py", *map(str, range(2_000))])
    saved(path, replace(review, identities=known, names=names))
    assert (reread(path).identities, reread(path).viewed, reread(path).names) == (known, review.viewed, names)
    assert len(names.paths()) == 2_002
    with closing(sqlite3.connect(path)) as database:
        database.executemany("DELETE FROM parts WHERE name = ?", [(name,) for name in unknown])
        database.execute(f"PRAGMA user_version = {version}")
        database.commit()
    found = reread(path)
    assert_same(found, review)
    assert found.identities == ({} if "identities" in unknown else known)
    assert found.viewed == (frozenset() if "viewed" in unknown else review.viewed)
    assert found.names is None
    (copy,) = tmp_path.glob(f"*.version-{version}")
    assert copy.stat().st_mode & 0o777 == 0o600
    for each, expected in ((path, VERSION), (copy, version)):
        with closing(sqlite3.connect(each)) as database:
            assert database.execute("PRAGMA user_version").fetchone() == (expected,)


def test_steps_of_version_6_are_taken_back_by_merging(tmp_path: Path) -> None:
    """It did not know how the review stood before a step."""
    path, review = tmp_path / "a.sqlite", full_review()
    saved(path, review)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("DELETE FROM parts WHERE name LIKE 'before/%'").rowcount == 1
        ((steps,),) = database.execute("SELECT value FROM parts WHERE name = 'steps'").fetchall()
        old = [{name: each for name, each in step.items() if name != "stood_id"} for step in json.loads(steps)]
        database.execute("UPDATE parts SET value = ? WHERE name = 'steps'", (json.dumps(old),))
        database.execute("PRAGMA user_version = 6")
        database.commit()
    found = reread(path)
    assert_same(found, review)
    (step,) = found.done
    assert step.stood is None
    back = carried_out(found.state, step.command.undoing(step))
    assert dict(back.texts) == dict(carried_out(review.state, step.command.undoing(review.done[0])).texts)
    (copy,) = tmp_path.glob("*.version-6")
    for each, expected in ((path, VERSION), (copy, 6)):
        with closing(sqlite3.connect(each)) as database:
            assert database.execute("PRAGMA user_version").fetchone() == (expected,)


def test_what_stood_on_a_text_that_git_took_away_stands_so_again_after_a_restart(tmp_path: Path) -> None:
    path, review = tmp_path / "a.sqlite", full_review()
    away = review.state.text_changed("a.py", FILES["a.py"])
    assert HunkState.GONE in {hunk.state for hunk in away.hunks("a.py")}
    saved(path, replace(review, state=away))
    found = reread(path).state
    assert (found.stood, found.hunks()) == (away.stood, away.hunks())
    assert len(found.stood) == 1
    assert found.text_changed("a.py", review.state.texts["a.py"]).hunks() == review.state.hunks()


def test_comments_and_reasons_come_back_and_a_store_without_them_has_none(tmp_path: Path) -> None:
    path, review = tmp_path / "a.sqlite", full_review()
    hunk = next(iter(review.state.hunks()))
    set_id = review.state.hunk(hunk.hunk_id)[0].change_set_id
    comment = HunkComment("c", hunk.hunk_id, set_id, CommentSide.NEW, LineRange(0, 1), "x\n", "Why?", "Why so")
    remarks = Remarks((comment,), {hunk.hunk_id: "slow"}, {hunk.hunk_id: "told"})
    saved(path, replace(review, remarks=remarks))
    assert reread(path).remarks == remarks
    with closing(sqlite3.connect(path)) as database:
        # What version 3 wrote has no such part.
        database.execute("DELETE FROM parts WHERE name = 'remarks'")
        database.execute("PRAGMA user_version = 3")
        database.commit()
    assert_same(reread(path), review)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (VERSION,)
    assert path.with_name("a.sqlite.version-3").stat().st_mode & 0o777 == 0o600


def test_old_reviews_with_nothing_to_decide_go(tmp_path: Path) -> None:
    review = full_review()
    ids = [hunk.hunk_id for hunk in review.state.pending()]
    settled = replace(review, state=review.state.decide(ids, Decision.REJECTED))
    for name, each in {"waits": review, "settled": settled, "open": settled, "new": settled}.items():
        saved(tmp_path / f"{name}.sqlite", each)
        if name != "new":
            os.utime(tmp_path / f"{name}.sqlite", (0, 0))
    (tmp_path / "damaged.sqlite").write_text("what is this")
    os.utime(tmp_path / "damaged.sqlite", (0, 0))
    forget_settled(tmp_path, but=tmp_path / "open.sqlite")
    assert {each.stem for each in tmp_path.glob("*.sqlite")} == {"waits", "open", "new", "damaged"}
    assert_same(reread(tmp_path / "waits.sqlite"), review)


def test_a_newer_store_is_refused_and_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    saved(path, full_review())
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(NewerStoreError, match="newer version"):
        reread(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("how", ["garbage", "cut", "json", "piece", "lost_piece", "lost_part", "kind"])
def test_a_damaged_store_is_said_and_left_untouched(tmp_path: Path, how: str) -> None:
    path = tmp_path / "a.sqlite"
    saved(path, full_review())
    if how in ("garbage", "cut"):
        data = path.read_bytes()
        path.write_bytes(b"no database at all" * 100 if how == "garbage" else data[: len(data) // 2])
    else:
        statement = {
            "json": "UPDATE parts SET value = '{' WHERE name LIKE 'set/%'",
            "piece": "UPDATE pieces SET data = ?, is_packed = 1",
            "lost_piece": "DELETE FROM pieces",
            "lost_part": "DELETE FROM parts WHERE name LIKE 'file/%'",
            "kind": "UPDATE parts SET name = 'what' WHERE name = 'steps'",
        }[how]
        with closing(sqlite3.connect(path)) as database:
            database.execute(statement, (zlib.compress(b"else"),) if "?" in statement else ())
            database.commit()
    before = path.read_bytes()
    store = PendingStore(path)
    with pytest.raises(StoreError, match="damaged"):
        store.load(kind_of, from_parts)
    store.close()
    assert path.read_bytes() == before


def test_a_disk_that_refuses_leaves_what_was_kept_and_the_next_try_keeps_all(tmp_path: Path) -> None:
    path, review = tmp_path / "a.sqlite", full_review()
    first = PendingReview(review.state.without(review.state.change_sets[0].change_set_id))
    store = PendingStore(path)
    store.save(first.parts())
    failure = Failure("a.py", "not_found", "no", "".join(chr(32 + at * at % 90) for at in range(90_000)))
    large = replace(review, refused=(replace(review.refused[0], change_set=replace(review.refused[0].change_set, failures=(failure,) * 3)),))  # fmt: skip  # noqa: E501
    with file_size_limit(30_000), pytest.raises(StoreError, match="cannot be written down"):
        store.save(large.parts())
    assert_same(reread(path), first)
    store.save(large.parts())
    store.close()
    assert_same(reread(path), large)


def test_marks_of_what_was_viewed_come_back(tmp_path: Path) -> None:
    path, review = tmp_path / "a.sqlite", replace(full_review(), viewed=frozenset({"one", "two"}))
    saved(path, review)
    assert reread(path).viewed == {"one", "two"}
    saved(path, full_review())
    assert reread(path).viewed == frozenset()
