"""Syntax colours of the diff: both sides whole, lexed only as far as rows are seen."""

from __future__ import annotations

from collections.abc import Sequence

from pytestqt.qtbot import QtBot

from copilot_desktop.ui.code_colours import CodeRun
from copilot_desktop.ui.diff.colours import DiffColours
from copilot_desktop.ui.diff.comparing import compared_file
from copilot_desktop.ui.diff.rows import DiffRow
from copilot_desktop.ui.diff.values import RowKind

TEXT = 'def one():\n    """Says\n    return to sender.\n    """\n    return 1\n\n\ndef two():\n    return 2\n'
NEW = TEXT.replace("to sender", "to me").replace("return 2", "return 22")


def roles(runs: Sequence[CodeRun]) -> list[tuple[str, str]]:
    return [(run.text.strip(), run.role) for run in runs if run.text.strip()]


def row(kind: RowKind, old: int | None, new: int | None) -> DiffRow:
    return DiffRow(kind, "a.py", old_number=old, new_number=new)


def test_a_line_inside_a_string_is_coloured_as_string(qtbot: QtBot) -> None:
    colours = DiffColours()
    colours.show_files([compared_file("a.py", TEXT, NEW)])
    with qtbot.waitSignal(colours.lexed):
        assert colours.runs(row(RowKind.ADDED, None, 9)) == []
    assert roles(colours.runs(row(RowKind.ADDED, None, 9))) == [("return", "kw"), ("22", "nu")]
    assert roles(colours.runs(row(RowKind.ADDED, None, 3))) == [("return to me.", "st")]
    with qtbot.waitSignal(colours.lexed):
        assert colours.runs(row(RowKind.REMOVED, 3, None)) == []
    assert roles(colours.runs(row(RowKind.REMOVED, 3, None))) == [("return to sender.", "st")]


def test_a_changed_file_is_coloured_anew_and_others_are_kept(qtbot: QtBot) -> None:
    colours = DiffColours()
    colours.show_files([compared_file("a.py", TEXT, NEW)])
    with qtbot.waitSignal(colours.lexed):
        colours.runs(row(RowKind.CONTEXT, 1, 1))
    colours.show_files([compared_file("a.py", TEXT.replace("return 1", "return 3"), NEW)])
    assert roles(colours.runs(row(RowKind.CONTEXT, 1, 1)))[0] == ("def", "kw")
    colours.show_files([compared_file("a.py", TEXT, NEW.replace("def one", "class One"))])
    with qtbot.waitSignal(colours.lexed):
        assert colours.runs(row(RowKind.CONTEXT, 1, 1)) == []
    assert roles(colours.runs(row(RowKind.CONTEXT, 1, 1)))[0] == ("class", "kw")
