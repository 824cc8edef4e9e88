"""The question before a profile is deleted: its key cannot be brought back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget


def ask_about_delete(parent: QWidget, name: str, confirmed: Callable[[], None], *, has_key: bool) -> QMessageBox:
    """Ask whether to delete a profile; `confirmed` is called when the user says so."""
    box = QMessageBox(parent)
    box.setObjectName("profile_delete_question")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"Delete the profile “{name}”?")
    box.setInformativeText(
        "Its key is deleted from the system's keyring as well. This cannot be undone."
        if has_key
        else "This cannot be undone."
    )
    delete = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
    delete.setObjectName("profile_delete_yes")
    delete.setAccessibleName("Delete")
    cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    cancel.setObjectName("profile_delete_no")
    cancel.setAccessibleName("Cancel")
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    delete.clicked.connect(lambda: confirmed())
    box.open()
    return box
