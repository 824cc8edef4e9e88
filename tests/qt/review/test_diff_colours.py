"""Syntax colours of the diff: both sides whole, lexed only as far as rows are seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pytestqt.qtbot import QtBot

from copilot_desktop.edits.change_sets import ChangeSet, Decision, change_set_from
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.ui.code_colours import CodeRun
from copilot_desktop.ui.review.diff_colours import DiffColours, side_texts
from copilot_desktop.ui.review.diff_rows import DiffRow, RowKind, file_rows

TEXT = 'def one():\n    """Says\n    return to sender.\n    """\n    return 1\n\n\ndef two():\n    return 2\n'


def change_set(*hunks: tuple[int, int, str]) -> ChangeSet:
    lines = TEXT.splitlines(keepends=True)
    for start, end, new in sorted(hunks, reverse=True):
        lines[start:end] = [new]
    made = tuple(Hunk("a.py", start, end, new, "exact", 1.0) for start, end, new in hunks)
    return change_set_from(
        Proposal({"a.py": "".join(lines)}, made), {"a.py": TEXT}, turn_id="turn", title="Title", model="model"
    )


def roles(runs: Sequence[CodeRun]) -> list[tuple[str, str]]:
    return [(run.text.strip(), run.role) for run in runs if run.text.strip()]


def row(kind: RowKind, old: int | None, new: int | None) -> DiffRow:
    return DiffRow(kind, "a.py", old_number=old, new_number=new)


def test_the_sides_are_what_the_numbers_of_the_rows_count() -> None:
    made = change_set((2, 3, "    return to me.\n    Soon.\n"), (8, 9, ""))
    state = ReviewState().with_change_set(made, {"a.py": TEXT})
    for decided in (state, state.decide([state.hunks()[0].hunk_id], Decision.ACCEPTED)):
        change = decided.change_sets[0].files[0]
        old, new = (side.splitlines() for side in side_texts(change, decided.texts["a.py"]))
        assert "\n".join(old) == TEXT.removesuffix("\n")
        for each in file_rows(change, decided.texts["a.py"], frozenset()):
            if each.old_number is not None:
                assert old[each.old_number - 1] == each.text
            if each.new_number is not None:
                assert new[each.new_number - 1] == each.text


def test_a_line_inside_a_string_is_coloured_as_string(qtbot: QtBot) -> None:
    made = change_set((2, 3, "    return to me.\n"), (8, 9, "    return 22\n"))
    colours = DiffColours()
    colours.show_change_set(made, {"a.py": TEXT})
    with qtbot.waitSignal(colours.lexed):
        assert colours.runs(row(RowKind.ADDED, None, 9)) == []
    assert roles(colours.runs(row(RowKind.ADDED, None, 9))) == [("return", "kw"), ("22", "nu")]
    assert roles(colours.runs(row(RowKind.ADDED, None, 3))) == [("return to me.", "st")]
    with qtbot.waitSignal(colours.lexed):
        assert colours.runs(row(RowKind.REMOVED, 3, None)) == []
    assert roles(colours.runs(row(RowKind.REMOVED, 3, None))) == [("return to sender.", "st")]


def test_a_changed_file_is_coloured_anew_and_others_are_kept(qtbot: QtBot) -> None:
    made = change_set((8, 9, "    return 22\n"))
    colours = DiffColours()
    colours.show_change_set(made, {"a.py": TEXT})
    with qtbot.waitSignal(colours.lexed):
        colours.runs(row(RowKind.CONTEXT, 1, 1))
    colours.show_change_set(replace(made, title="Other"), {"a.py": TEXT})
    assert roles(colours.runs(row(RowKind.CONTEXT, 1, 1)))[0] == ("def", "kw")
    colours.show_change_set(made, {"a.py": TEXT.replace("def one", "class One")})
    with qtbot.waitSignal(colours.lexed):
        assert colours.runs(row(RowKind.CONTEXT, 1, 1)) == []
    assert roles(colours.runs(row(RowKind.CONTEXT, 1, 1)))[0] == ("class", "kw")
