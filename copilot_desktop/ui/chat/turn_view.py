"""One turn of the conversation: the prompt as a card, the answer, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from copilot_desktop.conversation.turn_calls import TurnCall
from copilot_desktop.conversation.turns import TurnMode
from copilot_desktop.errors import Remedy
from copilot_desktop.ui.chat.answer_parts import AnswerParts
from copilot_desktop.ui.chat.cards import ErrorCard, ErrorText, RetryCard, button, label
from copilot_desktop.ui.chat.prompt_card import PromptCard
from copilot_desktop.ui.chat.proposal_card import FileCount, ProposalCard, ProposalSummary
from copilot_desktop.ui.chat.reasoning_view import ReasoningView
from copilot_desktop.ui.chat.turn_head import TurnHead
from copilot_desktop.ui.flow_layout import FlowLabel, FlowLayout
from copilot_desktop.ui.focus_order import hand_focus_on
from copilot_desktop.ui.icon_button import IconButton
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    from copilot_desktop.ui.chat.arriving_card import ArrivingCard

_AGAIN = "Ask again: another answer to this prompt, beside this one"


class TurnView(QWidget):
    """Shows one turn; the transcript tells it what happens. `is_live`: its answer is awaited, not kept."""

    request_chosen = Signal(str)
    ended = Signal(str)
    """The footer is shown: whether it can offer a request is asked now."""
    retry_chosen = Signal(str)
    try_now_chosen = Signal(str)
    stop_chosen = Signal(str)
    models_chosen = Signal()
    code_action = Signal(object)
    review_chosen = Signal(object)
    accept_chosen = Signal(object)
    reject_chosen = Signal(object)
    refused_chosen = Signal(str)
    arriving_chosen = Signal(str)
    """Carries the turn whose arriving changes are to be shown in their file."""
    answer_added = Signal(object)
    """Carries a further `AnswerView`, behind what the model has looked at."""
    height_changed = Signal(str)
    """Carries the turn's id: it may need more or less room than before."""

    def __init__(self, head: TurnHead, theme: Theme, parent: QWidget | None = None, *, is_live: bool = True) -> None:
        super().__init__(parent)
        self.head = head
        self._theme = theme
        self.setObjectName(f"turn_{head.turn_id}")
        self.setAccessibleName(f"Turn: {head.prompt[:80]}")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        self.prompt = PromptCard(head.prompt, head.items, theme, can_edit=head.mode is TurnMode.CHAT)
        self._layout.addWidget(self.prompt)
        self._reasoning: ReasoningView | None = None
        self._retry: RetryCard | None = None
        self._request: QPushButton | None = None
        self._omitted: QLabel | None = None
        self.footer: QWidget | None = None
        """Where its figures are, once it has ended."""
        self.figures = FlowLabel("", "muted", "turn_figures")
        self._proposals: dict[str, ProposalCard] = {}
        self._arriving: ArrivingCard | None = None
        self._status = label("Waiting for the answer …", "muted", name="turn_status")
        self._layout.addWidget(self._status)
        self.parts = AnswerParts(self._layout, theme, self)
        self.answer = self.parts.views[-1]
        """The text that goes on; others stand before what was looked at meanwhile."""
        self.parts.code_action.connect(self.code_action)
        self.parts.added.connect(self.answer_added)
        self._status.setVisible(is_live)
        self._is_live = is_live
        theme.changed.connect(self._on_theme_changed)

    @property
    def status(self) -> str:
        """The line that says how the turn stands; empty when the answer says enough."""
        return "" if self._status.isHidden() else self._status.text()

    @property
    def proposals(self) -> tuple[ProposalCard, ...]:
        """The cards of proposals, in order."""
        return tuple(self._proposals.values())

    def event(self, event: QEvent) -> bool:
        """Nothing lays this widget out but the column, which must hear when something in it has another height."""
        is_done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.height_changed.emit(self.head.turn_id)
        return is_done

    def show_omitted(self, count: int, note: str = "") -> None:
        """Say that the oldest turns were left out of this request."""
        turns = "1 older turn was" if count == 1 else f"{count} older turns were"
        text = note or f"{turns} left out of this request to stay within the model's limit."
        if self._omitted is None:
            self._omitted = label("", "muted", name="turn_omitted")
            self._add(self._omitted, 1)
        # A model that reads is asked more than once: the last request has all that those before it had.
        self._omitted.setText(text)

    def feed(self, text: str, *, is_kept: bool = False) -> None:
        """Show more of the answer, or a piece of one that was kept."""
        self._show_answer()
        (self.answer.feed_kept if is_kept else self.answer.feed)(text)

    def feed_reasoning(self, text: str) -> None:
        """Keep more of what the model thinks; collapsed until asked for."""
        if self._reasoning is None:
            self._reasoning = ReasoningView(self._theme)
            self._add(self._reasoning, self._layout.indexOf(self._status))
        self._reasoning.feed(text)
        if self.answer.isHidden():
            self._say("Thinking …")

    def show_reading(self, number: int, call: TurnCall) -> str:
        """Show what the model looks at by itself, behind what it has said before; it in words."""
        words = self.parts.show_reading(number, call)
        self.end_retry()
        if self._is_live:
            self._layout.removeWidget(self._status)
            self._layout.insertWidget(self.parts.end, self._status)
            is_told = call.reading is not None and call.reading.result
            self._say("Waiting for the answer …" if is_told else "Looking into the folder …")
        return words

    def show_retry(self, reason: str, delay_s: float) -> None:
        """Count down to the next try."""
        self.end_retry()
        self._status.hide()
        self._retry = RetryCard(reason, delay_s)
        self._retry.try_now_chosen.connect(lambda: self.try_now_chosen.emit(self.head.turn_id))
        self._retry.stop_chosen.connect(lambda: self.stop_chosen.emit(self.head.turn_id))
        self._add(self._retry)

    def finish(self, mark: str = "") -> None:
        """The answer is as long as it will be; `mark` says so where it was stopped or cut."""
        self.end_retry()
        self.parts.finish()
        self._status.hide()
        if mark:
            self._layout.removeWidget(self._status)
            self._layout.insertWidget(self.parts.end, self._status)
            self._say(mark)

    def show_error(self, error: ErrorText) -> None:
        """Add the card of an error."""
        if self.head.mode is TurnMode.EDIT:
            # A prompt asked in the text is worded there.
            kept = tuple(each for each in error.remedies if each not in (Remedy.EDIT, Remedy.SHORTEN))
            error = replace(error, remedies=kept or (Remedy.RETRY,))
        card = ErrorCard(error)
        card.edit_chosen.connect(self.prompt.edit_chosen)
        card.retry_chosen.connect(lambda: self.retry_chosen.emit(self.head.turn_id))
        card.models_chosen.connect(self.models_chosen)
        self._add(card)

    def show_proposal(self, summary: ProposalSummary) -> None:
        """Add a proposal's card, or let it follow the decisions."""
        card = self._proposals.get(summary.change_set_id)
        if card is not None:
            card.show_summary(summary)
            card.setHidden(card.is_empty)
            return
        card = self._proposals[summary.change_set_id] = ProposalCard(summary)
        card.review_chosen.connect(self.review_chosen)
        card.accept_chosen.connect(self.accept_chosen)
        card.reject_chosen.connect(self.reject_chosen)
        card.refused_chosen.connect(self.refused_chosen)
        self.add_card(card)
        card.setHidden(card.is_empty)

    def show_arriving(self, files: Sequence[FileCount]) -> None:
        """Show what the answer proposes so far, below it; nothing any more when there are no files."""
        if files and self._arriving is None:
            from copilot_desktop.ui.chat.arriving_card import ArrivingCard  # most answers propose nothing

            self._arriving = ArrivingCard()
            self._arriving.show_chosen.connect(lambda: self.arriving_chosen.emit(self.head.known_id))
            self.add_card(self._arriving)
        if self._arriving is None:
            return
        if files:
            self._arriving.show_files(files)
        else:
            hand_focus_on(self._arriving, self.proposals[-1].entry if self.proposals else self.answer)
            self._arriving.hide()
            self._layout.removeWidget(self._arriving)
            self._arriving.deleteLater()
            self._arriving = None

    def add_card(self, card: QWidget, *, is_last: bool = False) -> None:
        """Put a card below the answer, above the figures; `is_last`: below all that the turn has."""
        self._add(card, -1 if self.footer is None or is_last else self._layout.indexOf(self.footer))

    def show_footer(self, figures: str) -> None:
        """Tokens, price and times, the way to the request as it was sent, once it is known that it was, and Retry."""
        row = QWidget()
        row.setObjectName("turn_footer")
        layout = FlowLayout(row, gap_px=8, is_spread=True)
        layout.setContentsMargins(2, 0, 0, 0)
        self.figures.setText(figures)
        layout.addWidget(self.figures)
        shown = button("show_request", "Show request", is_link=True)
        shown.clicked.connect(lambda: self.request_chosen.emit(self.head.known_id))
        policy = shown.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        shown.setSizePolicy(policy)
        shown.hide()
        layout.addWidget(shown)
        if self.findChild(ErrorCard) is None:
            again = IconButton(lambda name, _is_on: icon(name, self._theme.tokens.muted), "rotate-ccw", _AGAIN)
            again.setObjectName("turn_retry")
            again.setFixedSize(24, 24)
            again.clicked.connect(lambda: self.retry_chosen.emit(self.head.turn_id))
            layout.addWidget(again)
        self._add(row)
        self.footer, self._request = row, shown
        self.ended.emit(self.head.known_id)

    @property
    def reasoning(self) -> str:
        """What the model thought aloud so far."""
        return "" if self._reasoning is None else self._reasoning.text.toPlainText()

    def offer_request(self) -> None:
        """A request was sent for this turn."""
        if self._request is not None:
            self._request.show()

    def _add(self, widget: QWidget, at: int = -1) -> None:
        """Show one more part at once: by itself a layout shows it, and gives it room, an event later."""
        self._layout.insertWidget(at, widget)
        widget.show()

    def _say(self, text: str) -> None:
        self._status.setText(text)
        self._status.show()

    def _show_answer(self) -> None:
        self._status.hide()
        self.end_retry()
        self.answer = self.parts.open()
        if self.answer.isHidden():
            self.answer.show()
            # Its text is laid out once, at the width it will have.
            self._layout.activate()

    def end_retry(self) -> None:
        """It is not waited any longer."""
        if self._retry is not None:
            self._retry.hide()
            self._retry.deleteLater()
            self._retry = None

    def _on_theme_changed(self, _changed: object) -> None:
        self.parts.refresh()
        if self._reasoning is not None:
            self._reasoning.refresh()
