"""The review of proposals, the prompt in the text, and the history of what was written, put into a window."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from copilot_desktop.app.window_parts import WindowParts
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    from collections.abc import Collection

    from PySide6.QtGui import QIcon

    from copilot_desktop.bridge.chat.places_of_turns import PlacesOfTurns
    from copilot_desktop.bridge.history.controller import HistoryController
    from copilot_desktop.bridge.review.comment_budget import CommentBudget
    from copilot_desktop.bridge.review.comment_sender import CommentSender
    from copilot_desktop.bridge.review.controller import ReviewController
    from copilot_desktop.bridge.review.refining import HunkRefiner
    from copilot_desktop.edits.told import ToTell
    from copilot_desktop.llm.profiles import Profile
    from copilot_desktop.ui.chat_in_window import ChatInWindow
    from copilot_desktop.ui.inline_prompt import InlinePrompt
    from copilot_desktop.ui.review_in_window import ReviewInWindow


def compose_review(parts: WindowParts) -> object:
    """Put the review and the prompt in the text into the window, and join them to the chat."""
    from copilot_desktop.bridge.review.arriving_proposals import ArrivingProposals
    from copilot_desktop.bridge.review.controller import ReviewController
    from copilot_desktop.ui.chat_in_window import ChatInWindow
    from copilot_desktop.ui.review.review_imports import ReviewImports
    from copilot_desktop.ui.review_in_window import ReviewInWindow

    review = ReviewController(parts.thread, parts.documents, parts.window)
    parts.window.when_idle = review.when_idle
    state_folder = parts.core.folders.state

    def open_workspace(workspace: Workspace) -> None:
        review.open_workspace(workspace, state_folder, is_kept=not parts.is_safe)

    _keep_stores(parts, review)
    ReviewImports(review, parts.thread.run_in_worker)
    review.keeper.texts_are_back = parts.when_texts_are_back
    parts.window.leaving.connect(review.keeper.close)
    parts.workspace.opened.connect(open_workspace)
    parts.workspace.taken_over.connect(review.let_go)
    if parts.workspace.workspace is not None:
        open_workspace(parts.workspace.workspace)
    arriving = ArrivingProposals(parts.thread, parts.documents, parts.window)
    made = ReviewInWindow(parts.window, review, arriving, parts.documents, parts.theme)
    made.preferences = parts.preferences
    chat = parts.window.findChild(ChatInWindow)
    if chat is not None:
        refiner = _make_refiner(parts, chat, review)
        chat.join_review(review, arriving, refiner)
        chat.panel.arriving_chosen.connect(made.inline.go_to_arriving)
        _compose_prompt(parts, chat, refiner, review, made)
    made.let_return()
    return made


def _keep_stores(parts: WindowParts, review: ReviewController) -> None:
    """Keep the stores of old contents within their bounds after what is accepted or saved."""
    from copilot_desktop.assembly import keep_limits
    from copilot_desktop.bridge.store_keeping import StoreKeeping

    core = parts.core
    review.size_limit = lambda: keep_limits(core.settings).size_bytes
    keeping = StoreKeeping(parts.thread, core.folders.state, lambda: keep_limits(core.settings), parts.window)
    parts.window.leaving.connect(keeping.stop)
    review.changed.connect(lambda _changed: keeping.written())
    parts.documents.state_changed.connect(lambda document: None if document.is_dirty else keeping.written())


def _make_refiner(parts: WindowParts, chat: ChatInWindow, review: ReviewController) -> HunkRefiner:
    """What asks for another version of changes that wait."""
    from copilot_desktop.bridge.chat.chips import with_rules
    from copilot_desktop.bridge.review.refining import HunkRefiner

    refiner = HunkRefiner(review, chat.turns.running, parts.window)
    refiner.with_rules = partial(with_rules, chat.chips.rules)
    return refiner


def _compose_prompt(
    parts: WindowParts, chat: ChatInWindow, refiner: HunkRefiner, review: ReviewController, made: ReviewInWindow
) -> None:
    """Put the prompt in the text into the window."""
    from copilot_desktop.ui.actions import Action

    @cache
    def make_places() -> PlacesOfTurns:
        from copilot_desktop.bridge.chat.places_of_turns import PlacesOfTurns

        return PlacesOfTurns(chat.turns, chat.conversations)

    _tell_decisions(parts, chat, review)
    made.make_comments = cache(lambda: _make_comments(parts, chat, refiner, make_places(), review))

    @cache
    def make_prompt() -> InlinePrompt:
        from copilot_desktop.bridge.chat.budgets import BudgetController
        from copilot_desktop.ui.inline_prompt import InlinePrompt, PromptParts
        from copilot_desktop.ui.theme.icons import icon

        def make_icon(name: str, _is_active: bool) -> QIcon:
            return icon(name, parts.theme.tokens.muted)

        prompt = InlinePrompt(
            PromptParts(
                parts.window.editors,
                chat.turns,
                lambda: chat.models.current,
                chat.chips,
                refiner.with_rules,
                review,
                refiner,
                make_places(),
                BudgetController(parts.thread, parts.core.runner.plan, parts.window),
                make_icon,
            )
        )
        # After the chat, which puts it into the review.
        chat.proposed.connect(prompt.take_proposal)
        chat.panel.show_sent_elsewhere = prompt.show_sent
        return prompt

    made.inline.refine_wanted.connect(lambda hunk_id: make_prompt().refine(hunk_id))

    def has_text() -> bool:
        document = parts.documents.current_document()
        is_shown = parts.window.editors.current_view() is not None
        return is_shown and document is not None and not (document.is_large or document.is_loading)

    action = Action(
        "chat.edit_in_place",
        "Edit the selection in place",
        lambda: make_prompt().open_here(),
        ("Ctrl+I",),
        "Chat",
        when=has_text,
    )
    parts.window.commands.add((action,))


def _tell_decisions(parts: WindowParts, chat: ChatInWindow, review: ReviewController) -> None:
    """Let the model's next turn know what became of its proposals."""
    from copilot_desktop.bridge.chat.decisions_told import DecisionsTold

    def find(turn_ids: Collection[str]) -> ToTell:
        return review.remarks.to_tell(turn_ids, review.under_way())

    told = DecisionsTold(chat.turns, chat.chips, find, review.remarks.mark_told, chat)
    review.changed.connect(told.look_soon)
    review.remarks.changed.connect(told.look_soon)
    parts.window.closing.connect(told.stop)


