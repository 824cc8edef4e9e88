"""What the editor tells others, as frozen values, and the options it takes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from PySide6.QtCore import QPoint

from copilot_desktop.text.indentation import Indentation
from copilot_desktop.text.lines import LineEnding
from copilot_desktop.text.ranges import DocumentId


class TextChanged(NamedTuple):
    """The text of a document is now `version`."""

    document_id: DocumentId
    version: int


class CaretMoved(NamedTuple):
    """0-based line and column (code points) of the caret, and how many lines the selection touches (0: none).

    `carets`: how many there are; line and column are those of the one the view follows.
    """

    line: int
    column: int
    selected_lines: int
    carets: int = 1


class SavePointChanged(NamedTuple):
    """Whether the text differs from the one last saved."""

    document_id: DocumentId
    is_dirty: bool


class ContextMenuRequested(NamedTuple):
    """The user asked for the context menu at a global position."""

    global_position: QPoint


class EditorOptions(NamedTuple):
    """How a view edits, shows and saves.

    `indentation` is what the folder asks for; where it says nothing the text's own counts, then `by_language` (names in
    small letters), then the language's, then `else_indentation`. `ending`: what all lines end with once saved, None: as
    they are.
    """

    tab_columns: int = 4
    indent_columns: int | None = None
    is_indented_by_tabs: bool | None = None
    by_language: Mapping[str, Indentation] = MappingProxyType({})
    else_indentation: Indentation = Indentation(is_tabs=False)
    ruler_columns: tuple[int, ...] = ()
    is_word_wrapped: bool = False
    is_whitespace_shown: bool = False
    has_indentation_guides: bool = True
    has_auto_indent: bool = True
    does_close_pairs: bool = True
    does_surround: bool = True
    does_trim: bool = False
    does_end_last_line: bool = False
    ending: LineEnding | None = None


class ViewState(NamedTuple):
    """How a text is looked at, to come back to: its selections as (line and column of the anchor, line and column of
    the caret), the main one last, the first visible line, and the lines whose block is folded."""

    selections: tuple[tuple[int, ...], ...] = ()
    first_visible_line: int = 0
    folded: tuple[int, ...] = ()
