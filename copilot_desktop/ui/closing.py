"""The questions before text would go: save, do not save, or stay; and whether to close over what cannot be kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget


class Answer(StrEnum):
    """What the user wants done with unsaved text."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


class Unkept(NamedTuple):
    """What would be lost if the window closed now, and how to `show` it to who stays."""

    message: str
    advice: str
    show: Callable[[], object]


LeaveCheck = Callable[[Callable[[Unkept | None], None]], None]
"""Writes down what it can, and answers once: None where nothing would be lost."""


def ask_about_unkept(
    window: QWidget, checks: Sequence[LeaveCheck], go_on: Callable[[], None], stay: Callable[[], object]
) -> None:
    """`go_on` once nothing would be lost, or the user wants to close nevertheless; else `stay`."""
    if not checks:
        go_on()
        return

    def answered(unkept: Unkept | None) -> None:
        if unkept is None:
            ask_about_unkept(window, checks[1:], go_on, stay)
        elif window.findChild(QMessageBox, "ask_unkept") is None:
            _ask(window, unkept, lambda: ask_about_unkept(window, checks[1:], go_on, stay), stay)

    checks[0](answered)


def _ask(window: QWidget, unkept: Unkept, go_on: Callable[[], None], stay: Callable[[], object]) -> None:
    box = QMessageBox(window)
    box.setObjectName("ask_unkept")
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(unkept.message)
    box.setInformativeText(unkept.advice)
    close = box.addButton("Close anyway", QMessageBox.ButtonRole.DestructiveRole)
    stays = box.addButton("Stay", QMessageBox.ButtonRole.RejectRole)
    for button, name in ((close, "close"), (stays, "stay")):
        button.setObjectName(f"ask_unkept.{name}")
        button.setAccessibleName(button.text())
    box.setDefaultButton(stays)
    box.setEscapeButton(stays)

    def on_finished(_result: int) -> None:
        is_closing = box.clickedButton() is close
        box.deleteLater()
        if is_closing:
            go_on()
        else:
            stay()
            unkept.show()

    box.finished.connect(on_finished)
    box.open()


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
