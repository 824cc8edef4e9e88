"""Shows what each match would become, and asks for it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.search.controller import SearchController
from copilot_desktop.errors import UsageError
from copilot_desktop.ui.search.fields import SearchFields
from copilot_desktop.ui.search.result_list import ResultList
from copilot_desktop.workspace.search.replacing import Replacer
from copilot_desktop.workspace.search.values import FileFound


class Replacements(QObject):
    """Joins the field for what matches become to the list."""

    wanted = Signal(object)
    """Carries matches that are to become what the field says, a tuple of `FileFound`."""

    def __init__(self, search: SearchController, fields: SearchFields, listed: ResultList) -> None:
        super().__init__(listed)
        self._search, self._fields, self._list = search, fields, listed
        fields.replacement_changed.connect(self.show_preview)
        fields.replace_all_wanted.connect(self.replace_all)
        listed.replace_wanted.connect(self._want)

    def show_preview(self) -> None:
        """Show what the matches would become now."""
        replacer = self._replacer()
        self._list.painting.replaced = replacer.preview if replacer is not None else None
        self._list.viewport().update()

    def replace_all(self) -> None:
        """Ask for every match that is shown to be replaced."""
        self._want(self._list.results.all_files())

    def can_replace(self) -> bool:
        """Whether there is something to replace, and the field for it is to be seen."""
        return self._fields.with_replace.isChecked() and bool(self._list.results.files)

    def _want(self, files: tuple[FileFound, ...]) -> None:
        self._fields.remember()
        if files and self.can_replace() and self._replacer() is not None:
            self.wanted.emit(files)

    def _replacer(self) -> Replacer | None:
        """None where nothing is to be replaced, or cannot be."""
        if not self._fields.with_replace.isChecked() or self._search.query is None:
            return None
        try:
            made = Replacer(self._search.query.find, self._fields.replace.text())
        except UsageError as error:
            self._fields.say(f"{error.message} {error.advice}".strip())
            return None
        self._fields.say("")
        return made
