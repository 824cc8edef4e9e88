"""All that a prompt would be sent with, to be read before it leaves: instructions, history, context, and the prompt."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from copilot_desktop.ui.request_strip import SentWindow, sent_field

_COUNTING = "Being put together…"


class ReadBeforeSending(SentWindow):
    """Of one composer; not modal, so that one can write on beside it."""

    def __init__(self, composer: QWidget) -> None:
        super().__init__(composer)
        self.setWindowTitle("What will be sent")
        self._field = sent_field("composer")
        self._field.setPlainText(_COUNTING)
        self.take(self._field)

    @property
    def is_open(self) -> bool:
        """Whether it is on the screen."""
        return self.isVisible()

    def show_text(self, text: str) -> None:
        """Show this; the place that is read stays in sight."""
        if text and text != self._field.toPlainText():
            bar = self._field.verticalScrollBar()
            at = bar.value()
            self._field.setPlainText(text)
            bar.setValue(at)
