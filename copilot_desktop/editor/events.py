"""What the editor tells others, as frozen values, and the options it takes."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint

from copilot_desktop.text.ranges import DocumentId


@dataclass(frozen=True, slots=True)
class TextChanged:
    """The text of a document is now `version`."""

    document_id: DocumentId
    version: int


@dataclass(frozen=True, slots=True)
class CaretMoved:
    """0-based line and column (code points) of the caret, and how many lines the selection touches (0: none)."""

    line: int
    column: int
    selected_lines: int


@dataclass(frozen=True, slots=True)
class SavePointChanged:
    """Whether the text differs from the one last saved."""

    document_id: DocumentId
    is_dirty: bool


@dataclass(frozen=True, slots=True)
class ContextMenuRequested:
    """The user asked for the context menu at a global position."""

    global_position: QPoint


@dataclass(frozen=True, slots=True)
class EditorOptions:
    """How a view edits. `indent_columns` None and `is_indented_by_tabs` None: taken from the text.

    `prefers_tabs` decides where the text does not show it.
    """

    tab_columns: int = 4
    indent_columns: int | None = None
    is_indented_by_tabs: bool | None = None
    is_word_wrapped: bool = False
    is_whitespace_shown: bool = False
    has_indentation_guides: bool = True
    has_auto_indent: bool = True
    does_close_pairs: bool = True
    does_surround: bool = True
    prefers_tabs: bool = False


@dataclass(frozen=True, slots=True)
class ViewState:
    """Caret, anchor (code points) and first visible line of a view, to come back to."""

    caret: int
    anchor: int
    first_visible_line: int
