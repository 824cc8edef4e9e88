"""What is asked before something could be lost: names that are taken, and deleting where there is no trash."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """A button of a question. `name` is the last part of its object name."""

    name: str
    title: str
    chosen: Callable[[], None]
    role: QMessageBox.ButtonRole = QMessageBox.ButtonRole.AcceptRole


def ask(window: QWidget, name: str, message: str, advice: str, choices: Sequence[Choice]) -> QMessageBox:
    """Open a question without blocking; Cancel is its default and does nothing."""
    box = QMessageBox(window)
    box.setObjectName(name)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setText(message)
    box.setInformativeText(advice)
    buttons: dict[QPushButton, Choice] = {}
    for choice in choices:
        button = box.addButton(choice.title, choice.role)
        button.setObjectName(f"{name}.{choice.name}")
        button.setAccessibleName(choice.title)
        buttons[button] = choice
    cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    cancel.setObjectName(f"{name}.cancel")
    cancel.setAccessibleName("Cancel")
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)

    def on_finished(_result: int) -> None:
        clicked = box.clickedButton()
        box.deleteLater()
        for button, choice in buttons.items():
            if button is clicked:
                choice.chosen()

    box.finished.connect(on_finished)
    box.open()
    return box


def ask_about_taken(
    window: QWidget,
    names: Sequence[str],
    folder: str,
    replace: Callable[[], None],
    keep_both: Callable[[], None] | None,
) -> QMessageBox:
    """Ask what becomes of names that a folder holds already. What is replaced goes to the trash, or the history."""
    where = folder or "the opened folder"
    what = f"{names[0]} is" if len(names) == 1 else f"{len(names)} of these names ({_some(names)}) are"
    choices = [Choice("replace", "Replace", replace, QMessageBox.ButtonRole.DestructiveRole)]
    if keep_both is not None:
        choices.append(Choice("keep_both", "Keep both", keep_both))
    advice = "Replacing puts what is there into the trash, or the history where there is none; it can be undone."
    return ask(window, "ask_taken", f"{what} already in {where}.", advice, choices)


def ask_about_deleting(
    window: QWidget, paths: Sequence[str], may_keep: bool, delete: Callable[[], None]
) -> QMessageBox:
    """Ask before something is deleted for good."""
    what = paths[0] if len(paths) == 1 else f"these {len(paths)} items ({_some(paths)})"
    message = f"There is no trash for {what}. Delete for good?"
    if may_keep:
        advice = "The contents are kept in the undo store of this program: Ctrl+Z in the explorer brings them back."
    else:
        advice = "It is too much to be kept, or cannot be read: this cannot be undone."
    choice = Choice("delete", "Delete for good", delete, QMessageBox.ButtonRole.DestructiveRole)
    return ask(window, "ask_delete", message, advice, [choice])


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
