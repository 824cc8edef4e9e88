"""What the rows of a diff say, before anything is painted."""

from __future__ import annotations

from copilot_desktop.edits.change_sets import HunkState, change_set_from
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.ui.review.diff_rows import DiffRow, DiffRows, RowKind

TEXT = "".join(f"{number}\n" for number in range(30))


def state_of(files: dict[str, str | None], hunks: tuple[Hunk, ...], base: dict[str, str]) -> ReviewState:
    made = change_set_from(Proposal(files, hunks), base, turn_id="t", title="", model="")
    return ReviewState().with_change_set(made, dict(made.base_texts))


def rows_of(state: ReviewState) -> tuple[DiffRow, ...]:
    return DiffRows().rows(state.change_sets[0], state.texts)


def one_hunk() -> ReviewState:
    return state_of({"a": TEXT.replace("15\n", "x\ny\n")}, (Hunk("a", 15, 16, "x\ny\n", "exact", 1.0),), {"a": TEXT})


def test_numbers_of_both_sides_and_folded_context() -> None:
    rows = rows_of(one_hunk())
    assert [row.kind.name for row in rows] == (
        ["FILE", "GAP", *["CONTEXT"] * 3, "HUNK", "REMOVED", "ADDED", "ADDED", *["CONTEXT"] * 3, "GAP"]
    )
    assert rows[1].hidden == 12
    assert (rows[6].old_number, rows[6].new_number, rows[6].text) == (16, None, "15")
    assert (rows[8].old_number, rows[8].new_number, rows[8].text) == (None, 17, "y")
    assert (rows[9].old_number, rows[9].new_number) == (17, 18)


def test_a_conflict_shows_three_sides() -> None:
    state = one_hunk().text_changed("a", TEXT.replace("15\n", "mine\n"))
    assert state.hunks()[0].state is HunkState.CONFLICT
    texts = [row.text for row in rows_of(state) if row.kind in (RowKind.YOURS, RowKind.REMOVED, RowKind.ADDED)]
    assert texts == ["mine", "15", "x", "y"]


def test_changed_words_and_line_ends_are_marked() -> None:
    state = state_of({"a": "let x = 2\n", "b": "same\r\n"}, (), {"a": "let x = 1\n", "b": "same\n"})
    rows = rows_of(state)
    assert [(row.text, row.spans) for row in rows if row.kind in (RowKind.REMOVED, RowKind.ADDED)] == [
        ("let x = 1", ((8, 9),)),
        ("let x = 2", ((8, 9),)),
        ("same LF", ((5, 7),)),
        ("same CRLF", ((5, 9),)),
    ]


def test_an_empty_new_file_and_a_missing_line_end_are_said() -> None:
    state = state_of({"new": "", "end": "x"}, (), {})
    assert [row.text for row in rows_of(state) if row.kind is RowKind.NOTE] == [
        "The file is empty.",
        "No line end after the last line",
    ]


def test_rows_of_an_untouched_file_are_kept() -> None:
    state, rows = one_hunk(), DiffRows()
    first = rows.rows(state.change_sets[0], state.texts)
    assert rows.rows(state.change_sets[0], state.texts)[3] is first[3]
