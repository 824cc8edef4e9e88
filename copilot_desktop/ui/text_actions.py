"""Actions on the text of the active editor: selections, lines, comments.

Their keys work in the editors only: in a field, Ctrl+Shift+K must not cut a line of a text beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit

from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.indentation import Indentation
from copilot_desktop.text.line_texts import LetterCase
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.editor_area import EditorArea, typed_view

Command = Callable[[EditorView], object]
Row = tuple[str, str, Command, tuple[str, ...], int]

_SELECTION: tuple[Row, ...] = (
    ("select.next_match", "Add next match", lambda view: view.carets.add_next_match(), ("Ctrl+D",), 0),
    ("select.skip_match", "Skip match, add next", lambda view: view.carets.skip_match(), ("Ctrl+K, Ctrl+D",), 0),
    (
        "select.all_matches",
        "Select all matches",
        lambda view: view.carets.select_all_matches(),
        ("Ctrl+Shift+L", "Ctrl+F2"),
        0,
    ),
    ("select.caret_above", "Add caret above", lambda view: view.carets.add_line(-1), ("Ctrl+Alt+Up",), 1),
    ("select.caret_below", "Add caret below", lambda view: view.carets.add_line(1), ("Ctrl+Alt+Down",), 1),
    ("select.line_ends", "Carets at line ends", lambda view: view.carets.carets_at_line_ends(), ("Shift+Alt+I",), 1),
    ("select.take_back", "Take last caret back", lambda view: view.carets.take_back(), ("Ctrl+U",), 1),
    ("select.single", "One caret again", lambda view: view.carets.drop_others(), (), 1),
    ("select.column_up", "Column up", lambda view: view.carets.extend_column(down=-1), ("Ctrl+Shift+Alt+Up",), 2),
    ("select.column_down", "Column down", lambda view: view.carets.extend_column(down=1), ("Ctrl+Shift+Alt+Down",), 2),
    (
        "select.column_left",
        "Column left",
        lambda view: view.carets.extend_column(right=-1),
        ("Ctrl+Shift+Alt+Left", "Shift+Alt+Left"),
        2,
    ),
    (
        "select.column_right",
        "Column right",
        lambda view: view.carets.extend_column(right=1),
        ("Ctrl+Shift+Alt+Right", "Shift+Alt+Right"),
        2,
    ),
    ("lines.copy_up", "Copy lines up", lambda view: view.lines.copy(is_up=True), ("Shift+Alt+Up",), 3),
    ("lines.copy_down", "Copy lines down", lambda view: view.lines.copy(is_up=False), ("Shift+Alt+Down",), 3),
    ("lines.duplicate", "Duplicate selection", lambda view: view.lines.duplicate(), (), 3),
    ("lines.move_up", "Move lines up", lambda view: view.lines.move(is_up=True), ("Alt+Up",), 3),
    ("lines.move_down", "Move lines down", lambda view: view.lines.move(is_up=False), ("Alt+Down",), 3),
)

_EDIT: tuple[Row, ...] = (
    ("edit.comment", "Toggle line comment", lambda view: view.comments.toggle_lines(), ("Ctrl+/",), 5),
    ("edit.block_comment", "Toggle block comment", lambda view: view.comments.toggle_block(), ("Shift+Alt+A",), 5),
    ("lines.insert_below", "Insert line below", lambda view: view.lines.insert(is_above=False), ("Ctrl+Return",), 6),
    (
        "lines.insert_above",
        "Insert line above",
        lambda view: view.lines.insert(is_above=True),
        ("Ctrl+Shift+Return",),
        6,
    ),
    ("lines.delete", "Delete lines", lambda view: view.lines.delete(), ("Ctrl+Shift+K",), 6),
    ("lines.join", "Join lines", lambda view: view.lines.join(), ("Ctrl+J",), 6),
    ("lines.indent", "Indent lines", lambda view: view.lines.indent(1), ("Ctrl+]",), 6),
    ("lines.outdent", "Outdent lines", lambda view: view.lines.indent(-1), ("Ctrl+[",), 6),
)

_PALETTE: tuple[Row, ...] = (
    ("lines.trim", "Trim trailing blanks", lambda view: view.lines.trim(), ("Ctrl+K, Ctrl+X",), 0),
    ("indent.spaces_2", "Indent with 2 spaces", lambda view: view.indent_as(Indentation(False, 2)), (), 0),
    ("indent.spaces_4", "Indent with 4 spaces", lambda view: view.indent_as(Indentation(False, 4)), (), 0),
    ("indent.spaces_8", "Indent with 8 spaces", lambda view: view.indent_as(Indentation(False, 8)), (), 0),
    ("indent.tabs", "Indent with tabs", lambda view: view.indent_as(Indentation(True)), (), 0),
    ("indent.as_found", "Indent as the file does", lambda view: view.indent_as(None), (), 0),
    ("indent.to_spaces", "Convert indentation to spaces", lambda view: view.lines.convert_indentation(False), (), 0),
    ("indent.to_tabs", "Convert indentation to tabs", lambda view: view.lines.convert_indentation(True), (), 0),
    ("lines.sort", "Sort lines", lambda view: view.lines.sort(), (), 0),
    ("lines.sort_descending", "Sort lines descending", lambda view: view.lines.sort(is_descending=True), (), 0),
    ("lines.unique", "Remove duplicate lines", lambda view: view.lines.remove_duplicates(), (), 0),
    ("text.upper", "Transform to uppercase", lambda view: view.lines.change_case(LetterCase.UPPER), (), 0),
    ("text.lower", "Transform to lowercase", lambda view: view.lines.change_case(LetterCase.LOWER), (), 0),
    ("text.title", "Transform to title case", lambda view: view.lines.change_case(LetterCase.TITLE), (), 0),
)


def text_actions(editors: EditorArea) -> tuple[Action, ...]:
    """The actions on the active text, in the menus Edit and Selection or in the palette alone."""
    menus = (("Selection", _SELECTION), ("Edit", _EDIT), ("", _PALETTE))
    return tuple(_action(editors, menu, row) for menu, rows in menus for row in rows)


def _action(editors: EditorArea, menu: str, row: Row) -> Action:
    action_id, title, command, keys, group = row
    when = partial(_can_edit, editors)
    return Action(action_id, title, partial(_run, editors, command), keys, menu, group, when=when, focus=editors)


def _can_edit(editors: EditorArea) -> bool:
    """Whether there is a text, and nobody types into a field inside the editors, such as the prompt in the text."""
    view, focus = editors.current_view(), QApplication.focusWidget()
    is_field = isinstance(focus, QLineEdit | QPlainTextEdit | QTextEdit)
    return view is not None and not (is_field and focus is not None and editors.isAncestorOf(focus))


def _run(editors: EditorArea, command: Command) -> None:
    view = typed_view(editors)
    if view is not None:
        command(view)