def _make_comments(
    parts: WindowParts, chat: ChatInWindow, refiner: HunkRefiner, places: PlacesOfTurns, review: ReviewController
) -> tuple[CommentSender, CommentBudget]:
    """What takes comments to the model, and what knows what that would cost: made with the first review page."""
    from copilot_desktop.bridge.chat.budgets import BudgetController
    from copilot_desktop.bridge.review.comment_budget import BudgetParts, CommentBudget
    from copilot_desktop.bridge.review.comment_requests import CommentRequests
    from copilot_desktop.bridge.review.comment_sender import CommentSender, SenderParts

    def profile() -> Profile:
        return chat.models.current

    requests = CommentRequests(review, refiner, places)
    sender = CommentSender(SenderParts(review, refiner, requests, chat.turns, profile, chat.chips.check), parts.window)
    # After the chat, which puts it into the review.
    chat.proposed.connect(sender.take_proposal)
    budgets = BudgetController(parts.thread, parts.core.runner.plan, parts.window)
    budget = CommentBudget(BudgetParts(review, requests, chat.turns, profile, budgets), parts.window)
    chat.models.changed.connect(budget.look_soon)
    parts.window.closing.connect(lambda: budget.watch(False))
    return sender, budget


def compose_history(parts: WindowParts) -> object:
    """Let what was written into the folder be looked at and put back."""
    from copilot_desktop.bridge.review.controller import ReviewController
    from copilot_desktop.ui.chat_in_window import ChatInWindow
    from copilot_desktop.ui.explorer_in_window import ExplorerInWindow
    from copilot_desktop.ui.history_in_window import HistoryInWindow
    from copilot_desktop.ui.review_in_window import ReviewInWindow
    from copilot_desktop.ui.tab_commands import TabCommands

    window = parts.window
    review = window.findChild(ReviewController)
    if review is None:
        return None

    def make_history() -> HistoryController:
        # Read when it is first opened: a start must not wait for it.
        from copilot_desktop.bridge.history.controller import HistoryController

        history = HistoryController(parts.thread, parts.documents, review, parts.core.folders.state, window)
        history.size_limit = review.size_limit
        parts.workspace.opened.connect(history.open_workspace)
        if parts.workspace.workspace is not None:
            history.open_workspace(parts.workspace.workspace)
        return history

    made = HistoryInWindow(window, review, parts.documents, parts.theme, make_history)
    made.preferences = parts.preferences
    chat = window.findChild(ChatInWindow)
    if chat is not None:
        chat.history_cleared.connect(lambda _cleared: made.refresh())
    tabs, explorer = window.findChild(TabCommands), window.findChild(ExplorerInWindow)
    if tabs is not None:
        made.meant_tab = tabs.meant
    if explorer is not None:
        made.explorer_path = explorer.chosen_file
    in_review = window.findChild(ReviewInWindow)
    if in_review is not None:
        in_review.history_wanted.connect(made.open)
    made.let_return()
    return made
