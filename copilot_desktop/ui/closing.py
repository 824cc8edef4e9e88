"""The question before unsaved text would go: save, do not save, or stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from PySide6.QtWidgets import QMessageBox, QWidget


class Answer(StrEnum):
    """What the user wants done with unsaved text."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


def ask_about_unsaved(window: QWidget, titles: Sequence[str], answered: Callable[[Answer], None]) -> QMessageBox:
    """Open the question without blocking; `answered` is called once."""
    box = QMessageBox(window)
    box.setObjectName("ask_unsaved")
    box.setIcon(QMessageBox.Icon.Warning)
    if len(titles) == 1:
        box.setText(f"{titles[0]} has changes that are not saved.")
    else:
        names = ", ".join(titles[:5]) + (" …" if len(titles) > 5 else "")
        box.setText(f"{len(titles)} files have changes that are not saved: {names}.")
    box.setInformativeText("Without saving, these changes are lost.")
    save = box.addButton("Save" if len(titles) == 1 else "Save all", QMessageBox.ButtonRole.AcceptRole)
    discard = box.addButton("Don’t save", QMessageBox.ButtonRole.DestructiveRole)
    cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    for button, name in ((save, "save"), (discard, "discard"), (cancel, "cancel")):
        button.setObjectName(f"ask_unsaved.{name}")
        button.setAccessibleName(button.text())
    box.setDefaultButton(save)
    box.setEscapeButton(cancel)

    def on_finished(_result: int) -> None:
        clicked = box.clickedButton()
        answered(Answer.SAVE if clicked is save else Answer.DISCARD if clicked is discard else Answer.CANCEL)
        box.deleteLater()

    box.finished.connect(on_finished)
    box.open()
    return box
