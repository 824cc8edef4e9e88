"""Enter while context is being looked for: the prompt waits a moment for it, and nothing goes that was not shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from copilot_desktop.bridge.chat.chips import ChipsController
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.chat.composer import Composer

_LOOKING_MS: Final = 400
"""Nobody waits longer for what may be found."""
_SHOWN_MS: Final = 200
"""So long what was found stands in the row before it goes: time to press Esc."""
_WITHOUT: Final = "Sent without automatic context: it was still being looked for."
_CHANGED: Final = "Not sent: the prompt was changed while context was being looked for."
_COMMANDS: Final = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class SendingSoon(QObject):
    """Of one composer. `send` sends its prompt with the chips that go; keys that are typed meanwhile come after."""

    def __init__(
        self, composer: Composer, chips: ChipsController, turns: TurnController, send: Callable[[str], None]
    ) -> None:
        super().__init__(composer)
        self._composer, self._chips, self._send = composer, chips, send
        self._prompt = ""
        self._shown: set[str] = set()
        """The ids of what was found and is shown already."""
        self._typed: list[QKeyEvent] = []
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._finish)
        chips.changed.connect(self._on_chips_changed)
        turns.conversation_opened.connect(self.cancel)

    def submit(self, prompt: str) -> None:
        """Send this, soon."""
        if self._prompt:
            return
        self._prompt = prompt
        self._shown = self._found()
        self._composer.looking.show_looking(is_looking=True, is_awaited=True)
        self._composer.prompt.installEventFilter(self)
        self._timer.start(_LOOKING_MS)
        self._chips.found.hurry()

    def cancel(self, _opened: object = None) -> None:
        """Do not send it: it stays where it is."""
        if self._prompt:
            self._end()
            self._type()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keep what is typed for the prompt after this one; Esc holds this one back."""
        if event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        key = cast(QKeyEvent, event)
        if key.key() == Qt.Key.Key_Escape:
            self.cancel()
            return True
        if key.modifiers() & _COMMANDS:
            return False
        self._typed.append(QKeyEvent(key.type(), key.key(), key.modifiers(), key.text(), key.isAutoRepeat()))
        return True

    def _found(self) -> set[str]:
        return {item.item_id for item in self._chips.items if self._chips.found.why(item.item_id)}

    def _on_chips_changed(self, _changed: object) -> None:
        if not self._prompt:
            return
        self._composer.looking.show_looking(is_looking=True, is_awaited=True)
        if self._chips.found.is_looking:
            return
        found = self._found()
        if not found <= self._shown:
            self._shown |= found
            self._timer.start(_SHOWN_MS)
        elif self._timer.interval() == _LOOKING_MS:
            self._timer.start(0)

    def _finish(self) -> None:
        prompt, is_without = self._prompt, self._chips.found.is_looking
        self._end()
        field = self._composer.prompt
        if field.toPlainText() != prompt:
            self._say(_CHANGED)
        else:
            self._send(prompt)
            if is_without and not field.toPlainText():
                self._say(_WITHOUT)
        self._type()

    def _say(self, sentence: str) -> None:
        self._composer.show_notice(sentence)
        announce(self._composer.prompt, sentence)

    def _end(self) -> None:
        self._prompt = ""
        self._timer.stop()
        self._composer.prompt.removeEventFilter(self)
        found = self._chips.found
        self._composer.looking.show_looking(is_looking=found.is_looking or found.may_grow)

    def _type(self) -> None:
        typed, self._typed = self._typed, []
        for key in typed:
            QApplication.sendEvent(self._composer.prompt, key)
