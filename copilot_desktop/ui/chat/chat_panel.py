"""The chat sidebar: joins the controllers of `bridge` with header, transcript and composer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from copilot_desktop.bridge.chat.budgets import BudgetController
from copilot_desktop.bridge.chat.chips import ChipsChanged, ChipsController, HeldItem, Refused
from copilot_desktop.bridge.chat.conversations import ConversationsController
from copilot_desktop.bridge.chat.draft_keeper import DraftKeeper
from copilot_desktop.bridge.chat.opened_conversation import ConversationOpened
from copilot_desktop.bridge.chat.turns import TurnController, TurnSent
from copilot_desktop.bridge.documents.buffers import OpenBuffers
from copilot_desktop.bridge.models.controller import ModelsChanged, ModelsController
from copilot_desktop.bridge.review.code_proposals import CodeToPropose
from copilot_desktop.context.budget import input_limit
from copilot_desktop.context.items import FETCHING, NOT_READ, ItemKind
from copilot_desktop.conversation.events import ErrorNotice
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.ui.chat.asking_again import AskingAgain
from copilot_desktop.ui.chat.branching import Branching
from copilot_desktop.ui.chat.budget_line import BudgetLine
from copilot_desktop.ui.chat.chat_find_bar import ChatFindBar
from copilot_desktop.ui.chat.chat_header import ChatHeader
from copilot_desktop.ui.chat.chat_pages import ChatPages
from copilot_desktop.ui.chat.chips import Chip
from copilot_desktop.ui.chat.code_bar import CodeAction, CodeActionKind
from copilot_desktop.ui.chat.compacting import Compacting
from copilot_desktop.ui.chat.composer import Composer
from copilot_desktop.ui.chat.conversation_view import ConversationView
from copilot_desktop.ui.chat.conversations_in_chat import ConversationsInChat
from copilot_desktop.ui.chat.drafts_in_chat import Desk, DraftsInChat
from copilot_desktop.ui.chat.empty_state import EmptyState
from copilot_desktop.ui.chat.prompt_queue import PromptQueue, QueuedPrompt, QueueView
from copilot_desktop.ui.chat.prompt_sender import PromptSender
from copilot_desktop.ui.chat.secrets_line import SecretsLine
from copilot_desktop.ui.theme.theme import Theme
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    # What draws a turn is imported with the first one: TurnColumn.
    from copilot_desktop.bridge.chat.compaction import CompactionController
    from copilot_desktop.ui.chat.turn_view import TurnView


@dataclass(frozen=True, slots=True)
class ChatControllers:
    """What the chat talks to."""

    turns: TurnController
    chips: ChipsController
    models: ModelsController
    budgets: BudgetController
    buffers: OpenBuffers
    conversations: ConversationsController
    drafts: DraftKeeper
    make_compaction: Callable[[], CompactionController]


class ChatPanel(QWidget):
    """Shows one conversation and takes prompts."""

    review_chosen = Signal(object)
    accept_chosen = Signal(object)
    reject_chosen = Signal(object)
    arriving_chosen = Signal(str)
    """Carries the turn whose arriving changes are to be shown in their file."""
    request_chosen = Signal(str)
    turn_ended = Signal(str)
    """A turn is shown to its end."""
    models_page_chosen = Signal()
    pictures_dropped = Signal(object)
    """Carries the `Path`s of pictures from outside of the folder."""
    propose_chosen = Signal(object)
    """Carries one `CodeToPropose`."""

    def __init__(self, controllers: ChatControllers, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._turns, self._chips, self._models = controllers.turns, controllers.chips, controllers.models
        self._buffers = controllers.buffers
        self._held: tuple[HeldItem, ...] = ()
        self.is_stopped = False
        self.show_sent_elsewhere: Callable[[], bool] = lambda: False
        """Shows what a prompt in the text would send, where one has the keyboard."""
        self.setObjectName("chat_panel")
        self.setAccessibleName("Chat")
        self.setProperty("pane", True)
        self.header = ChatHeader(theme)
        self.conversation = ConversationView(theme, self)
        self.empty = EmptyState()
        self.pages = ChatPages(self.empty, self.conversation.transcript, theme)
        self.conversations = ConversationsInChat(self.pages, self.header, controllers.conversations, self._turns)
        self.find_bar = ChatFindBar(self.conversation, theme)
        self.composer = Composer(theme)
        self._sender = PromptSender(self.composer, self._turns, self._chips, self._models)
        self.branching = Branching(self.composer, self.conversation, self._turns, self._chips)
        self.asking_again = AskingAgain(self.composer, self.conversation, self._turns, self._sender, self.branching)
        self._queue_view = QueueView(theme)
        self.queue = PromptQueue(self._queue_view, self._sender, self._turns)
        self._budget = BudgetLine(self.composer, controllers.budgets, self._turns, self._chips, self._models)
        self.secrets = SecretsLine(self.composer, controllers.budgets, self._turns, self._budget)
        make = controllers.make_compaction
        self.compacting = Compacting(self.composer, self.conversation, self._turns, self._budget, make)
        self._lay_out()
        self._connect_controllers()
        self._connect_widgets()
        # After the turns are shown, which it asks about.
        desk = Desk(self.composer, self._chips, self.branching, self.queue, self._sender)
        self.drafts = DraftsInChat(desk, self._turns, controllers.drafts)

    @property
    def has_unsent(self) -> bool:
        """Whether a prompt of the conversation that is shown is on its way, or waits to be sent after its answer."""
        return self._sender.is_sending(self._turns.place) or any(not each.is_held for each in self.queue.prompts)

    def add_selection(self) -> None:
        """Ctrl+L: the selection becomes a chip, the keyboard goes to the prompt."""
        self.composer.show_notice("")
        self._chips.add_selection()
        self.composer.focus_prompt()

    def add_open_file(self) -> None:
        """The file of the active tab becomes a chip."""
        self.composer.show_notice("")
        self._chips.add_open_file()
        self.composer.focus_prompt()

    def add_file(self, path: str) -> None:
        """A file of the explorer becomes a chip."""
        self.composer.show_notice("")
        self._chips.add_file(path)
        self.composer.focus_prompt()

    def submit(self, prompt: str) -> None:
        """Send a prompt with the chips, as they are at this moment; queue it while an answer arrives."""
        if not self._turns.is_running:
            self._sender.submit(prompt, self.branching.edited_id)
        elif self.branching.edited_id:
            self.composer.show_notice("The answer still arrives. Stop it (Esc) or wait for its end, then send.")
        else:
            items = self._sender.take()
            if items is not None:
                self.queue.add(QueuedPrompt(prompt, items))

    def stop(self) -> None:
        """The window closes: stop the answer, and ask nothing more of the workers."""
        self.is_stopped = True
        self._sender.stop()
        self.asking_again.stop()
        self._budget.stop()
        self._chips.stop()
        self._turns.running.stop_all()

    def open_search(self) -> None:
        """Find words in the conversation; while the list of conversations is in front, find one of them."""
        if self.pages.is_list_shown:
            self.pages.list.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.find_bar.open()

    def step_search(self, step: int) -> None:
        """Go to the next match or the one before."""
        self.find_bar.step(step)

    def show_notice(self, refused: Refused | ErrorNotice) -> None:
        """Say above the prompt why something did not happen."""
        self.composer.show_refused(refused)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.find_bar)
        self.conversation.transcript.filled.connect(self.pages.show_turns)
        layout.addWidget(self.pages, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 4, 12, 12)
        foot.setSpacing(6)
        self.compacting.foot = foot
        foot.addWidget(self._queue_view)
        foot.addWidget(self.composer)
        layout.addLayout(foot)

    def _connect_controllers(self) -> None:
        self._turns.sent.connect(self._on_turn_sent)
        self._turns.turn_event.connect(self._on_turn_event)
        self._turns.conversation_opened.connect(self._on_conversation_opened)
        self._turns.conversation_made.connect(lambda made: self.header.show_title(made.conversation.title))
        self._turns.failed.connect(self.show_notice)
        self.conversations.failed.connect(self.show_notice)
        self.conversations.closed.connect(self.composer.focus_prompt)
        self._models.changed.connect(self._on_models_changed)
        self._chips.changed.connect(self._on_chips_changed)
        self._chips.refused.connect(self.show_notice)
        self._chips.limit_tokens = lambda: _input_limit(self._models.current)

    def _connect_widgets(self) -> None:
        self.header.model_chosen.connect(self._models.choose)
        self.header.models_page_chosen.connect(self.models_page_chosen)
        self.empty.models_page_chosen.connect(self.models_page_chosen)
        self.header.new_chosen.connect(self._turns.new_conversation)
        self.composer.submitted.connect(partial(self._sender.when_found, self.submit))
        self.composer.stop_chosen.connect(self._turns.stop)
        self.composer.chip_removed.connect(self._chips.remove)
        self.composer.focused.connect(self._chips.refresh)
        self.composer.focused.connect(self._models.warm)
        self.conversation.turn_shown.connect(self._connect_turn)
        self.queue.edited.connect(self._on_queued_edited)
        self.find_bar.closed.connect(self.composer.focus_prompt)
        self.pages.list_shown.connect(self.find_bar.put_away)
        self.queue.dropped.connect(self.composer.prompt.remember)

    def _connect_turn(self, view: TurnView) -> None:
        turn_id = view.head.turn_id
        view.request_chosen.connect(self.request_chosen)
        view.ended.connect(self.turn_ended)
        view.retry_chosen.connect(self.asking_again.ask)
        view.try_now_chosen.connect(self._turns.running.try_now)
        view.stop_chosen.connect(self._turns.running.stop_turn)
        view.models_chosen.connect(self.models_page_chosen)
        view.review_chosen.connect(self.review_chosen)
        view.accept_chosen.connect(self.accept_chosen)
        view.reject_chosen.connect(self.reject_chosen)
        view.arriving_chosen.connect(self.arriving_chosen)
        view.code_action.connect(lambda action: self._on_code_action(turn_id, action))

    def _on_turn_sent(self, sent: TurnSent) -> None:
        self.conversation.begin(sent.request)
        self.composer.set_busy(self._turns.is_running)

    def _on_turn_event(self, event: object) -> None:
        self.conversation.take(event)
        self.composer.set_busy(self._turns.is_running)

    def _on_conversation_opened(self, opened: ConversationOpened) -> None:
        self.conversation.show_turns(opened.turns, opened.turn_id, opened.running)
        self.composer.prompt.show_prompts(tuple(turn.prompt for turn in opened.turns))
        self.header.show_title("" if opened.conversation is None else opened.conversation.title)
        self.composer.set_busy(self._turns.is_running)

    def _on_queued_edited(self, queued: QueuedPrompt) -> None:
        self._sender.put_back(queued.prompt, queued.items)
        self.composer.focus_prompt()

    def _on_models_changed(self, models: ModelsChanged) -> None:
        self.header.show_models(models)
        self.empty.show_model(models.current, has_starter=models.has_starter)
        self.composer.show_chips(_chips_of(self._held, models.current))
        if models.problem is not None:
            self.composer.show_notice(f"{models.problem.message} {models.problem.advice}".rstrip())

    def _on_chips_changed(self, changed: ChipsChanged) -> None:
        before = _chosen(self._held)
        self._held = changed.items
        self.composer.show_chips(_chips_of(self._held, self._models.current))
        self.composer.looking.show_looking(is_looking=changed.is_looking)
        if before != _chosen(changed.items):
            self.composer.show_notice("")

    def _on_code_action(self, turn_id: str, action: CodeAction) -> None:
        if action.kind is CodeActionKind.COPY:
            # Of an edit its new text; a diff is copied whole, as other programs take it.
            QApplication.clipboard().setText(action.code.new_text if action.code.is_edit else action.code.text)
        elif action.kind is CodeActionKind.INSERT:
            buffer = self._buffers.current()
            if buffer is None:
                self.composer.show_notice("No file is open, so there is no caret to insert at. Open one first.")
            else:
                buffer.insert_at_caret(action.code.new_text.removesuffix("\n"))
        else:
            view = self.conversation.transcript.turn(turn_id)
            items, answer = ((), "") if view is None else (view.head.items, view.parts.text)
            code, model = action.code, self._models.current.model
            self.propose_chosen.emit(CodeToPropose(turn_id, code.text, code.path, items, model, answer))


def _input_limit(profile: Profile) -> int | None:
    return input_limit(profile.limit_tokens, profile.max_output_tokens)


def _chips_of(held: tuple[HeldItem, ...], profile: Profile) -> tuple[Chip, ...]:
    price = profile.price
    token_usd = None if price is None or not price.input_usd else price.input_usd / 1_000_000
    return tuple(
        _seen_by(profile, replace(_chip(each), token_usd=token_usd, picture=each.item.picture)) for each in held
    )


def _seen_by(profile: Profile, chip: Chip) -> Chip:
    """A picture as this model sees it."""
    if chip.picture is None:
        return chip
    from copilot_desktop.llm.picture_tokens import picture_tokens  # hardly any prompt has one

    tokens = picture_tokens(profile, chip.picture)
    notes = [chip.note]
    if profile.is_blind:
        notes.insert(0, f"{profile.model or profile.name} sees no pictures.")
    elif profile.sees_pictures is None:
        notes.insert(0, f"It is not known whether {profile.model} sees pictures.")
    # With the sentence that names it in the prompt.
    total = 0 if tokens is None else None if chip.tokens is None else tokens + chip.tokens
    return replace(chip, tokens=total, is_counted=tokens is not None, note=" ".join(notes))


def _chosen(items: tuple[HeldItem, ...]) -> set[str]:
    """What a notice may be about: rule files come and go by themselves."""
    return {held.item.item_id for held in items if not held.item.is_rule}


def _chip(held: HeldItem) -> Chip:
    item = held.item
    note = ""
    if held.is_lifted:
        note = "You have allowed it: no model sees it otherwise."
    elif item.is_rule:
        note = f"A rule file of the project: {held.why}. Remove it to leave it out of this prompt."
    elif held.is_doubtful:
        note = "Looking…: it was found for an earlier prompt and does not go with this one, unless you keep it."
    elif held.why:
        note = f"Found by automatic context: {held.why}."
    elif held.is_stale and item.origin is not None:
        note = f"This has changed since: the chip holds it as it was. {item.origin.note}"
    elif held.is_stale:
        note = "The file has changed since: the chip holds the lines as they were when you added them."
    elif item.is_unsaved:
        note = "Unsaved text is included."
    elif item.kind is ItemKind.FILE:
        note = "Follows the file until you send."
    elif item.origin is not None:
        note = item.origin.note
    elif item.kind is ItemKind.MAP:
        note = "The signatures of the most important functions and classes, for what is open and chosen."
    elif item.kind is ItemKind.DECISIONS:
        note = "So the model knows what became of its proposals. Remove it to keep that to yourself."
    unfetched = ""
    if item.kind is ItemKind.PAGE and not item.text:
        unfetched = "fetching …" if note == FETCHING else "press to fetch"
    return Chip(
        item.item_id,
        item.label,
        item.path or (item.label if item.kind is not ItemKind.PAGE or item.origin is None else item.origin.source),
        item.text,
        held.tokens,
        note,
        held.is_stale,
        bool(held.why) and not item.is_rule,
        can_renew=held.can_renew,
        unfetched=unfetched,
        is_lifted=held.is_lifted,
        is_doubtful=held.is_doubtful,
        rule_why=held.why if item.is_rule else "",
        is_incomplete=item.is_rule and NOT_READ in held.why,
    )
