"""Opens documents in tabs: new ones, those that are open, previews, and the tabs that wait."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import DocumentClosed, DocumentOpened, OpenFailed, Opening, PathMoved
from copilot_desktop.settings.session import TabFile, TabState
from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.document_pages import DocumentPages
from copilot_desktop.ui.editor_panes import EditorPanes
from copilot_desktop.ui.editor_tabs import EditorTabs
from copilot_desktop.ui.waiting_page import WaitingPage
from copilot_desktop.workspace.documents import Document


class DocumentTabs(QObject):
    """`jumping()`: the caret of a text is about to be put somewhere else."""

    jumping = Signal()
    encoding_wanted = Signal(str)
    """Carries the path of a file that could not be decoded."""
    missed = Signal(object)
    """Carries the paths, a tuple, of files that are no longer there: the tabs that waited for them are gone."""

    def __init__(self, panes: EditorPanes, documents: DocumentsController, pages: DocumentPages) -> None:
        super().__init__(panes)
        self._panes, self._documents, self._pages = panes, documents, pages
        self._missed: dict[str, tuple[TabState, int, bool]] = {}
        """The tabs that were dropped, where each stood, and whether it was in front."""
        self._known: Mapping[str, TabFile] = {}
        self._known_at_s = 0.0
        documents.opened.connect(self._on_document_opened)
        documents.failed.connect(self._on_document_failed)
        documents.closed.connect(self._on_document_closed)
        documents.moved.connect(self._on_path_moved)
        panes.front_changed.connect(self._on_front_changed)
        panes.active_changed.connect(self._on_active_changed)

    def show_page(self, page_id: str, title: str, make: Callable[[], QWidget], *, is_preview: bool = False) -> QWidget:
        """Bring the page with this id to the front; `make` is called when it is not open."""
        page = next((page for page in self._panes.pages() if page.property("page_id") == page_id), None)
        if page is None:
            page = make()
            page.setProperty("page_id", page_id)
            self._add(page, title, is_preview=is_preview)
        self._panes.show_page(page)
        return page

    def _on_document_opened(self, event: DocumentOpened) -> None:
        document, text = event.document, event.text
        if text is None and not self._pages.pages_of(document.document_id):
            # Asked for once more while its first tab is made, which is on its way with the text.
            return
        for failed in self._failed(document.path):
            self._panes.close_page(failed)
        for waiting in self._waiting(document.path):
            group = self._panes.group_of(waiting)
            if group is not None and group.currentWidget() is waiting:
                self._fill(waiting, document, text)
        if event.opening.comes_forward:
            self._show(event)
        elif not self._pages.pages_of(document.document_id):
            # Another tab was chosen while this one was read, or it was closed.
            left = self._waiting(document.path)
            if left:
                self._fill(left[0], document, text)
            else:
                self._documents.close(document.document_id)

    def _show(self, event: DocumentOpened) -> None:
        document, text = event.document, event.text
        page: QWidget | None = next(
            iter((*self._pages.pages_of(document.document_id), *self._waiting(document.path))), None
        )
        if isinstance(page, WaitingPage):
            page = self._fill(page, document, text)
        if page is None and event.opening.is_overtaken and event.opening.is_preview:
            self._documents.close(document.document_id)
            return
        if not isinstance(page, DocumentPage):
            page = self._pages.make(document, text)
            self._add(page, document.title, is_preview=event.opening.is_preview, is_behind=event.opening.is_overtaken)
            self._pages.show_state(document)
            self._pages.view_added.emit(page.view)
        elif not event.opening.is_preview:
            group = self._panes.group_of(page)
            if group is not None:
                group.keep(page)
        if event.opening.is_overtaken:
            if event.lines is not None:
                page.view.show_lines(event.lines)
            return
        self._panes.show_page(page)
        if event.lines is not None:
            self.jumping.emit()
            page.view.show_lines(event.lines)
        if event.opening.takes_focus:
            page.view.setFocus()

    def _add(self, page: QWidget, title: str, *, is_preview: bool = False, is_behind: bool = False) -> None:
        """Add a tab to the active group; a preview takes the place of the one before it, if that is unchanged."""
        group = self._panes.active
        old = group.marks.preview if is_preview else None
        is_replaced = old is not None and not (isinstance(old, DocumentPage) and old.document.is_dirty)
        group.add_page(page, title, group.indexOf(old) + 1 if old is not None and is_replaced else -1)
        if not is_behind:
            group.setCurrentWidget(page)
        if is_preview:
            group.set_preview(page)
        if old is not None and is_replaced:
            self.close(old)

    @property
    def missing(self) -> tuple[str, ...]:
        """The files of the tabs that were dropped and have not been found under another name."""
        return tuple(self._missed)

    def drop_missing(self, known: Mapping[str, TabFile], known_at_s: float) -> None:
        """Drop the tabs that wait for a file which is no longer there. What has another name now comes back with it:
        `known` tells the files from others, as they were at `known_at_s` (seconds after 1970)."""
        self._missed.clear()
        self._known, self._known_at_s = known, known_at_s
        waiting = [page.path for page in self._panes.pages() if isinstance(page, WaitingPage)]
        # What is unsaved is all there is of a file; its tab is not dropped, and goes along.
        unsaved = [document.path for document in self._documents.dirty() if document.path is not None]
        self._documents.files.find_missing([*waiting, *unsaved], self._search)

    def _search(self, paths: tuple[str, ...]) -> None:
        """Find out whether files that are gone have other names now; the tabs that wait for the others are dropped."""
        if not paths:
            return

        def done(found: Mapping[str, str]) -> None:
            for old, new in found.items():
                self._documents.follow(old, new)
                document = self._documents.documents.find(new)
                if document is not None:
                    self._documents.files.following.recheck(document)
            self._drop(tuple(path for path in paths if path not in found))

        known = {path: self._known.get(path, TabFile()) for path in paths}
        self._documents.files.find_renamed(known, self._known_at_s, done)

    def _drop(self, paths: tuple[str, ...]) -> None:
        missed = tuple(path for path in paths if self._waiting(path) and self._documents.documents.find(path) is None)
        for path in paths:
            document = self._documents.documents.find(path)
            for each in self._waiting(path):
                if document is not None and self._pages.pages_of(document.document_id):
                    # What is unsaved of it is shown in another group: it is all there is, and here as well.
                    self._fill(each, document, None)
                else:
                    group = self._panes.group_of(each)
                    if group is not None:
                        place = group.indexOf(each)
                        self._missed[path] = each.state, place, each is group.currentWidget()
                    self._panes.close_page(each)
        if missed:
            self.missed.emit(missed)

    def close(self, page: QWidget) -> None:
        """Close a tab without asking, and its document when no other tab shows it."""
        if isinstance(page, DocumentPage) and len(self._pages.pages_of(page.document.document_id)) == 1:
            self._documents.close(page.document.document_id)
        else:
            self._panes.close_page(page)

    def _waiting(self, path: str | None) -> list[WaitingPage]:
        pages = self._panes.pages()
        return [page for page in pages if isinstance(page, WaitingPage) and page.path == path]

    def _failed(self, path: str | None) -> list[QWidget]:
        return [page for page in self._panes.pages() if page.property("page_id") == f"failure:{path}"]

    def _fill(self, waiting: WaitingPage, document: Document, text: str | None) -> DocumentPage:
        from copilot_desktop.ui.tab_states import view_state

        page, group = self._pages.make(document, text), self._panes.group_of(waiting)
        if group is not None:
            group.replace_page(waiting, page)
        waiting.deleteLater()
        page.view.restore_state(view_state(waiting.state))
        self._pages.show_state(document)
        self._pages.view_added.emit(page.view)
        if self._panes.front() is page:
            self._panes.active_changed.emit()
        return page

    def _on_document_failed(self, event: OpenFailed) -> None:
        from copilot_desktop.ui.failure_page import FailurePage

        name = event.path.rsplit("/", 1)[-1]
        waiting = self._waiting(event.path)
        if event.is_gone and waiting:
            # Deleted since, or renamed.
            self._search((event.path,))
            waiting = []

        def make() -> FailurePage:
            page = FailurePage(event.message, event.advice, can_choose_encoding=event.can_choose_encoding)
            page.encoding_wanted.connect(lambda: self.encoding_wanted.emit(event.path))
            return page

        page_id = f"failure:{event.path}"
        for each in waiting:
            group = self._panes.group_of(each)
            if group is not None:
                page = make()
                page.setProperty("page_id", page_id)
                group.replace_page(each, page)
                each.deleteLater()
        if event.opening.comes_forward:
            shown = self.show_page(page_id, name, make, is_preview=event.opening.is_preview)
            if event.opening.takes_focus:
                shown.setFocus()

    def _on_document_closed(self, event: DocumentClosed) -> None:
        for page in self._pages.pages_of(event.document_id):
            self._panes.close_page(page)

    def _on_path_moved(self, event: PathMoved) -> None:
        """Tabs that wait to be read go along, too, and those of files that were missed are there again."""
        for path in [path for path in self._missed if event.follow(path) != path]:
            state, place, was_in_front = self._missed.pop(path)
            waits, active = WaitingPage(replace(state, path=event.follow(path))), self._panes.active
            active.add_page(waits, waits.title, min(place, active.count()), is_pinned=state.is_pinned)
            if was_in_front:
                self._panes.show_page(waits)
        for group in self._panes.groups():
            for page in group.pages():
                if isinstance(page, WaitingPage) and event.follow(page.path) != page.path:
                    page.follow(event.follow(page.path))
                    group.show_title(page, page.title, is_dirty=False)
                    if group.currentWidget() is page:
                        self._on_front_changed(group)

    def _on_front_changed(self, group: EditorTabs) -> None:
        page = group.currentWidget()
        if isinstance(page, WaitingPage):
            self._documents.open(page.path, opening=Opening(comes_forward=False, takes_focus=False))

    def _on_active_changed(self) -> None:
        page = self._panes.front()
        if isinstance(page, DocumentPage):
            self._pages.follow(page)
        self._documents.activate(page.document.document_id if isinstance(page, DocumentPage) else None)
