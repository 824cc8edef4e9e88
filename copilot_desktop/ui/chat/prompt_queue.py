"""Prompts that wait for the end of an answer, above the composer: sent one by one, each can be edited or taken away."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from copilot_desktop.bridge.chat.conversation_place import ConversationPlace
from copilot_desktop.bridge.chat.held_rules import without_rules
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.context.items import ContextItem
from copilot_desktop.conversation.drafts import UnsentPrompt
from copilot_desktop.conversation.events import RepairFinished, TurnFinished, TurnStatus
from copilot_desktop.conversation.turns import TurnMode
from copilot_desktop.ui.chat.cards import button, label
from copilot_desktop.ui.chat.prompt_sender import PromptSender
from copilot_desktop.ui.elided_label import ElidedLabel
from copilot_desktop.ui.icon_button import IconButton
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.theme import Theme
from copilot_desktop.values import dataclass

_BACK = "Up in the field brings it back"


def _count(prompts: int) -> str:
    return "1 prompt" if prompts == 1 else f"{prompts} prompts"


def _sent_after(prompts: int) -> str:
    is_one = prompts == 1
    return f"{_count(prompts)} {'waits; it is' if is_one else 'wait; they are'} sent after this answer"


@dataclass(frozen=True, slots=True)
class QueuedPrompt:
    """A prompt with the chips it was written with. `is_held`: it waits until it is sent by hand, since it is of an
    earlier start, and sending costs money."""

    prompt: str
    items: tuple[ContextItem, ...] = ()
    is_held: bool = False


class QueueView(QFrame):
    """A row for each prompt; the first can be sent by hand while nothing runs."""

    edit_chosen = Signal(int)
    removed = Signal(int)
    send_chosen = Signal()
    cleared = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[QWidget] = []
        self.setObjectName("prompt_queue")
        self.setAccessibleName("Queued prompts")
        self.setProperty("card", True)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(10, 6, 6, 6)
        self._layout.setSpacing(2)
        head = QHBoxLayout()
        self._about = label("", "muted", name="queue_about")
        self._send = button("queue_send", "Send now", is_link=True)
        self._send.clicked.connect(self.send_chosen)
        self._clear = button("queue_clear", "Remove all", is_link=True)
        self._clear.setToolTip(f"Take them away; {_BACK}")
        self._clear.clicked.connect(self.cleared)
        head.addWidget(self._about, 1)
        head.addWidget(self._clear)
        head.addWidget(self._send)
        self._layout.addLayout(head)
        self.hide()

    def show_queue(self, queue: tuple[QueuedPrompt, ...], *, is_busy: bool) -> None:
        """Show these prompts; `is_busy`: they are sent by themselves after the answer."""
        for row in self._rows:
            row.hide()
            row.deleteLater()
        self._rows = [self._row(at, queued) for at, queued in enumerate(queue)]
        for row in self._rows:
            self._layout.addWidget(row)
        held = sum(queued.is_held for queued in queue) if is_busy else len(queue)
        sent, waiting = _sent_after(len(queue) - held), f"{_count(held)} waiting, not sent yet"
        self._about.setText("; ".join((sent,) * (held < len(queue)) + (waiting,) * bool(held)))
        self._send.setText("Send now" if len(queue) == 1 else "Send all")
        self._send.setToolTip(
            "" if len(queue) == 1 else "Send the first one now, each other after the answer before it"
        )
        self._send.setVisible(not is_busy)
        self._clear.setVisible(len(queue) > 1)
        self.setAccessibleName(f"Queued prompts: {self._about.text()}")
        self.setVisible(bool(queue))

    def _row(self, at: int, queued: QueuedPrompt) -> QWidget:
        row = QWidget()
        row.setObjectName(f"queued_{at}")
        row.setProperty("plain", True)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        text = ElidedLabel("queued_text")
        text.show_text(queued.prompt, queued.prompt[:2000])
        layout.addWidget(text, 1)
        items = without_rules(queued.items)
        if items:
            chips = label(f"{len(items)} attached", "muted", name="queued_chips")
            chips.setWordWrap(False)
            chips.setToolTip(", ".join(item.label for item in items))
            layout.addWidget(chips)
        for name, icon_name, title, signal in (
            ("queued_edit", "pencil", "Edit", self.edit_chosen),
            ("queued_remove", "x", "Remove", self.removed),
        ):
            made = IconButton(lambda shown, _is_on: icon(shown, self._theme.tokens.muted), icon_name, title)
            made.setObjectName(name)
            made.setToolTip(title if title == "Edit" else f"{title}; {_BACK}")
            made.setAccessibleName(f"{title} queued prompt: {queued.prompt[:60]}")
            made.setFixedSize(24, 24)
            made.clicked.connect(partial(self._tell, signal, at))
            layout.addWidget(made)
        return row

    def _tell(self, signal: object, at: int, _is_checked: bool = False) -> None:
        (self.edit_chosen if signal is self.edit_chosen else self.removed).emit(at)


class PromptQueue(QObject):
    """The queue of each conversation. A prompt leaves it when its turn begins, also where another conversation is shown
    by then; after a failed or stopped answer it waits until it is sent by hand."""

    edited = Signal(object)
    """Carries one `QueuedPrompt` that left the queue for the composer."""
    dropped = Signal(str)
    """Carries a prompt that was taken away."""
    changed = Signal(object)
    """Carries the `ConversationPlace` whose queue is another one now."""

    def __init__(self, view: QueueView, sender: PromptSender, turns: TurnController) -> None:
        super().__init__(view)
        self._view, self._sender, self._turns = view, sender, turns
        self._queues: dict[str, tuple[QueuedPrompt, ...]] = {}
        view.edit_chosen.connect(self.edit)
        view.removed.connect(self._drop)
        view.send_chosen.connect(self.send_next)
        view.cleared.connect(self._clear)
        turns.sent.connect(self._show)
        turns.turn_event.connect(self._on_turn_event)
        turns.conversation_opened.connect(self._show)

    @property
    def prompts(self) -> tuple[QueuedPrompt, ...]:
        """What waits in the conversation that is shown."""
        return self._queues.get(self._turns.place.conversation_id, ())

    def queued(self, place: ConversationPlace) -> tuple[UnsentPrompt, ...]:
        """What waits in a place, as a draft keeps it."""
        return tuple(UnsentPrompt(each.prompt, each.items) for each in self._queues.get(place.conversation_id, ()))

    def bring_back(self, prompts: tuple[UnsentPrompt, ...]) -> None:
        """What waited here at an earlier start waits again, until it is sent by hand."""
        place = self._turns.place
        if place.conversation_id not in self._queues:
            self._set(place, tuple(QueuedPrompt(each.prompt, each.items, is_held=True) for each in prompts))

    def add(self, queued: QueuedPrompt) -> None:
        """Send this once what waits before it is answered."""
        self._set(self._turns.place, (*self.prompts, queued))

    def edit(self, at: int) -> None:
        """Take a prompt out, to be written on in the composer."""
        queued = self.prompts[at]
        self._remove(at)
        self.edited.emit(queued)

    def edit_last(self) -> None:
        """The same for the one that was queued last."""
        if self.prompts:
            self.edit(len(self.prompts) - 1)

    def send_next(self) -> None:
        """Send the first one of the conversation that is shown, when nothing runs there, and the others after it."""
        if not self._turns.is_running:
            self._set(self._turns.place, tuple(replace(each, is_held=False) for each in self.prompts))
            self._send(self._turns.place)

    def _send(self, place: ConversationPlace) -> None:
        queue = self._queues.get(place.conversation_id, ())
        first = next((each for each in queue if not each.is_held), None)
        if first is None:
            return

        def back() -> None:
            self._set(place, (first, *self._queues.get(place.conversation_id, ())))

        # It may come back at once.
        self._set(place, tuple(each for each in queue if each is not first))
        if not self._sender.send_queued(place, first.prompt, first.items, back):
            back()

    def _clear(self) -> None:
        while self.prompts:
            self._drop(0)

    def _drop(self, at: int) -> None:
        self.dropped.emit(self.prompts[at].prompt)
        self._remove(at)

    def _remove(self, at: int) -> None:
        self._set(self._turns.place, (*self.prompts[:at], *self.prompts[at + 1 :]))

    def _set(self, place: ConversationPlace, queue: tuple[QueuedPrompt, ...]) -> None:
        self._queues[place.conversation_id] = queue
        self._show()
        self.changed.emit(place)

    def _show(self, _event: object = None) -> None:
        self._view.show_queue(self.prompts, is_busy=self._turns.is_running)

    def _on_turn_event(self, event: object) -> None:
        if not isinstance(event, TurnFinished):
            return
        place = self._turns.running.place_of(event.turn_id, TurnMode.CHAT)
        # An answer is whole also where asking for blocks of it once more has failed.
        is_whole = isinstance(event, RepairFinished) and event.status is TurnStatus.FAILED
        if place is not None and (is_whole or event.status is TurnStatus.FINISHED):
            self._send(place)
        self._show()
