"""What a model is asked about one's own changes, put into a window: findings on them, drafts of commit messages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from copilot_desktop.app.window_parts import WindowParts

if TYPE_CHECKING:
    from copilot_desktop.bridge.findings.controller import FindingsParts
    from copilot_desktop.bridge.findings.message_drafts import MessageDrafts
    from copilot_desktop.bridge.review.controller import ReviewController
    from copilot_desktop.ui.changes_in_window import ChangesInWindow
    from copilot_desktop.ui.chat_in_window import ChatInWindow
    from copilot_desktop.ui.findings_in_window import FindingsParts as PartsInWindow


def compose_findings(parts: WindowParts) -> object:
    """Let a model review one's own changes, where there are changes, a chat and a review."""
    from copilot_desktop.bridge.review.controller import ReviewController
    from copilot_desktop.ui.changes_in_window import ChangesInWindow
    from copilot_desktop.ui.chat_in_window import ChatInWindow
    from copilot_desktop.ui.findings_in_window import FindingsInWindow, Makers
    from copilot_desktop.ui.lifting_in_window import LiftingInWindow

    window = parts.window
    changes, chat = window.findChild(ChangesInWindow), window.findChild(ChatInWindow)
    review = window.findChild(ReviewController)
    if changes is None or chat is None or review is None:
        return None

    def make_drafts() -> MessageDrafts:
        from copilot_desktop.bridge.findings.message_drafts import MessageDrafts

        return MessageDrafts(_asking(parts, changes, chat), window)

    makers = Makers(lambda: _findings(parts, changes, chat, review), make_drafts)
    made = FindingsInWindow(window, changes, parts.theme, makers, chat.requests.ask)
    made.request_ended = chat.requests.ask_today
    lifting = window.findChild(LiftingInWindow)
    if lifting is not None:
        made.allow = lifting.ask_apart
    return made


def _asking(parts: WindowParts, changes: ChangesInWindow, chat: ChatInWindow) -> FindingsParts:
    """What asking uses, each time with the model that is chosen then."""
    from copilot_desktop.bridge.findings.controller import FindingsParts
    from copilot_desktop.conversation.asking import QuestionRunner
    from copilot_desktop.workspace.lifted import lifted_border

    core = parts.core
    runner = QuestionRunner(core.client, core.ledger.records_of)
    folder = None if parts.is_safe else core.folders.state

    def unsaved() -> set[str]:
        return {document.path for document in parts.documents.dirty() if document.path}

    # What was allowed for a conversation is allowed in it alone.
    border_of = partial(lifted_border, state_folder=core.folders.state)
    return FindingsParts(
        changes.parts.git,
        runner,
        lambda: chat.models.current,
        core.counts,
        folder,
        chat.turns.secrets,
        unsaved,
        border_of,
    )


def _findings(
    parts: WindowParts, changes: ChangesInWindow, chat: ChatInWindow, review: ReviewController
) -> PartsInWindow:
    from copilot_desktop.bridge.documents.live_texts import LiveTexts
    from copilot_desktop.bridge.findings.controller import FindingsController
    from copilot_desktop.bridge.findings.fixes import FindingFixes, FixParts
    from copilot_desktop.bridge.review.writable_proposals import WritableProposals
    from copilot_desktop.ui.findings_in_window import FindingsParts as PartsInWindow

    window = parts.window
    findings = FindingsController(_asking(parts, changes, chat), window)
    parts.workspace.opened.connect(findings.open_workspace)
    window.leaving.connect(findings.close)
    findings.open_workspace(parts.workspace.workspace)
    files = chat.files
    writable = WritableProposals(parts.thread, parts.documents, files, window)
    texts = LiveTexts(parts.thread, parts.documents, files)
    fixes = FindingFixes(FixParts(changes.parts.git, findings.keeper, texts, review, writable), window)
    return PartsInWindow(findings, fixes)
