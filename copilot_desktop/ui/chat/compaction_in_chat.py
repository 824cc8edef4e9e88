"""Compacting in the chat: the offer above the prompt, the request with its price, and the cards of summaries."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from copilot_desktop.bridge.chat.budgets import Budget
from copilot_desktop.bridge.chat.compaction import CompactionChanged, CompactionController, SummariesChanged
from copilot_desktop.bridge.request_words import Phase
from copilot_desktop.conversation.summaries import Summary
from copilot_desktop.settings.chat_page import ChatPage
from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.chat.cards import button
from copilot_desktop.ui.chat.composer import Composer
from copilot_desktop.ui.chat.conversation_view import ConversationView
from copilot_desktop.ui.chat.summary_card import SummaryCard, sentence_of
from copilot_desktop.ui.flow_layout import FlowLabel, FlowLayout
from copilot_desktop.ui.focus_order import focus_inside, hand_focus_on
from copilot_desktop.ui.request_strip import RequestStrip
from copilot_desktop.ui.theme.marking import mark

if TYPE_CHECKING:
    # What draws a turn is imported with the first one: TurnColumn.
    from copilot_desktop.ui.chat.turn_view import TurnView

_FULL: Final = "This conversation takes most of what the model takes."


class CompactionBar(QWidget):
    """Above the prompt: the offer, or the request."""

    compact_chosen = Signal()
    show_chosen = Signal()
    dismissed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("compaction_bar")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._offer = QWidget(self)
        row = FlowLayout(self._offer)
        self.said = FlowLabel("", "amber", "compaction.offer")
        self.compact = button("compaction.compact", "Compact…")
        self.compact.setToolTip("Have the older turns summarised; you see the price before anything is sent")
        self.dismiss = button("compaction.dismiss", "Not now", is_link=True)
        self.show_card = button("compaction.show", "Show", is_link=True)
        self.show_card.setToolTip("Go to the summary, below the turns in whose place it is sent")
        for widget in (self.said, self.compact, self.show_card, self.dismiss):
            row.addWidget(widget)
        self.strip = RequestStrip("compaction", title="Summarise", has_window=True)
        column.addWidget(self._offer)
        column.addWidget(self.strip)
        self._offer.hide()
        self.compact.clicked.connect(lambda _checked: self.compact_chosen.emit())
        self.show_card.clicked.connect(lambda _checked: self.show_chosen.emit())
        self.dismiss.clicked.connect(lambda _checked: self.dismissed.emit())
        self.hide()

    @property
    def is_offering(self) -> bool:
        """Whether the offer is shown."""
        return not self._offer.isHidden() and not self.compact.isHidden()

    @property
    def is_done(self) -> bool:
        """Whether it says what was done."""
        return not self._offer.isHidden() and self.compact.isHidden()

    def show_offer(self, sentence: str) -> None:
        """Offer it, saying why; empty: no longer."""
        self._say(sentence, is_done=False)

    def show_done(self, sentence: str) -> None:
        """Say what was done, and offer to show it."""
        self._say(sentence, is_done=True)

    def _say(self, sentence: str, *, is_done: bool) -> None:
        mark(self.said, "role", "muted" if is_done else "amber")
        self.said.setText(sentence)
        self.said.updateGeometry()
        self.compact.setVisible(not is_done)
        self.show_card.setVisible(is_done)
        self.dismiss.setText("Close" if is_done else "Not now")
        self._offer.setVisible(bool(sentence))
        self._fit()

    def show_state(self, state: CompactionChanged) -> None:
        """Show how the request stands."""
        if state.phase is Phase.PLANNING:
            self.strip.show_planning()
        elif state.phase is Phase.PLANNED and state.request is not None:
            self.strip.show_request(state.request)
        elif state.phase is Phase.ASKING:
            what = "" if state.request is None else f" {state.request.what}"
            self.strip.show_asking(state.said or f"Summarising{what}…")
        else:
            self.strip.hide()
        if state.phase is not Phase.RESTING:
            self._offer.hide()
        self._fit()

    def _fit(self) -> None:
        self.setVisible(not (self._offer.isHidden() and self.strip.isHidden()))


class CompactionInChat(QObject):
    """Of one chat; made when it is first wanted."""

    changed = Signal()
    """Another text is sent in place of turns, or turns are sent again."""
    request_chosen = Signal(str)
    """Carries the turn under which the ledger knows a request that is to be shown."""

    def __init__(self, composer: Composer, conversation: ConversationView, controller: CompactionController) -> None:
        super().__init__(composer)
        self._composer, self._conversation, self._controller = composer, conversation, controller
        self.bar = CompactionBar()
        self._page = ChatPage()
        self._made: Summary | None = None
        self._sought_id = ""
        """The turn whose card is to be shown once it is drawn."""
        self._settled: set[str] = set()
        """Ends of branches at which it was offered and put aside, or done by itself."""
        strip = self.bar.strip
        self.bar.compact_chosen.connect(self.compact)
        self.bar.dismissed.connect(self._on_dismissed)
        self.bar.show_chosen.connect(self._on_show_chosen)
        strip.send_wanted.connect(controller.send)
        strip.cancel_wanted.connect(self._on_cancel_wanted)
        strip.stop_wanted.connect(self._on_stop_wanted)
        strip.secrets.chosen.connect(controller.choose)
        controller.changed.connect(self._on_changed)
        controller.summaries_changed.connect(self._on_summaries_changed)
        conversation.turn_shown.connect(self._on_turn_shown)
        conversation.refilled.connect(lambda: self.bar.show_offer(""))

    def follow(self, page: object) -> None:
        """Do as the settings say."""
        if isinstance(page, ChatPage) and page != self._page:
            self._page = page
            self.changed.emit()

    def read(self) -> None:
        """Show the summaries of the conversation that is open."""
        self._controller.read()

    def compact(self) -> None:
        """Plan the request; what it costs is shown before it is sent."""
        self._composer.show_notice("")
        self._controller.plan()

    def look(self, budget: Budget, leaf_id: str, *, may_ask: bool) -> None:
        """Offer it, or do it, where the next request is too full; `may_ask`: no answer arrives at the moment."""
        is_resting = self._controller.state.phase is Phase.RESTING
        if not self._is_full(budget) or leaf_id in self._settled or not is_resting:
            if is_resting and not self.bar.is_done:
                self.bar.show_offer("")
        elif not self._page.summarises:
            self.bar.show_offer(_left_out(budget.omitted_turns) if budget.omitted_turns else _FULL)
        elif may_ask and leaf_id:
            self._settled.add(leaf_id)
            self._controller.plan(is_sent_at_once=True)

    def _is_full(self, budget: Budget) -> bool:
        if budget.is_weak:
            return False
        if budget.omitted_turns:
            return True
        if budget.tokens is None or budget.limit_tokens is None or self._page.summary_percent >= 100:
            return False
        allowed = budget.limit_tokens - (budget.room_tokens or 0)
        return budget.tokens * 100 >= allowed * self._page.summary_percent and budget.has_history

    def _on_show_chosen(self) -> None:
        if self._made is not None:
            self._sought_id = self._made.last_turn_id
            self._conversation.go_to(self._sought_id)
            view = self._conversation.transcript.turn(self._sought_id)
            card = None if view is None else view.findChild(SummaryCard)
            if view is not None and card is not None:
                self._reveal(view, card)
            self.bar.show_offer("")

    def _reveal(self, view: TurnView, card: SummaryCard) -> None:
        self._sought_id = ""
        self._conversation.transcript.reveal(view.head.turn_id, card.y(), card.height())
        card.show_button.setFocus()

    def _on_dismissed(self) -> None:
        if self.bar.is_offering:
            self._settled.add(self._leaf_id)
        self.bar.show_offer("")
        self._composer.focus_prompt()

    @property
    def _leaf_id(self) -> str:
        return next(reversed(self._conversation.turn_ids), "")

    def _on_cancel_wanted(self) -> None:
        self._controller.cancel()
        self._composer.focus_prompt()
        self.changed.emit()

    def _on_stop_wanted(self) -> None:
        self._controller.stop()
        self._composer.focus_prompt()

    def _on_changed(self, state: CompactionChanged) -> None:
        had_focus = focus_inside(self.bar)
        self.bar.show_state(state)
        if state.phase is Phase.RESTING:
            if state.said:
                self._composer.show_notice(state.said)
                announce(self._composer, state.said)
            if had_focus:
                self._composer.focus_prompt()
        elif had_focus:
            self.bar.strip.focus_first()

    def _on_summaries_changed(self, changed: SummariesChanged) -> None:
        for view in self._conversation.transcript.turns:
            self._show_card(view)
        if changed.made is not None:
            self._made = changed.made
            said = f"{sentence_of(changed.made)}. The turns are still there."
            self.bar.show_done(said)
            announce(self._composer, said)
        self.changed.emit()

    def _on_turn_shown(self, view: TurnView) -> None:
        # Its figures are the last that is drawn of it.
        view.ended.connect(lambda _turn_id: QTimer.singleShot(0, view, partial(self._show_card, view)))
        self._show_card(view)

    def _show_card(self, view: TurnView) -> None:
        turn_id = view.head.turn_id
        summary = next((each for each in self._controller.summaries if each.last_turn_id == turn_id), None)
        card = view.findChild(SummaryCard)
        if summary is None:
            if card is not None:
                hand_focus_on(card, view)
                card.hide()
                card.deleteLater()
        elif card is not None:
            card.show_summary(summary)
        elif view.footer is not None:
            self._add_card(view, summary)

    def _add_card(self, view: TurnView, summary: Summary) -> None:
        card = SummaryCard(summary)
        card.edited.connect(lambda text: self._controller.edit(card.summary, text))
        card.used_chosen.connect(lambda is_used: self._controller.use(card.summary, is_used))
        card.delete_chosen.connect(lambda: self._controller.delete(card.summary))
        card.request_chosen.connect(self.request_chosen)
        card.original_chosen.connect(self._show_original)
        view.add_card(card, is_last=True)
        if view.head.turn_id == self._sought_id:
            # Its place is known once it is laid out.
            QTimer.singleShot(0, card, partial(self._reveal, view, card))

    def _show_original(self) -> None:
        first = next(iter(self._conversation.turn_ids), "")
        self._conversation.go_to(first)


def _left_out(count: int) -> str:
    turns = "1 turn does" if count == 1 else f"{count} turns do"
    return f"The oldest {turns} not fit any more and would be left out."
