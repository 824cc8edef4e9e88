"""What the history takes on the disk, and the button that clears it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QVBoxLayout, QWidget

from copilot_desktop.bridge.store_sizes import Cleared, StoreSizes
from copilot_desktop.conversation.events import ErrorNotice
from copilot_desktop.ui.preferences.form_parts import Mood, StatusLine, push_button, text_label
from copilot_desktop.ui.size_words import size_words
from copilot_desktop.workspace.checkpoints.pruning import StoreSize

_LOST = (
    "Old contents of all folders are deleted, and the steps that need them leave the history: they can no longer be "
    "looked at or put back. This cannot be undone.\n\n"
    "What stays: your files as they are now, the last step of each folder, and every step that the review or the "
    "explorer can still take back."
)


class StoreRow(QWidget):
    """Measures whenever it comes into sight."""

    def __init__(self, sizes: StoreSizes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("plain", True)
        self._sizes = sizes
        self._is_clearing = False
        self._size = text_label("Looking how much the history takes …", "muted", "store_size")
        self.clear = push_button("store_clear", "Clear history…")
        self.clear.setToolTip("Delete the old contents that are kept of all folders")
        self.clear.setAccessibleDescription(self.clear.toolTip())
        self._status = StatusLine("store_status")
        heading = text_label("On this disk", "heading")
        heading.setBuddy(self.clear)
        buttons = QHBoxLayout()
        buttons.addWidget(self.clear)
        buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(heading)
        layout.addWidget(self._size)
        layout.addLayout(buttons)
        layout.addWidget(self._status)
        self.clear.clicked.connect(self._on_clear_clicked)
        sizes.measured.connect(self._show_size)
        sizes.cleared.connect(self._on_cleared)
        sizes.failed.connect(self._on_failed)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What was written meanwhile counts."""
        super().showEvent(event)
        self._sizes.measure()

    def _show_size(self, size: StoreSize) -> None:
        folders = "1 folder" if size.folders == 1 else f"{size.folders} folders"
        taken = f"The history of {folders} takes {size_words(size.size_bytes)}."
        self._size.setText(taken if size.folders else "Nothing is kept yet.")
        self.clear.setEnabled(bool(size.folders) and not self._is_clearing)

    def _on_clear_clicked(self) -> None:
        ask_about_clearing(self, self._clear)

    def _clear(self) -> None:
        self._is_clearing = True
        self.clear.setEnabled(False)
        self._status.say("Clearing …", Mood.BUSY)
        self._sizes.clear()

    def _on_cleared(self, event: Cleared) -> None:
        self._end(event.left)
        freed = f"Freed {size_words(event.freed_bytes)}." if event.freed_bytes else "There was nothing to free."
        if event.busy:
            folders = "1 folder was" if event.busy == 1 else f"{event.busy} folders were"
            freed += f" {folders} left as it is, since something is being written there; clear again when that is done."
        self._status.say(freed, Mood.GOOD)

    def _on_failed(self, notice: ErrorNotice) -> None:
        if self._is_clearing:
            self._is_clearing = False
            self._sizes.measure()
        else:
            self._size.setText("How much the history takes is not known.")
        self._status.say_notice(notice)

    def _end(self, size: StoreSize) -> None:
        self._is_clearing = False
        self._show_size(size)
        # It was off meanwhile, and the keyboard with it.
        window = self.window()
        if window.focusWidget() is None or window.focusWidget() is self.clear or not window.focusWidget().isEnabled():
            self.clear.setFocus()


def ask_about_clearing(parent: QWidget, confirmed: Callable[[], None]) -> QMessageBox:
    """Ask whether to clear; `confirmed` is called when the user says so."""
    box = QMessageBox(parent)
    box.setObjectName("store_clear_question")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText("Clear the history of all folders?")
    box.setInformativeText(_LOST)
    clear = box.addButton("Clear", QMessageBox.ButtonRole.DestructiveRole)
    clear.setObjectName("store_clear_yes")
    clear.setAccessibleName("Clear")
    cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    cancel.setObjectName("store_clear_no")
    cancel.setAccessibleName("Cancel")
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    clear.clicked.connect(lambda: confirmed())
    box.open()
    return box
