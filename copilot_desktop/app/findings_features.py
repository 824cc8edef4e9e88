"""A model's findings on one's own changes, put into a window."""

from __future__ import annotations

from copilot_desktop.app.window_parts import WindowParts


def compose_findings(parts: WindowParts) -> object:
    """Let a model review one's own changes, where there are changes, a chat and a review."""
    from copilot_desktop.bridge.review.controller import ReviewController
    from copilot_desktop.ui.changes_in_window import ChangesInWindow
    from copilot_desktop.ui.chat_in_window import ChatInWindow
    from copilot_desktop.ui.findings_in_window import FindingsInWindow
    from copilot_desktop.ui.findings_in_window import FindingsParts as PartsInWindow

    window, core = parts.window, parts.core
    changes, chat = window.findChild(ChangesInWindow), window.findChild(ChatInWindow)
    review = window.findChild(ReviewController)
    if changes is None or chat is None or review is None:
        return None

    def make() -> PartsInWindow:
        # With the page that shows them: many windows never do.
        from copilot_desktop.bridge.documents.live_texts import LiveTexts
        from copilot_desktop.bridge.findings.controller import FindingsController, FindingsParts
        from copilot_desktop.bridge.findings.fixes import FindingFixes, FixParts
        from copilot_desktop.bridge.folder.readable_files import WorkspaceFiles
        from copilot_desktop.bridge.review.writable_proposals import WritableProposals
        from copilot_desktop.conversation.asking import QuestionRunner

        git = changes.parts.git
        runner = QuestionRunner(core.client, core.ledger.records_of)
        folder = None if parts.is_safe else core.folders.state
        findings = FindingsController(
            FindingsParts(git, runner, lambda: chat.models.current, core.tokens.count, folder), window
        )
        parts.workspace.opened.connect(findings.open_workspace)
        window.leaving.connect(findings.keeper.close)
        findings.open_workspace(parts.workspace.workspace)
        files = WorkspaceFiles(lambda: parts.workspace.workspace)
        writable = WritableProposals(parts.thread, parts.documents, files, window)
        texts = LiveTexts(parts.thread, parts.documents, files)
        fixes = FindingFixes(FixParts(git, parts.thread, texts, review, writable), window)
        return PartsInWindow(findings, fixes)

    made = FindingsInWindow(window, changes, parts.theme, make, chat.requests.ask)
    made.request_ended = chat.requests.ask_today
    return made
