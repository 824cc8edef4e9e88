"""Puts chat and settings into a window: makes their controllers, and joins signals, actions and panes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from copilot_desktop.assembly import Core
from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.budgets import BudgetController
from copilot_desktop.bridge.chat.chips import ChipsController, Refused
from copilot_desktop.bridge.chat.conversation_models import ConversationModels
from copilot_desktop.bridge.chat.conversations import ConversationsController
from copilot_desktop.bridge.chat.draft_keeper import DraftKeeper
from copilot_desktop.bridge.chat.sent_requests import RequestsRead, SentRequests, SpentToday
from copilot_desktop.bridge.chat.token_counts import of_masked
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.folder.readable_files import WorkspaceFiles
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.bridge.models.controller import ModelsChanged, ModelsController
from copilot_desktop.bridge.places import Found
from copilot_desktop.bridge.preferences import PreferencesController
from copilot_desktop.bridge.review.arriving_proposals import ArrivingProposals
from copilot_desktop.bridge.review.code_proposals import CodeProposals
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.kept_proposals import KeptProposals
from copilot_desktop.bridge.review.refining import HunkRefiner
from copilot_desktop.bridge.review.writable_proposals import WritableProposals
from copilot_desktop.conversation.draft_store import DraftStore
from copilot_desktop.conversation.events import TurnFinished
from copilot_desktop.edits.outcomes import outcomes_of
from copilot_desktop.ui import code_colours, figures
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.chat import markdown_blocks
from copilot_desktop.ui.chat.arriving_cards import ArrivingCards
from copilot_desktop.ui.chat.chat_panel import ChatControllers, ChatPanel
from copilot_desktop.ui.chat.kept_proposal_cards import KeptProposalCards
from copilot_desktop.ui.conversation_commands import ConversationCommands
from copilot_desktop.ui.dropping import DropTarget
from copilot_desktop.ui.explorer.panel import ExplorerPanel
from copilot_desktop.ui.lifting_in_window import LiftingInWindow
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.model_choice import ModelChoice
from copilot_desktop.ui.proposals_in_chat import ProposalsInChat
from copilot_desktop.ui.refused_in_window import RefusedInWindow, RefusedParts
from copilot_desktop.ui.status_bar import StatusField
from copilot_desktop.ui.theme.theme import Theme
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.picture import is_picture

if TYPE_CHECKING:
    # With the first conversation that gets long.
    from copilot_desktop.bridge.chat.compaction import CompactionController
    from copilot_desktop.bridge.folder.lifted import LiftedFiles
    from copilot_desktop.bridge.models.starter import StarterFetching


@dataclass(frozen=True, slots=True)
class ChatParts:
    """What the chat needs of a window."""

    window: MainWindow
    thread: AsyncThread
    theme: Theme
    workspace: WorkspaceController
    documents: DocumentsController
    core: Core
    preferences: PreferencesController
    make_starter: Callable[[], StarterFetching] | None = None


class ChatInWindow(QObject):
    """The chat of one window; lives as long as the window."""

    proposed = Signal(object)
    """Carries one `ProposalMade`."""
    history_cleared = Signal(object)
    """Carries one `Cleared`: old contents are no longer kept."""

    def __init__(self, parts: ChatParts) -> None:
        super().__init__(parts.window)
        core, thread = parts.core, parts.thread
        self._parts = parts
        self._proposals: ProposalsInChat | None = None
        self.refiner: HunkRefiner | None = None
        """Takes the answers of follow-ups about changes that wait."""
        self.turns = TurnController(thread, core.runner, core.conversations, self)
        self.border_of = partial(_border_of, core.folders.state)
        """What no model may see of a folder in a conversation, but for what the user has allowed. On workers."""
        files = self.files = WorkspaceFiles(
            lambda: parts.workspace.workspace,
            lambda opened: self.border_of(opened, self.turns.place.conversation_id),
        )
        count = of_masked(core.tokens.count, lambda: self.turns.place.conversation_id)
        self.chips = ChipsController(parts.documents, files, thread, count, self)
        self.models = ModelsController(thread, core, self, parts.make_starter)
        ConversationModels(self.turns, self.models)
        self.preferences = parts.preferences
        budgets = BudgetController(thread, core.runner.plan, self, core.ledger.usual_answer_tokens)
        self.conversations = ConversationsController(thread, core.conversations, self)
        self.drafts = DraftKeeper(thread, DraftStore(core.conversations), core.drafts_in_hand, self)
        controllers = ChatControllers(
            self.turns,
            self.chips,
            self.models,
            budgets,
            parts.documents,
            self.conversations,
            self.drafts,
            self._make_compaction,
        )
        self.panel = ChatPanel(controllers, parts.theme)
        self._code = CodeProposals(thread, parts.documents, files, self)
        self._writable = WritableProposals(thread, parts.documents, files, self)
        self._kept = KeptProposals(thread, parts.documents, files, self)
        self.requests = SentRequests(thread, core.ledger, lambda: self.models.profiles, self)
        self._connect()
        # After the real cards, which get the keyboard of those they take the place of.
        self._kept_cards = KeptProposalCards(self.panel.conversation, self._kept)
        parts.window.set_chat_panel(self.panel)
        DropTarget(self.panel, "Drop to send with the prompt", partial(_add_dropped, self.panel, parts.workspace))
        parts.window.commands.add(self._actions())
        ModelChoice(parts.window, self.models, partial(self.show_settings, "Models"))
        self.models.load()
        if parts.workspace.workspace is not None:
            self._on_workspace_opened(parts.workspace.workspace)
        elif not parts.workspace.is_opening:
            self.panel.drafts.open_without_folder()

    def join_review(self, review: ReviewController, arriving: ArrivingProposals, refiner: HunkRefiner) -> None:
        """Proposals go to the review, also while they arrive; cards follow both."""
        parts = self._parts
        refused = RefusedInWindow(
            RefusedParts(
                parts.window,
                parts.thread,
                parts.theme,
                parts.documents,
                parts.preferences,
                review,
                self.files,
                self.turns,
                self.conversations,
                self.models,
                self.panel,
                self.chips,
                parts.core.runner.plan,
            )
        )
        self._kept_cards.join(review, refused.blocks)
        arriving.follow(self.turns.running)
        arriving.stopped.connect(self._writable.take)
        ArrivingCards(self.panel.conversation, arriving)
        self.turns.outcomes = lambda: outcomes_of(review.state.change_sets, review.under_way())
        proposals = self._proposals = ProposalsInChat(self.panel, review, refused, arriving, parts.documents)
        self.proposed.connect(proposals.take)
        self.proposed.connect(lambda made: arriving.end(made.turn_id))
        proposals.refiner = self.refiner = refiner

    def show_settings(self, section: str = "") -> None:
        """Open the settings page in a tab, at a section where one is named."""
        from copilot_desktop.ui.preferences.preferences_page import PreferencesPage  # many windows never show it

        page = self._parts.window.editors.show_page("settings", "Settings", self._make_settings)
        if section and isinstance(page, PreferencesPage):
            page.show_section(section)

    def _connect(self) -> None:
        parts, panel = self._parts, self.panel
        parts.workspace.opened.connect(self._on_workspace_opened)
        parts.documents.text_changed.connect(self.chips.refresh)
        parts.window.explorer_add_to_chat.connect(self._on_explorer_add_to_chat)
        parts.window.leave_checks.append(panel.drafts.check_kept)
        parts.window.leaving.connect(panel.drafts.stop)
        parts.window.closing.connect(panel.stop)
        gear = parts.window.activity.add("settings", "Settings", "settings", at_bottom=True)
        gear.clicked.connect(self.show_settings)
        panel.models_page_chosen.connect(partial(self.show_settings, "Models"))
        panel.request_chosen.connect(self.requests.ask)
        panel.composer.focused.connect(partial(parts.thread.run_in_worker, _warm))
        panel.composer.focused.connect(partial(QTimer.singleShot, 0, self, import_turn_view))
        panel.turn_ended.connect(self._find_request)
        self.turns.stopped_kept.connect(lambda kept: self._find_request(kept.turn_id))
        self.requests.found.connect(panel.conversation.offer_request)
        panel.propose_chosen.connect(self._code.propose)
        self.requests.read.connect(self._on_requests_read)
        self.requests.refused.connect(panel.show_notice)
        self._code.refused.connect(panel.show_notice)
        self._code.proposed.connect(self._writable.take)
        self._writable.checked.connect(self.proposed)
        self.turns.conversation_opened.connect(self._kept.look)
        self._kept.refused.connect(panel.show_notice)
        self._kept.proposed.connect(self._writable.take)
        self.turns.proposed.connect(self._writable.take)
        self.models.changed.connect(self._on_models_changed)
        self.models.page_kept.connect(self.preferences.tell)
        self.preferences.page_changed.connect(self.models.follow)
        self.turns.turn_event.connect(self._on_turn_event)
        self.requests.today.connect(self._on_today)
        LiftingInWindow(parts.window, partial(_make_lifted, parts, self), self.panel, self.chips, self.turns)
        self.requests.ask_today()

    def _actions(self) -> tuple[Action, ...]:
        panel = self.panel

        def has_file() -> bool:
            return self._parts.documents.current() is not None or self._focused_explorer() is not None

        def is_running() -> bool:
            return self.turns.is_running

        return (
            Action("chat.add_selection", "Ask about the selection", self._add_selection, ("Ctrl+L",), "Chat"),
            Action(
                "chat.add_open_file",
                "Add file to chat",
                self._add_open_file,
                ("Ctrl+Alt+L",),
                "Chat",
                when=has_file,
            ),
            *ConversationCommands(self._parts.window, panel, self.turns, self.conversations).actions(),
            Action("chat.stop", "Stop the answer", self.turns.stop, ("Esc",), "Chat", 1, when=is_running, focus=panel),
            Action(
                "help.keys",
                "Keyboard shortcuts",
                partial(self.show_settings, "Keys"),
                ("Ctrl+K, Ctrl+S",),
                "Help",
                0,
                "keyboard",
            ),
            Action("settings.open", "Settings", self.show_settings, ("Ctrl+,",), "File", 8, icon="settings"),
        )

    def _add_selection(self) -> None:
        self._parts.window.show_chat()
        self.panel.add_selection()

    def _add_open_file(self) -> None:
        """The file that is chosen in the explorer while the keyboard is there, else that of the active tab."""
        explorer = self._focused_explorer()
        path, is_folder = ("", False) if explorer is None else (explorer.focused_path, explorer.is_focused_folder)
        self._parts.window.show_chat()
        if is_folder:
            self.panel.show_notice(Refused(f"{path} is a folder; only files can be added.", "Choose a file in it."))
        elif path:
            self.panel.add_file(path)
        else:
            self.panel.add_open_file()

    def _focused_explorer(self) -> ExplorerPanel | None:
        explorer = self._parts.window.findChild(ExplorerPanel)
        return explorer if explorer is not None and explorer.focused_path else None

    def _make_compaction(self) -> CompactionController:
        from copilot_desktop.ui.compaction_in_window import CompactionParts, make_compaction

        parts = self._parts
        return make_compaction(
            CompactionParts(
                parts.window,
                self.panel,
                parts.thread,
                parts.core,
                self.turns,
                self.models,
                self.preferences,
                self.requests,
            )
        )

    def _make_settings(self) -> QWidget:
        from copilot_desktop.bridge.store_sizes import StoreSizes
        from copilot_desktop.ui.preferences.preferences_page import PreferencesPage

        parts = self._parts
        sizes = StoreSizes(parts.thread, parts.core.folders.state)
        page = PreferencesPage(self.models, self.preferences, parts.theme, parts.window.commands, sizes)
        sizes.setParent(page)
        sizes.cleared.connect(self.history_cleared)
        return page

    def _on_workspace_opened(self, workspace: Workspace) -> None:
        self._parts.thread.run_in_worker(partial(_warm_for, self._parts.core, str(workspace.root)))
        if self._proposals is not None:
            self._proposals.forget()
        self.turns.open_workspace(str(workspace.root), self.files.read_named)
        self.conversations.open_workspace(str(workspace.root))
        self.panel.composer.show_notice("")
        self._parts.window.status.show_field(StatusField.TOKENS, "")

    def _on_explorer_add_to_chat(self, path: str) -> None:
        self._parts.window.show_chat()
        self.panel.add_file(path)

    def _find_request(self, turn_id: str) -> None:
        # A window that closes asks the ledger nothing more.
        if not self.panel.is_stopped:
            self.requests.find(turn_id)

    def _on_requests_read(self, read: RequestsRead) -> None:
        from copilot_desktop.ui.chat.request_dialog import RequestDialog

        for dialog in self._parts.window.findChildren(RequestDialog):
            if dialog.turn_id == read.turn_id:
                dialog.close()  # one a turn: this one may have more requests
        RequestDialog(read, self._parts.window).show()

    def _on_models_changed(self, models: ModelsChanged) -> None:
        self._parts.window.status.show_field(
            StatusField.MODEL, models.current.model, "The model that is asked: click to choose another one"
        )

    def _on_turn_event(self, event: object) -> None:
        if not isinstance(event, TurnFinished):
            return
        usage = event.usage
        counts = [count for count in (usage.input_tokens, usage.output_tokens) if count is not None]
        parts = [figures.tokens(sum(counts))] if counts else []
        parts += [figures.money(event.cost_usd)] if event.cost_usd else []
        self._parts.window.status.show_field(
            StatusField.TOKENS,
            " · ".join(parts),
            "Tokens of the last turn, in and out, and their price",
        )
        if not self.panel.is_stopped:
            self.requests.ask_today()

    def _on_today(self, today: SpentToday) -> None:
        text = f"today {figures.money(today.usd)}" if today.usd else ""
        self._parts.window.status.show_field(StatusField.COST, text, "Price of today's requests, as far as it is known")


def _border_of(state_folder: Path, workspace: Workspace, conversation_id: str) -> ModelBorder:
    from copilot_desktop.workspace.lifted import lifted_border  # with the first question

    return lifted_border(workspace, state_folder, conversation_id)


def _make_lifted(parts: ChatParts, chat: ChatInWindow) -> LiftedFiles:
    from copilot_desktop.bridge.folder.lifted import LiftedFiles

    return LiftedFiles(parts.thread, parts.workspace, parts.core.folders.state, chat)


def _warm() -> None:
    """Import what answers are drawn with, 80 ms and 3 MiB, before the first one arrives."""
    markdown_blocks.warm()
    code_colours.warm()


def import_turn_view() -> None:
    """Import what shows a turn, 12 ms, before the first prompt is sent: widgets, so on this thread."""
    from copilot_desktop.ui.chat import turn_view  # noqa: F401


def _warm_for(core: Core, folder: str) -> None:
    """Do so where there are answers to be shown."""
    if core.conversations.conversations(folder):
        _warm()


def _add_dropped(panel: ChatPanel, controller: WorkspaceController, places: tuple[Path, ...]) -> None:
    """Files dropped on the chat become chips."""

    def add(found: Found) -> None:
        for place in found:
            path = controller.workspace.relative_of(place) if controller.workspace is not None else None
            if path:
                panel.add_file(path)
            elif is_picture(place.path.name):
                panel.pictures_dropped.emit((place.path,))
            else:
                panel.show_notice(Refused(f"{place.path.name} is outside the opened folder, so it was not added."))

    controller.places.find(places, add)
