"""Saving one document or several: new ones are asked for a name, and what was not saved is said with the reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import DocumentClosed, SaveFailed, WrittenThrough
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Choice, Notice
from copilot_desktop.workspace.documents import Document

Done = Callable[[bool], None]
_KEY = "save"
_NAMED = 3


class Saving(QObject):
    """The saves of one window. The notice about what was not saved goes once it is saved, or its tab closed."""

    def __init__(
        self,
        window: MainWindow,
        documents: DocumentsController,
        workspace: WorkspaceController,
        show_elsewhere: Callable[[Path], object],
    ) -> None:
        super().__init__(window)
        self._window, self._documents, self._workspace = window, documents, workspace
        self._show_elsewhere = show_elsewhere
        self._failed: dict[DocumentId, SaveFailed] = {}
        self._in_round: set[DocumentId] = set()
        self._stays = ""
        documents.save_failed.connect(self._on_save_failed)
        documents.written_through.connect(self._on_written_through)
        documents.state_changed.connect(self._on_document_state_changed)
        documents.closed.connect(self._on_document_closed)
        workspace.back.connect(self._on_folder_back)

    def save(self, document: Document) -> None:
        """Save the document in front; one without a file asks for its name."""
        self._write(document, None)

    def save_as(self, document: Document, done: Done | None = None) -> None:
        """Ask for a file and write a document to it; `done(False)` when none was chosen.

        Outside of the folder it becomes a copy, which the tab does not follow.
        """
        report = done or _nothing
        workspace, page = self._workspace.workspace, self._window.editors.page_of(document.document_id)
        if page is None:
            report(False)
            return
        self._window.editors.panes.show_page(page)  # so that its text is seen while a name is found
        if workspace is None or self._workspace.is_gone:
            place = Path.home() / (document.title if document.path else "")
        else:
            place = workspace.root / (document.path or "")
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self._window, f"Save {document.title} as", str(place))
        dialog.setObjectName("dialog.save_as")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda name: self._on_name_chosen(document.document_id, Path(name), report))
        dialog.rejected.connect(lambda: report(False))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_each(self, documents: Sequence[Document], done: Done | None = None, stays: str = "") -> None:
        """Save one after the other; `done(True)` when all of them stand on disk.

        Those that are not saved do not keep the others from it: at the end the first one comes to the front, and a
        notice names them. `stays`: what does not happen now, as a sentence. A name that is not given ends it.
        """
        self._save_from(documents, 0, done or _nothing, stays)

    def _save_from(self, documents: Sequence[Document], index: int, done: Done, stays: str) -> None:
        if index == len(documents):
            done(self._end(documents, stays))
            return
        document = documents[index]
        document_id = document.document_id

        def one(is_saved: bool) -> None:
            self._in_round.discard(document_id)
            is_gone = self._documents.documents.get(document_id) is None
            if is_saved or is_gone or document_id in self._failed:
                self._save_from(documents, index + 1, done, stays)
            else:
                # No name was given for a new file: whoever leaves the dialog does not want to leave the text.
                self._end(documents, stays)
                done(False)

        self._in_round.add(document_id)
        self._write(document, one)

    def _end(self, documents: Sequence[Document], stays: str) -> bool:
        """Say which of them were not saved; True when there are none."""
        failed = [document.document_id for document in documents if document.document_id in self._failed]
        if not failed:
            return True
        page = self._window.editors.page_of(failed[0])
        if page is not None:
            self._window.editors.panes.show_page(page)
            page.view.setFocus()
        # Of several windows that were to close this one may stand below the others.
        self._window.raise_()
        self._window.activateWindow()
        self._failed = {document_id: self._failed[document_id] for document_id in failed}
        self._stays = stays
        self._say()
        return False

    def _write(self, document: Document, done: Done | None) -> None:
        self._forget(document.document_id)
        if document.path is None:
            self.save_as(document, done)
        else:
            self._documents.save(document.document_id, done)

    def _say(self) -> None:
        """Say what was not saved, as far as it still is not."""
        failed = tuple(self._failed.values())
        if not failed:
            self._window.notices.withdraw(_KEY)
            return
        if len(failed) == 1:
            message, advice = failed[0].message, f"{self._stays} {failed[0].advice}"
            choices = self._ways_out(failed[0])
        else:
            named = " ".join(each.message for each in failed[:_NAMED])
            others = f" … and {len(failed) - _NAMED} more." if len(failed) > _NAMED else ""
            message, advice = f"{len(failed)} files were not saved.", f"{named}{others} {self._stays}"
            choices = ()
        self._window.notices.show_notice(Notice(message, advice.strip(), choices, key=_KEY))

    def _ways_out(self, failed: SaveFailed) -> tuple[Choice, ...]:
        """What saves the text all the same; where another program was faster the banner over it has the choices."""
        document = self._documents.documents.get(failed.document_id)
        if document is None or failed.is_changed_outside:
            return ()
        if failed.is_lossy:
            return (("Save as UTF-8", partial(self._save_as_utf_8, document)),)
        if failed.is_not_kept:
            save = partial(self._documents.files.save_without_way_back, document.document_id)
            return (("Save without a way back", save), ("Save as…", partial(self.save_as, document)))
        return (("Save as…", partial(self.save_as, document)),)

    def _save_as_utf_8(self, document: Document) -> None:
        from copilot_desktop.bridge.documents.formats import DocumentFormats
        from copilot_desktop.text.encoding_names import ENCODINGS

        utf_8 = next(each for each in ENCODINGS if each.codec == "utf-8" and not each.has_bom)
        DocumentFormats(self._documents).save_as(document, utf_8, partial(self.save_each, (document,)))

    def _on_folder_back(self) -> None:
        """What was refused while the folder was gone can be saved now; the tabs say what still is not."""
        self._failed.clear()
        self._window.notices.withdraw(_KEY)

    def _forget(self, document_id: DocumentId) -> None:
        if self._failed.pop(document_id, None) is None:
            return
        # What the user has put aside does not come back.
        if any(notice.key == _KEY for notice in self._window.notices.shown()):
            self._say()

    def _on_name_chosen(self, document_id: DocumentId, place: Path, done: Done) -> None:
        workspace = self._workspace.workspace
        path = workspace.relative(place) if workspace is not None else None
        if path:
            self._documents.files.save_as(document_id, path, done)
            return

        def written(is_written: bool) -> None:
            if is_written:
                self._forget(document_id)
                self._say_copied(place)
            done(is_written)

        self._documents.copies.write(document_id, place, written)

    def _say_copied(self, place: Path) -> None:
        is_outside = self._workspace.workspace is not None
        message = f"A copy was written to {place}{', which is outside the opened folder' if is_outside else ''}."
        choice = ("Open in a new window", partial(self._show_elsewhere, place))
        advice = "The tab does not follow it."
        self._window.notices.show_notice(Notice(message, advice, (choice,), key="copied", is_amber=False))

    def _on_written_through(self, event: WrittenThrough) -> None:
        names = "another name" if event.other_names == 1 else f"{event.other_names} other names"
        tip = "Hard links: one file with several names. It was written in place, so all of them have the new text."
        self._window.status.show_done(f"Saved. {event.path} has {names}, with the same text", tip)

    def _on_save_failed(self, event: SaveFailed) -> None:
        self._failed[event.document_id] = event
        if event.document_id in self._in_round:
            return
        if event.is_changed_outside:
            # The banner over its text says so, with the choices.
            self._failed.pop(event.document_id)
            return
        self._failed = {event.document_id: event}
        self._stays = ""
        self._say()

    def _on_document_state_changed(self, document: Document) -> None:
        if not document.is_dirty:
            self._forget(document.document_id)

    def _on_document_closed(self, event: DocumentClosed) -> None:
        self._forget(event.document_id)


def _nothing(_is_saved: bool) -> None:
    return
