"""Changes in bytes lead from one text to the other, wherever the pieces are cut, and touch no more than differs."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.text import large_diff
from copilot_desktop.text.changes import ByteChange
from copilot_desktop.text.large_diff import byte_changes

LINES = st.lists(st.sampled_from(["a\n", "b\r\n", "für\n", "\r", "", "long line of text\n"]), max_size=30)


def applied(old: bytes, changes: tuple[ByteChange, ...]) -> bytes:
    pieces, at = [], 0
    for change in changes:
        assert at <= change.start <= change.end
        pieces += [old[at : change.start], change.data]
        at = change.end
    return b"".join([*pieces, old[at:]])


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(
    LINES,
    LINES,
    st.integers(1, 40),
    st.sampled_from([0, 1, 3]),
    st.sampled_from([1, 3, 1_000]),
    st.sampled_from([1, 7, 40]),
)
def test_the_changes_make_the_other_text(
    before: list[str], after: list[str], size: int, border: int, limit: int, portion: int
) -> None:
    old, new = "".join(before).encode(), "".join(after).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large_diff, "_BORDER", border)
        patch.setattr(large_diff, "CHANGES_LIMIT", limit)
        patch.setattr(large_diff, "_PORTION_BYTES", portion)
        changes = byte_changes(cut(old, size), cut(new, size))
    assert applied(old, changes) == new
    assert (old == new) == (not changes)
    for change in changes:
        change.data.decode()
        old[change.start : change.end].decode()


def test_of_a_large_text_only_what_differs_is_changed() -> None:
    lines = [f"line {number} of the text\n".encode() for number in range(100_000)]
    other = list(lines)
    chosen = random.Random(1).sample(range(len(lines)), 50)  # noqa: S311 - the same each time
    for number in chosen:
        other[number] = b"changed\n"
    other[500:500] = [b"new\n"] * 3
    changes = byte_changes(cut(b"".join(lines), 65_536), cut(b"".join(other), 65_536))
    assert applied(b"".join(lines), changes) == b"".join(other)
    assert sum(len(change.data) for change in changes) < 5_000


def test_a_very_different_text_is_a_few_long_changes() -> None:
    old = b"one line\n" * 200_000
    changes = byte_changes(cut(old, 65_536), cut(old.replace(b"\n", b"\r\n"), 65_536))
    assert [change.start for change in changes] == [0, *(change.end for change in changes[:-1])]
    assert len(changes) < 10


@pytest.mark.parametrize("ending", ["\n", ""])
def test_where_all_differs_no_change_is_long(ending: str) -> None:
    old = "".join(f"für {number}{ending}" for number in range(200_000)).encode()
    new = old.replace("für".encode(), "für alle".encode())
    changes = byte_changes(cut(old, 100_000), cut(new, 100_000))
    assert applied(old, changes) == new
    assert max(max(len(change.data), change.end - change.start) for change in changes) < 500_000
    assert applied(b"", byte_changes([], cut(new, 100_000))) == new
    assert applied(new, byte_changes(cut(new, 100_000), [])) == b""
    for change in changes:
        change.data.decode()
