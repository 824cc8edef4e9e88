"""All that a prompt would be sent with, to be read before it leaves: instructions, history, context, and the prompt."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.request_strip import SentWindow, sent_field
from copilot_desktop.ui.theme.marking import mark

_COUNTING = "Being put together…"
_FINAL = "This is what Enter sends now."


class ReadBeforeSending(SentWindow):
    """Of one composer; not modal, so that one can write on beside it."""

    def __init__(self, composer: QWidget) -> None:
        super().__init__(composer)
        self.setWindowTitle("What will be sent")
        self._state = QLabel(_COUNTING)
        self._state.setObjectName("composer.sent_state")
        self._state.setWordWrap(True)
        self._column.addWidget(self._state)
        self._field = sent_field("composer")
        self.take(self._field)

    @property
    def is_open(self) -> bool:
        """Whether it is on the screen."""
        return self.isVisible()

    @property
    def state(self) -> str:
        """What it says of the text: that it is final, or what is still awaited."""
        return self._state.text()

    def empty(self) -> None:
        """What it has shown is of another prompt: show nothing of that, not for a moment."""
        self._field.setPlainText("")
        self.show_awaited("")

    def show_awaited(self, what: str) -> None:
        """The text may change by itself still, since this is awaited: a sentence without its end."""
        if not self._field.document().isEmpty() and what:
            self._say(f"Not final yet: {what}…", "amber")
        else:
            self._say(_COUNTING, "muted")

    def show_final(self, *, can_send: bool) -> None:
        """Nothing is awaited. `can_send`: the text is that of a request, and not why there is none."""
        self._say(_FINAL if can_send else "Nothing can be sent like this.", "muted" if can_send else "amber")

    def _say(self, words: str, role: str) -> None:
        if words != self._state.text():
            self._state.setText(words)
            mark(self._state, "role", role)
            self._field.setAccessibleDescription(words)
            announce(self._state, words)

    def show_text(self, text: str) -> None:
        """Show this; the place that is read stays in sight."""
        if text != self._field.toPlainText():
            bar = self._field.verticalScrollBar()
            at = bar.value()
            self._field.setPlainText(text)
            bar.setValue(at)
