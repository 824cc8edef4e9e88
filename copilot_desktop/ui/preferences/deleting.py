"""The questions before a profile or its key is deleted: a key cannot be brought back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget


def ask_about_delete(parent: QWidget, name: str, confirmed: Callable[[], None], *, has_key: bool) -> QMessageBox:
    """Ask whether to delete a profile; `confirmed` is called when the user says so."""
    key = "Its key is deleted from the system's keyring as well. " if has_key else ""
    return _ask(parent, "profile_delete", (f"Delete the profile “{name}”?", f"{key}This cannot be undone."), confirmed)


def ask_about_key(parent: QWidget, shown: str, confirmed: Callable[[], None], *, is_kept: bool) -> QMessageBox:
    """Ask whether to delete a key, of which only the end is `shown`; `is_kept`: in the keyring, not in memory alone."""
    place = "It is deleted from the system's keyring." if is_kept else "It is forgotten at once."
    words = (f"Delete the key {shown}?", f"{place} This cannot be undone.")
    return _ask(parent, "key_delete", words, confirmed)


def _ask(parent: QWidget, name: str, words: tuple[str, str], confirmed: Callable[[], None]) -> QMessageBox:
    """A question whose default is Cancel; its widgets are called after `name`."""
    box = QMessageBox(parent)
    box.setObjectName(f"{name}_question")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(words[0])
    box.setInformativeText(words[1])
    delete = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
    delete.setObjectName(f"{name}_yes")
    delete.setAccessibleName("Delete")
    cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    cancel.setObjectName(f"{name}_no")
    cancel.setAccessibleName("Cancel")
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    delete.clicked.connect(lambda: confirmed())
    box.open()
    return box
