"""`@` in the prompt: what the letters behind it may name is offered, and what is chosen becomes a chip."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent

from copilot_desktop.bridge.context.mention import Mention, MentionKind, MentionsFound
from copilot_desktop.bridge.context.mentions import MentionsController
from copilot_desktop.ui.chat.prompt_field import PromptField

if TYPE_CHECKING:
    # Imported with the first `@`.
    from copilot_desktop.ui.chat.mention_list import MentionList

_CHOOSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class MentionsInChat(QObject):
    """Of one prompt field. `add` is what adds a chip for each kind of row."""

    def __init__(
        self,
        prompt: PromptField,
        mentions: MentionsController,
        add: Mapping[MentionKind, Callable[[Mention], None]],
    ) -> None:
        super().__init__(prompt)
        self._prompt, self._mentions, self._add = prompt, mentions, add
        self._is_open = self._is_choosing = False
        self._answered: str | None = None
        """The letters whose rows are shown."""
        prompt.takes_key = self._take_key
        prompt.left.connect(self._close)
        mentions.found.connect(self._on_found)

    @cached_property
    def list(self) -> MentionList:
        """The list; made with the first `@`."""
        from copilot_desktop.ui.chat.mention_list import MentionList

        made = MentionList(self._prompt.window())
        made.chosen.connect(self._on_chosen)
        return made

    def take(self, letters: str | None) -> None:
        """Other letters stand behind the `@` before the caret; None: there is none any more."""
        self._is_choosing = False
        if letters is None:
            self._close()
        else:
            self._is_open = True
            self._mentions.search(letters)

    def _on_found(self, found: MentionsFound) -> None:
        if not self._is_open or found.query != self._prompt.mention:
            return
        from copilot_desktop.ui.picker import PickerRow

        rows = [
            PickerRow(each.title, each.detail, each.hint or each.kind.value, each.positions, each)
            for each in found.rows
        ]
        # At the `@`, so that a long name that goes on in further lines can be read.
        corner = self._prompt.mention_corner()
        at = self._prompt.viewport().mapTo(self._prompt.window(), corner - QPoint(8, 0))
        self.list.show_rows(rows, found.problem, at)
        self._answered = None if found.is_looking else found.query
        if self._is_choosing and not found.is_looking:
            self._is_choosing = False
            self.list.choose()

    def _take_key(self, event: QKeyEvent) -> bool:
        """Keys that mean the list while it is open; Enter waits for the rows of what is typed."""
        if not self._is_open or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        key = Qt.Key(event.key())
        if key in _CHOOSING and self._answered != self._prompt.mention:
            self._is_choosing = True
            return True
        if self.list.isHidden():
            return False
        if key in _STEPS:
            self.list.step(_STEPS[key])
            return True
        if key in _CHOOSING:
            return self.list.choose()
        if key == Qt.Key.Key_Escape:
            self._close()
            return True
        return False

    def _on_chosen(self, chosen: object) -> None:
        if not isinstance(chosen, Mention):
            return
        self._prompt.setFocus()
        if chosen.kind is MentionKind.TOPIC:
            self._prompt.go_on_from(chosen.written)
            return
        self._close()
        self._prompt.complete_mention(chosen.written or chosen.title)
        self._add[chosen.kind](chosen)

    def _close(self) -> None:
        if self._is_open:
            self._is_open = self._is_choosing = False
            self._answered = None
            self._mentions.end()
            self.list.hide()
