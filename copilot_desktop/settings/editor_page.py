"""Settings → Editor."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from copilot_desktop.settings.fields import setting
from copilot_desktop.text.indentation import columns_problem, language_indentation_problem
from copilot_desktop.values import dataclass


class UnsavedText(StrEnum):
    """What becomes of unsaved text when the window closes or opens another folder."""

    KEEP = "keep_for_the_next_start"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class EditorPage:
    """How files are shown and typed. An empty font is the system's fixed one, a size of 0 its size."""

    NAME: ClassVar[str] = "editor"
    VERSION: ClassVar[int] = 1

    font_family: str = setting("", "Font", "All letters as wide as each other.", is_font=True)
    font_size_pt: int = setting(0, "Font size", "In points.", low=0, high=72, unset="the system's")
    tab_width: int = setting(4, "Tab width", "Columns that a tab character takes.", low=1, high=16)
    use_spaces: bool = setting(True, "Indent with spaces", "Used where a file does not show how it is indented.")
    word_wrap: bool = setting(False, "Wrap long lines", "Show long lines on several rows.")
    indentation_guides: bool = setting(True, "Indentation guides", "Thin vertical lines at each level.")
    hot_exit: UnsavedText = setting(
        UnsavedText.KEEP,
        "Unsaved text when the window closes",
        "Keep it, so that it is there again at the next start, or ask. Closing a single tab always asks.",
    )

    close_brackets: bool = setting(True, "Close brackets and quotes", "Typing ( puts in ), and the same for quotes.")
    surround_selection: bool = setting(True, "Surround selections", "Typing ( or a quote puts a pair around them.")
    indent_by_language: str = setting(
        "",
        "Indentation by language",
        "Such as “Go: tab, YAML: 2”, for files that do not show how they are indented.",
        problem=language_indentation_problem,
    )
    show_whitespace: bool = setting(False, "Show blanks", "A dot for each space and an arrow for each tab.")
    rulers: str = setting("", "Rulers", "Columns with a thin line, such as “80, 120”.", problem=columns_problem)
    trim_trailing_blanks: bool = setting(False, "Trim when saving", "Cuts blanks at the ends of lines.")
    end_last_line: bool = setting(False, "End the last line when saving", "Adds a line ending where none is.")
