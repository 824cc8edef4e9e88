"""What the rows of a diff say, before anything is painted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.diff.blocks import DiffOptions
from copilot_desktop.ui.diff.comparing import CHANGED, compared_file
from copilot_desktop.ui.diff.content import DiffContent
from copilot_desktop.ui.diff.rows import DiffRow, changed_words
from copilot_desktop.ui.diff.values import DiffFile, DiffHunk, Remark, RowKind

TEXT = "".join(f"{number}\n" for number in range(60))
SIDES = DiffOptions(is_side_by_side=True)


def content_of(*files: DiffFile, options: DiffOptions | None = None) -> DiffContent:
    content = DiffContent()
    content.show_files(files)
    content.set_options(options or DiffOptions())
    return content


def rows_of(old: str, new: str, options: DiffOptions | None = None) -> list[DiffRow]:
    return list(content_of(compared_file("a", old, new), options=options).rows)


def kinds(rows: list[DiffRow]) -> list[str]:
    return [row.kind.name for row in rows]


def test_numbers_of_both_sides_and_folded_context() -> None:
    rows = rows_of(TEXT, TEXT.replace("15\n", "x\ny\n"))
    around = ["CONTEXT"] * 3
    assert kinds(rows) == ["FILE", "GAP", *around, "HUNK", "REMOVED", "ADDED", "ADDED", *around, "GAP"]
    assert (rows[1].hidden, rows[1].text) == (12, "12 unchanged lines")
    assert (rows[1].has_above, rows[1].has_below) == (False, True)
    assert (rows[6].old_number, rows[6].new_number, rows[6].text) == (16, None, "15")
    assert (rows[8].old_number, rows[8].new_number, rows[8].text) == (None, 17, "y")
    assert (rows[9].old_number, rows[9].new_number) == (17, 18)


def test_side_by_side_lines_stand_beside_what_they_were() -> None:
    rows = rows_of("same\none = 1\nthree = 3\n", "same\nnew line\none = 11\nthree = 33\n", SIDES)
    said = [
        (row.old.text if row.old else None, row.new.text if row.new else None)
        for row in rows
        if row.kind is RowKind.PAIR
    ]
    assert said == [("same", "same"), (None, "new line"), ("one = 1", "one = 11"), ("three = 3", "three = 33")]
    row = rows[-1]
    assert (row.old_number, row.new_number) == (3, 4)
    assert [side.spans for side in row.sides()] == [((8, 9),), ((8, 10),)]


def test_changed_words_and_line_ends_are_marked() -> None:
    rows = rows_of("let x = 1\nsame\n", "let x = 2\nsame\r\n")
    assert [(row.text, row.spans) for row in rows if row.kind in (RowKind.REMOVED, RowKind.ADDED)] == [
        ("let x = 1", ((8, 9),)),
        ("same LF", ((5, 7),)),
        ("let x = 2", ((8, 9),)),
        ("same CRLF", ((5, 9),)),
    ]


def test_a_missing_line_end_is_said_on_its_side() -> None:
    notes = [row.text for row in rows_of("a\n", "b") if row.kind is RowKind.NOTE]
    assert notes == ["No line end after the last line"]
    last = rows_of("a\n", "b", SIDES)[-1]
    assert (last.old, last.new and last.new.text) == (None, "No line end after the last line")


def test_an_empty_new_file_is_said() -> None:
    file = DiffFile("new", (), (), (DiffHunk("h", LineRange(0, 0), LineRange(0, 0), CHANGED),))
    assert [row.text for row in content_of(file).rows if row.kind is RowKind.NOTE] == ["The file is empty."]


def test_a_change_whose_lines_stand_with_another_one_says_so_and_not_that_the_file_is_empty() -> None:
    hunks = (
        DiffHunk("done", LineRange(0, 0), LineRange(0, 0), CHANGED),
        DiffHunk("h", LineRange(0, 1), LineRange(0, 1), CHANGED),
    )
    rows = content_of(DiffFile("code", ("a\n",), ("b\n",), hunks)).rows
    notes = [row.text for row in rows if row.kind is RowKind.NOTE]
    assert notes == ["Its lines stand in the change beside it, which changes them too."]


def test_gaps_open_a_little_from_either_side_and_whole() -> None:
    content = content_of(compared_file("a", TEXT, TEXT.replace("3\n", "x\n", 1).replace("55\n", "y\n")))
    gap = next(row for row in content.rows if row.kind is RowKind.GAP)
    assert gap.gap_id is not None
    assert (gap.hidden, gap.has_above, gap.has_below) == (45, True, True)
    content.open_gap(gap.gap_id, below_top=20)
    (now,) = [row for row in content.rows if row.gap_id == gap.gap_id]
    assert now.hidden == 25
    assert content.rows[content.rows.place_of_gap(gap.gap_id) - 1].new_number == 27
    content.open_gap(gap.gap_id, above_bottom=20)
    (now,) = [row for row in content.rows if row.gap_id == gap.gap_id]
    assert now.hidden == 5
    assert content.rows[content.rows.place_of_gap(gap.gap_id) + 1].new_number == 33
    content.open_gap(gap.gap_id)
    assert content.rows.place_of_gap(gap.gap_id) == -1
    content.close_gaps()
    assert content.rows.place_of_gap(gap.gap_id) > 0


def test_changes_of_blanks_are_named_and_fold_until_they_are_opened() -> None:
    old = TEXT.replace("20\n", "if x:\n").replace("40\n", "a = 1\n")
    new = old.replace("if x:\n", "    if x:\n").replace("a = 1\n", "a = 2\n")
    content = content_of(compared_file("a", old, new))
    ids = [hunk.hunk_id for hunk in content.files[0].hunks]
    infos = [content.info(each) for each in ids]
    assert [info and info.is_whitespace for info in infos] == [True, False]
    assert infos[0] is not None
    assert infos[0].words == "Changed · only blanks differ"
    assert content.whitespace_count() == 1
    assert kinds(list(content.rows)).count("REMOVED") == 2
    content.set_options(DiffOptions(folds_whitespace=True))
    (fold,) = [row for row in content.rows if row.kind is RowKind.GAP and row.hunk_id == ids[0]]
    assert fold.text == "1 line differs in blanks only"
    assert kinds(list(content.rows)).count("REMOVED") == 1
    assert fold.gap_id is not None
    content.open_gap(fold.gap_id)
    assert kinds(list(content.rows)).count("REMOVED") == 2


FUNCTION = "def total(items):\n    found = sum(items)\n    return found\n"


def test_moved_blocks_say_where_they_went_and_came_from_across_files() -> None:
    away = compared_file("a.py", f"{TEXT}{FUNCTION}", TEXT)
    here = compared_file("b.py", "x = 1\n", f"x = 1\n{FUNCTION}")
    content = content_of(away, here)
    rows = [row for row in content.rows if row.moved]
    assert [row.moved for row in rows] == [
        *(f"moved to b.py line {number}" for number in (2, 3, 4)),
        *(f"moved from a.py line {number}" for number in (61, 62, 63)),
    ]
    assert [row.starts_move for row in rows] == [True, False, False] * 2
    assert content.moved_count == 3
    content.show_files([away])
    assert not [row for row in content.rows if row.moved]


def test_what_is_the_same_is_not_compared_again() -> None:
    file = compared_file("a", TEXT, TEXT.replace("15\n", "x\n"))
    content = content_of(file)
    row = content.rows[3]
    content.show_files([file])
    assert content.rows.blocks[1] is not None
    blocks = content.rows.blocks
    content.show_files([file])
    assert all(one is other for one, other in zip(blocks, content.rows.blocks, strict=True))
    quiet = replace(file, hunks=tuple(replace(hunk, is_quiet=True) for hunk in file.hunks))
    changes = content._changes["a"].changes
    content.show_files([quiet])
    assert content._changes["a"].changes is changes
    assert content.rows[3] == row


def test_gaps_near_a_hunk_are_those_beside_it() -> None:
    new = TEXT.replace("5\n", "x\n", 1).replace("30\n", "y\n").replace("50\n", "z\n")
    content = content_of(compared_file("a", TEXT, new))
    hunk = content.files[0].hunks[1]
    gaps = [row.gap_id for row in content.rows if row.gap_id is not None]
    assert len(gaps) == 4
    assert set(content.rows.gaps_near(hunk.hunk_id)) == {gaps[1], gaps[2]}
    assert content.rows.gaps_near("unknown") == ()
    end = content.rows.end_of_hunk(hunk.hunk_id)
    assert content.rows[end - 1].text == "y"


LINES = st.lists(st.sampled_from(["a\n", "b\n", "def f():\n", "  x = 1\n", "\n", "c\r\n", "}\n"]), max_size=25)


@settings(max_examples=60, deadline=None)
@given(LINES, LINES, st.sampled_from(["", "last"]), st.booleans())
def test_all_lines_are_there_once_and_in_order(old: list[str], new: list[str], last: str, is_folded: bool) -> None:
    file = compared_file("a", "".join(old), "".join([*new, last]))
    for is_side_by_side in (False, True):
        content = content_of(file, options=DiffOptions(is_side_by_side, False, is_folded))
        while gaps := [row.gap_id for row in content.rows if row.gap_id is not None]:
            content.open_gap(gaps[0])
        rows = [side for row in content.rows for side in row.sides()]
        wanted = (RowKind.REMOVED, RowKind.ADDED, RowKind.CONTEXT)
        lines = [row for row in rows if row.kind in wanted]
        olds = [row.old_number for row in lines if row.kind is not RowKind.ADDED]
        news = [row.new_number for row in lines if row.kind is not RowKind.REMOVED]
        assert list(dict.fromkeys(olds)) == list(range(1, len(file.old_lines) + 1)) or not file.hunks
        assert list(dict.fromkeys(news)) == list(range(1, len(file.new_lines) + 1)) or not file.hunks
        assert len(list(content.rows.texts())) == len(content.rows)


@pytest.mark.parametrize("options", [None, SIDES], ids=["one column", "side by side"])
def test_remarks_stand_below_their_lines(options: DiffOptions | None) -> None:
    file = compared_file("a", "1\nold\n2\n3\n4\n5\n6\n7\n", "1\nnew\nmore\n2\n3\n4\n5\n6\n8\n")
    whole = DiffHunk("h", LineRange(1, 8), LineRange(1, 9), file.hunks[0].label)
    remarks = (
        Remark("1", ("on more", "and so on"), 1),
        Remark("2", ("on all",)),
        Remark("3", ("on old",), 0, is_new=False),
        Remark("4", ("on 3",), 3),
        Remark("5", ("nowhere",), 90),
    )
    content = content_of(replace(file, hunks=(replace(whole, remarks=remarks),)), options=options)
    said = [row.text or "/".join(side.text for side in row.sides()) for row in content.rows if row.hunk_id]
    if options is None:
        wanted = ["", "on all", "old", "on old", "new", "more", "on more", "and so on", "2", "3", "on 3", "4", "5", "6"]
        assert said == [*wanted, "7", "8", "nowhere"]
    else:
        assert said[said.index("on old") - 1].startswith("old")
        assert said[said.index("on more") - 1].endswith("more")
        assert (said[1], said[-1]) == ("on all", "nowhere")
    # Bytes, rows and texts agree, so that words are found where they stand.
    assert len(list(content.rows.texts())) == len(content.rows)
    assert [left for left, _ in content.rows.texts() if left in {"on old", "on 3"}] == ["on old", "on 3"]
    assert content.rows.end_of_hunk("h") == len(content.rows)


@pytest.mark.parametrize("options", [None, SIDES], ids=["one column", "side by side"])
def test_remarks_beside_a_change_stand_below_their_lines_or_the_bar_that_hides_them(
    options: DiffOptions | None,
) -> None:
    lines = [f"{number}\n" for number in range(40)]
    changed = [*lines[:20], "new\n", *lines[21:]]
    file = compared_file("a", "".join(lines), "".join(changed))
    start = file.hunks[0].new.start
    remarks = tuple(
        Remark(str(line), (f"on {line}",), line - start, kind=RowKind.DOUBT, spoken=f"all of {line}")
        for line in (2, 18, 20, 22, 35)
    )
    hunks = (replace(file.hunks[0], remarks=remarks),)
    content = content_of(replace(file, hunks=hunks), options=options)
    texts = [row.text if row.kind is not RowKind.PAIR else row.sides()[-1].text for row in content.rows]
    assert texts[1:] == [
        *("17 unchanged lines", "on 2", "17", "18", "on 18", "19", ""),
        *(["20", "new"] if options is None else ["new"]),
        *("on 20", "21", "22", "on 22", "23", "16 unchanged lines", "on 35"),
    ]
    for line in (2, 18, 20, 22, 35):
        row = content.rows[content.rows.place_of_remark(str(line))]
        assert (row.kind, row.text, row.spoken) == (RowKind.DOUBT, f"on {line}", f"all of {line}")
    assert content.rows.place_of_remark("none") == -1
    assert len(list(content.rows.texts())) == len(content.rows)


def test_a_line_end_is_named_where_nothing_else_differs() -> None:
    assert changed_words("z\n", "z\r\n") != (("z", ()), ("z", ()))
    # As two sides of a conflict may have it.
    assert changed_words("z\n", "z\n") == (("z", ()), ("z", ()))
