"""What became of the changes that a conversation proposed, for its next prompt: a chip that can be read and removed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from PySide6.QtCore import QObject, QTimer

from copilot_desktop.bridge.chat.chips import ChipsController
from copilot_desktop.bridge.chat.turns import TurnController, TurnSent
from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.conversation.events import TextArrived
from copilot_desktop.edits.told import ToTell

_PAUSE_MS = 100
FindToTell = Callable[[Collection[str]], ToTell]
"""What turns have not been told yet."""


class DecisionsTold(QObject):
    """Of one window. GUI thread only. `find` gives what is to be told, `mark` notes that it was."""

    def __init__(
        self,
        turns: TurnController,
        chips: ChipsController,
        find: FindToTell,
        mark: Callable[[Mapping[str, str]], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._turns, self._chips, self._find, self._mark = turns, chips, find, mark
        self._sent: dict[str, Mapping[str, str]] = {}
        self._now = ToTell()
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._timer.timeout.connect(self._look)
        turns.sent.connect(self._on_sent)
        turns.turn_event.connect(self._on_turn_event)
        turns.conversation_opened.connect(self.look_soon)
        turns.branches_changed.connect(self.look_soon)

    def look_soon(self, _changed: object = None) -> None:
        """Something was decided, or another conversation is shown."""
        if not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """The window closes."""
        self._timer.stop()

    def _look(self) -> None:
        branch = self._turns.branch
        self._now = self._find(branch.tree.path(branch.leaf_id))
        text = self._now.text
        self._chips.decisions.show(ContextItem("decisions", ItemKind.DECISIONS, "", text) if text else None)

    def _on_sent(self, sent: TurnSent) -> None:
        told = [item.text for item in sent.request.items if item.kind is ItemKind.DECISIONS]
        if self._now.text in told:
            self._sent[sent.request.turn_id] = self._now.stances

    def _on_turn_event(self, event: object) -> None:
        # A prompt that got no answer is no part of what is sent later, so that it has told nothing.
        if isinstance(event, TextArrived) and event.turn_id in self._sent:
            self._mark(self._sent.pop(event.turn_id))
            self.look_soon()
