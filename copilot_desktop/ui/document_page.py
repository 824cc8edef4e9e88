"""One tab: a document's view, and above it what happened to its file outside."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from copilot_desktop.bridge.documents.events import OutsideChange, OutsideKind
from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.notices import Banner, Choice, Notice
from copilot_desktop.workspace.documents import Document


class DocumentPage(QWidget):
    """The banner's choices are signals that carry the document id."""

    keep_mine_chosen = Signal(object)
    overwrite_chosen = Signal(object)
    take_theirs_chosen = Signal(object)
    compare_chosen = Signal(object)
    close_chosen = Signal(object)

    def __init__(self, document: Document, view: EditorView) -> None:
        super().__init__()
        self.document = document
        self.view = view
        self._banner: Banner | None = None
        self._limits: QLabel | None = None
        self.setObjectName(f"document.{document.document_id}")
        self.setAccessibleName(document.path or document.title)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(view, 1)
        self.setFocusProxy(view)

    def show_state(self) -> None:
        """The document was saved, renamed or changed."""
        self.setAccessibleName(self.document.path or self.document.title)
        if self.view.path != self.document.path:
            self.view.set_path(self.document.path)
        if not self.document.is_dirty and not self.view.is_at_saved_text():
            self.view.mark_saved()

    def show_outside(self, event: OutsideChange) -> None:
        """Say what happened to the file; RESOLVED takes the banner away."""
        if self._banner is not None:
            had_keyboard = self._banner.isAncestorOf(QApplication.focusWidget() or self)
            self._column.removeWidget(self._banner)
            self._banner.hide()
            self._banner.deleteLater()
            self._banner = None
            if had_keyboard:
                self.view.setFocus()
        if event.kind is OutsideKind.RESOLVED:
            return
        self._banner = Banner(self._notice(event), self)
        self._column.insertWidget(0, self._banner)

    def show_limits(self, sentence: str) -> None:
        """Say what is left out for the size of the file, or how far it is read; "": nothing is to be said."""
        if self._limits is None:
            self._limits = QLabel(self)
            self._limits.setObjectName("document.limits")
            self._limits.setProperty("banner", "info")
            self._limits.setTextFormat(Qt.TextFormat.PlainText)
            self._limits.setWordWrap(True)
            self._limits.setContentsMargins(12, 4, 12, 4)
            self._column.insertWidget(0, self._limits)
        self._limits.setVisible(bool(sentence))
        self._limits.setText(sentence)
        self._limits.setAccessibleName(sentence)

    def banner(self) -> Notice | None:
        """What the banner says now."""
        return self._banner.notice if self._banner is not None else None

    def focus_banner(self) -> bool:
        """Give the keyboard to the banner's first choice; False while there is none."""
        return self._banner is not None and self._banner.focus_first()

    def _notice(self, event: OutsideChange) -> Notice:
        document_id, title = self.document.document_id, self.document.title
        if event.kind is OutsideKind.UNREADABLE:
            return Notice(
                event.message,
                "Your text is kept here; “Overwrite” writes it over what is there.",
                (
                    ("Overwrite", lambda: self.overwrite_chosen.emit(document_id)),
                    ("Close tab", lambda: self.close_chosen.emit(document_id)),
                ),
                key="outside",
                can_dismiss=False,
            )
        if event.kind is OutsideKind.DELETED:
            return Notice(
                f"{title} is no longer on disk.",
                "Your text is kept here; save to write it again.",
                (
                    ("Save", lambda: self.overwrite_chosen.emit(document_id)),
                    ("Close tab", lambda: self.close_chosen.emit(document_id)),
                ),
                key="outside",
                can_dismiss=False,
            )
        message = f"{title} was changed by another program, and your tab has unsaved changes."
        advice = "“Keep mine” leaves your text unsaved as it is; the next save writes it over theirs."
        mine: Choice = ("Keep mine", lambda: self.keep_mine_chosen.emit(document_id))
        if event.is_save_refused:
            message = f"Not saved: another program has changed {title}."
            advice = "“Overwrite” writes your text over it, “Take theirs” shows its text instead of yours."
            mine = ("Overwrite", lambda: self.overwrite_chosen.emit(document_id))
        choices = (
            ("Compare", lambda: self.compare_chosen.emit(document_id)),
            mine,
            ("Take theirs", lambda: self.take_theirs_chosen.emit(document_id)),
        )
        return Notice(message, advice, choices, key="outside", can_dismiss=False)
