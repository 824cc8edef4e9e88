"""What the user can choose of a document, by status bar, menu and palette: its encoding, line ends and language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import OpenFailed
from copilot_desktop.bridge.documents.formats import DocumentFormats
from copilot_desktop.editor.languages import PLAIN_TEXT, EditorLanguage, languages
from copilot_desktop.text.encoding_names import ENCODINGS, NamedEncoding, name_of
from copilot_desktop.text.lines import LineEnding
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.files import FileCommands
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice
from copilot_desktop.ui.picks import Pick
from copilot_desktop.ui.status_bar import StatusField
from copilot_desktop.workspace.documents import Document

if TYPE_CHECKING:
    # Imported with the first list: ui/picks.py.
    from copilot_desktop.ui.pick_list import PickList

ENDING_NAMES = {
    LineEnding.LF: "LF (Linux, macOS)",
    LineEnding.CRLF: "CRLF (Windows)",
    LineEnding.CR: "CR (old Mac)",
}


class FormatChoices(QObject):
    """The choices for the document in front."""

    def __init__(self, window: MainWindow, documents: DocumentsController, files: FileCommands) -> None:
        super().__init__(window)
        self._window, self._documents, self._files = window, documents, files
        self._lists: dict[str, PickList] = {}
        self._formats = DocumentFormats(documents)
        self._formats.refused.connect(self._on_refused)
        self._refused: str | None = None
        documents.state_changed.connect(self._on_document_state_changed)
        window.status.field_clicked.connect(self._on_field_clicked)
        window.editors.encoding_wanted.connect(self.open_with_encoding)
        has_view: Callable[[], bool] = lambda: window.editors.current_view() is not None  # noqa: E731
        window.commands.add(
            (
                Action(
                    "file.reopen_encoding",
                    "Reopen with encoding…",
                    self.reopen_with_encoding,
                    menu="File",
                    group=1,
                    when=self._has_file,
                ),
                Action(
                    "file.save_encoding",
                    "Save with encoding…",
                    self.save_with_encoding,
                    menu="File",
                    group=1,
                    when=has_view,
                ),
                Action(
                    "edit.line_ending", "Change line endings…", self.choose_ending, menu="Edit", group=5, when=has_view
                ),
                Action(
                    "edit.language", "Change language…", self.choose_language, ("Ctrl+K, M",), "Edit", 5, when=has_view
                ),
            )
        )

    def reopen_with_encoding(self) -> None:
        """Ask for the encoding in which the file in front is read again."""
        document = self._documents.current_document()
        if document is not None and document.path is not None:
            self._ask_encoding(
                "pick.reopen", f"Reopen {document.title} with", document, partial(self._formats.reopen_as, document)
            )

    def save_with_encoding(self) -> None:
        """Ask for the encoding in which the document in front is written from now on, and write it."""
        document = self._documents.current_document()
        if document is not None:
            self._ask_encoding("pick.save", f"Save {document.title} with", document, partial(self._save, document))

    def open_with_encoding(self, path: str) -> None:
        """Ask for the encoding of a file that could not be opened."""
        name = path.rsplit("/", 1)[-1]
        self._ask_encoding("pick.open", f"Open {name} with", None, partial(self._formats.open_as, path))

    def choose_ending(self) -> None:
        """Ask how the lines of the document in front end."""
        document = self._documents.current_document()
        if document is not None:
            picks = [
                Pick(name, partial(self._set_ending, document, ending), ending is document.format.ending)
                for ending, name in ENDING_NAMES.items()
            ]
            self._show("pick.ending", f"Line endings of {document.title}", picks)

    def choose_language(self) -> None:
        """Ask for the language in which the document in front is shown."""
        view = self._window.editors.current_view()
        if view is not None:
            known = (PLAIN_TEXT, *sorted(languages(), key=lambda each: each.name.casefold()))
            picks = [Pick(each.name, partial(self._set_language, each), each is view.language) for each in known]
            self._show("pick.language", "Language", picks)

    def _has_file(self) -> bool:
        document = self._documents.current_document()
        return document is not None and document.path is not None

    def _ask_encoding(
        self, name: str, title: str, document: Document | None, chosen: Callable[[NamedEncoding], None]
    ) -> None:
        now = name_of(document.format.encoding, has_bom=document.format.has_bom) if document is not None else ""
        self._show(
            name, title, [Pick(each.name, partial(chosen, each), each.name == now, each.aliases) for each in ENCODINGS]
        )

    def _show(self, name: str, title: str, picks: Sequence[Pick]) -> None:
        if name not in self._lists:
            from copilot_desktop.ui.pick_list import PickList

            self._lists[name] = PickList(name, self._window)
        self._lists[name].ask(title, picks)

    def _save(self, document: Document, encoding: NamedEncoding) -> None:
        self._formats.save_as(document, encoding, partial(self._files.saving.save_each, (document,)))

    def _set_ending(self, document: Document, ending: LineEnding) -> None:
        page = self._window.editors.page_of(document.document_id)
        if page is not None:
            page.view.commands.set_line_ending(ending)
            self._formats.set_line_ending(document, ending)

    def _set_language(self, language: EditorLanguage) -> None:
        view = self._window.editors.current_view()
        if view is not None:
            view.set_language(language)
            self._window.editors.current_changed.emit()

    def _on_field_clicked(self, field: StatusField) -> None:
        document = self._documents.current_document()
        if document is None:
            return
        if field is StatusField.ENCODING:
            picks = [Pick("Save with encoding…", self.save_with_encoding)]
            if document.path is not None:
                picks.insert(0, Pick("Reopen with encoding…", self.reopen_with_encoding))
            now = name_of(document.format.encoding, has_bom=document.format.has_bom)
            self._show("pick.encoding", f"Encoding of {document.title}: {now}", picks)
        elif field is StatusField.LINE_ENDING:
            self.choose_ending()
        elif field is StatusField.LANGUAGE:
            self.choose_language()

    def _on_document_state_changed(self, document: Document) -> None:
        if document.path == self._refused and not document.is_dirty:
            self._window.notices.withdraw("encoding")

    def _on_refused(self, event: OpenFailed) -> None:
        self._refused = event.path
        self._window.notices.show_notice(Notice(f"{event.path}: {event.message}", event.advice, key="encoding"))
