"""How the user wants differences to be shown, in all views of a window."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFontDatabase
from shiboken6 import isValid

from copilot_desktop.settings.differences_page import DifferencesPage
from copilot_desktop.settings.editor_page import EditorPage
from copilot_desktop.ui.diff.blocks import DiffOptions
from copilot_desktop.ui.diff.diff_list import DiffList


class DiffLook(QObject):
    """`chosen(DifferencesPage)` when the user wants it otherwise; views that follow show it at once."""

    chosen = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.options = DiffOptions()
        self._letters = EditorPage()
        self._views: list[DiffList] = []

    def follow(self, view: DiffList) -> None:
        """Let a view show what is wanted, now and later."""
        self._views.append(view)
        self._show()

    def follow_page(self, page: object) -> None:
        """What was chosen in the settings, or earlier; code is shown in the letters of the editor."""
        if isinstance(page, DifferencesPage):
            self.options = DiffOptions(page.side_by_side, page.wrap, page.fold_whitespace)
        elif isinstance(page, EditorPage):
            self._letters = page
        self._show()

    def toggle_side_by_side(self) -> None:
        """Show both sides beside each other, or no longer."""
        self._choose(replace(self.options, is_side_by_side=not self.options.is_side_by_side))

    def toggle_wrap(self) -> None:
        """Show long lines on several rows, or no longer."""
        self._choose(replace(self.options, is_wrapped=not self.options.is_wrapped))

    def toggle_whitespace(self) -> None:
        """Fold what changes blanks only, or no longer."""
        self._choose(replace(self.options, folds_whitespace=not self.options.folds_whitespace))

    def _choose(self, options: DiffOptions) -> None:
        self.options = options
        self._show()
        self.chosen.emit(DifferencesPage(options.is_side_by_side, options.is_wrapped, options.folds_whitespace))

    def _show(self) -> None:
        self._views = [view for view in self._views if isValid(view)]
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        if self._letters.font_family:
            font.setFamily(self._letters.font_family)
        if self._letters.font_size_pt:
            font.setPointSize(self._letters.font_size_pt)
        for view in self._views:
            if view.font() != font:
                view.setFont(font)
            if view.lines.tab_columns != self._letters.tab_width:
                view.set_tab_columns(self._letters.tab_width)
            if view.wanted != self.options:
                view.set_options(self.options)
