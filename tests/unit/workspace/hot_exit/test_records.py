"""The file of one unsaved text: what was written down comes back, and a torn end costs only the torn batch."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.errors import NewerStoreError, StoreError
from copilot_desktop.text import changes
from copilot_desktop.text.changes import ByteEdit, CopiedText, ReplayedText, joined
from copilot_desktop.text.encodings import TextFormat
from copilot_desktop.text.lines import LineEnding
from copilot_desktop.workspace.hot_exit.entry_file import LOG_BYTES, EntryFile
from copilot_desktop.workspace.hot_exit.records import (
    UnsavedHeader,
    edits_record,
    first_records,
    header_record,
    read_unsaved,
)

HEADER = UnsavedHeader("src/a.py", "a.py", TextFormat("cp1252", False, LineEnding.CRLF), "ab" * 32)
UNTITLED = UnsavedHeader(None, "Untitled-1", TextFormat("utf-8", True, LineEnding.LF), None)


@st.composite
def typed(draw: st.DrawFn) -> tuple[bytes, list[ByteEdit], bytes]:
    """A text, edits that fit it, and what they make of it."""
    start = text = draw(st.text("aé\n", max_size=20)).encode()
    edits = []
    for _ in range(draw(st.integers(0, 20))):
        before = text.decode()
        first = draw(st.integers(0, len(before)))
        last = draw(st.integers(first, len(before)))
        inserted = draw(st.text("bü", max_size=4)).encode()
        position, removed = len(before[:first].encode()), len(before[first:last].encode())
        edits.append(ByteEdit(position, removed, inserted))
        text = text[:position] + inserted + text[position + removed :]
    return start, edits, text


@given(typed())
def test_edits_replay_to_the_text_they_made(case: tuple[bytes, list[ByteEdit], bytes]) -> None:
    start, edits, end = case
    for these in (edits, joined(edits)):
        replayed = ReplayedText(start)
        for edit in these:
            replayed.apply(edit)
        assert replayed.content() == end
    data = first_records(HEADER, start) + b"".join(edits_record([edit]) for edit in edits)
    found = read_unsaved(data)
    assert (found.header, found.text, found.is_damaged) == (HEADER, end, False)


@given(typed(), st.integers(1, 9), st.integers(2, 9))
def test_a_text_in_pieces_replays_to_the_same(
    case: tuple[bytes, list[ByteEdit], bytes], part_bytes: int, piece_bytes: int
) -> None:
    start, edits, end = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changes, "_PIECE_BYTES", piece_bytes)
        replayed = ReplayedText(*(start[at : at + part_bytes] for at in range(0, len(start), part_bytes)))
        for edit in edits:
            replayed.apply(edit)
        assert b"".join(replayed.pieces()) == replayed.content() == end
        assert len(replayed) == len(end)


@given(typed(), st.data())
def test_a_file_cut_anywhere_behind_its_base_gives_a_text_that_once_was(
    case: tuple[bytes, list[ByteEdit], bytes], data: st.DataObject
) -> None:
    start, edits, _end = case
    whole = first = first_records(UNTITLED, start)
    texts, ends = [start], [len(first)]
    replayed = ReplayedText(start)
    for edit in edits:
        replayed.apply(edit)
        whole += edits_record([edit])
        texts.append(replayed.content())
        ends.append(len(whole))
    cut = data.draw(st.integers(len(first), len(whole)))
    found = read_unsaved(whole[:cut] + data.draw(st.sampled_from([b"", b"\0" * 40])))
    whole_ones = max(at for at, end in enumerate(ends) if end <= cut)
    # A record may end in zeros: those behind the end can complete it.
    assert found.text in texts[whole_ones : whole_ones + 2]
    assert not found.is_damaged


def test_letters_typed_one_after_the_other_are_one_edit() -> None:
    edits = [
        ByteEdit(3, 2, b"a"),
        ByteEdit(4, 0, b"b"),
        ByteEdit(5, 0, b"c"),
        ByteEdit(5, 1, b""),
        ByteEdit(5, 0, b"d"),
    ]
    assert joined(edits) == [ByteEdit(3, 2, b"abc"), ByteEdit(5, 1, b"d")]


def test_the_caret_stands_after_the_last_edit_and_a_later_header_holds() -> None:
    moved = UnsavedHeader("src/b.py", "b.py", HEADER.format, None)
    data = first_records(HEADER, b"one two") + edits_record([ByteEdit(3, 0, b"!!")]) + header_record(moved)
    found = read_unsaved(data)
    assert (found.header, found.text, found.caret) == (moved, b"one!! two", 5)


def test_a_broken_record_in_the_middle_is_told_apart_from_a_cut_end() -> None:
    first, edit = first_records(HEADER, b"text"), edits_record([ByteEdit(0, 0, b"a")])
    broken = edit[:-1] + b"?"
    assert not read_unsaved(first + edit + broken).is_damaged
    found = read_unsaved(first + edit + broken + edit)
    assert found.is_damaged
    assert found.text == b"atext"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"something else",
        first_records(HEADER, b"text")[:-1],
        b"copilot-desktop unsaved text 1\n",
        first_records(UnsavedHeader("a", "a", TextFormat("no-such-codec", False, LineEnding.LF), None), b"text"),
        first_records(HEADER, b"\xff\xfe"),
    ],
)
def test_a_file_without_a_whole_base_is_damaged(data: bytes) -> None:
    with pytest.raises(StoreError, match="damaged"):
        read_unsaved(data)


def test_a_file_of_a_newer_version_is_refused() -> None:
    with pytest.raises(NewerStoreError, match="newer version"):
        read_unsaved(first_records(HEADER, b"text").replace(b"text 1\n", b"text 3\n"))


def test_a_file_is_private_grows_by_what_changes_and_is_begun_anew_when_the_log_outgrows_the_text(
    tmp_path: Path,
) -> None:
    place = tmp_path / "one.unsaved"
    file = EntryFile(place, lambda _beside: None)
    file.begin(HEADER, CopiedText((b"text",), 0))
    small = place.stat().st_size
    assert place.stat().st_mode & 0o777 == 0o600
    file.add([ByteEdit(0, 0, b"a")])
    assert place.stat().st_size - small < 64
    text = b"atext"
    piece = b"x" * 10_000
    sizes = []
    for _ in range(60):
        file.add([ByteEdit(0, 0, piece), ByteEdit(5, len(piece) - 1, b"")])
        text = piece + text
        text = text[:5] + text[5 + len(piece) - 1 :]
        sizes.append(place.stat().st_size)
    assert max(sizes) < 2 * LOG_BYTES
    assert read_unsaved(place.read_bytes()).text == text
    file.add([ByteEdit(1, 0, b"after")])
    assert read_unsaved(place.read_bytes()).text == text[:1] + b"after" + text[1:]
    file.remove()
    assert list(tmp_path.iterdir()) == []
