"""Puts what a model is asked about one's own changes into a window: findings on them, drafts of commit messages."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject

from copilot_desktop.conversation.events import TurnFinished
from copilot_desktop.errors import NeverSendError
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.changes_in_window import ChangesInWindow
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice
from copilot_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    from copilot_desktop.bridge.findings.controller import FindingsController
    from copilot_desktop.bridge.findings.fixes import FindingFixes
    from copilot_desktop.bridge.findings.message_drafts import MessageDrafts
    from copilot_desktop.conversation.findings.values import Finding
    from copilot_desktop.ui.changes.panel import ChangesPanel
    from copilot_desktop.ui.changes.review_page import ChangesReview

_NOTICE = "findings"


class FindingsParts(NamedTuple):
    """What asks and keeps, and what places fixes."""

    findings: FindingsController
    fixes: FindingFixes


class Makers(NamedTuple):
    """What makes the parts when they are first wanted: many windows never do."""

    findings: Callable[[], FindingsParts]
    drafts: Callable[[], MessageDrafts]


class FindingsInWindow(QObject):
    """Of one window. `show_request` shows a request by its turn's id."""

    def __init__(
        self,
        window: MainWindow,
        changes: ChangesInWindow,
        theme: Theme,
        makers: Makers,
        show_request: Callable[[str], object],
    ) -> None:
        super().__init__(window)
        self._window, self._changes, self._theme, self._makers = window, changes, theme, makers
        self._show_request = show_request
        self.request_ended: Callable[[], object] = lambda: None
        """Called when a request has ended: there is something to be paid."""
        self.allow: Callable[[NeverSendError, Callable[[], None]], None] = lambda _hidden, _done: None
        """Asks whether models may see a file in this folder; the other is called where they may."""
        changes.page_made.connect(self._on_page_made)
        changes.panel_made.connect(self._on_panel_made)
        if changes.panel is not None:
            self._on_panel_made(changes.panel)
        window.commands.add((self._draft_action(),))

    @cached_property
    def _parts(self) -> FindingsParts:
        made = self._makers.findings()
        made.fixes.refused.connect(self._refuse)
        made.findings.keeper.failed.connect(self._refuse)
        made.findings.asked.connect(self._on_asked)
        return made

    def _draft_action(self) -> Action:
        def can_draft() -> bool:
            status = self._changes.parts.git.status
            return status is not None and not self._changes.parts.committing.is_running

        return Action(
            "changes.draft_message", "Draft the commit message", self._draft, ("Ctrl+K, Ctrl+M",), when=can_draft
        )

    def _draft(self) -> None:
        panel = self._changes.show()
        if panel is not None:
            panel.box.draft.click()

    def _make_drafts(self) -> MessageDrafts:
        made = self._makers.drafts()
        made.asked.connect(self._on_asked)
        return made

    def _on_panel_made(self, panel: ChangesPanel) -> None:
        from copilot_desktop.ui.changes.message_drafting import MessageDrafting

        drafting = MessageDrafting(panel.box, self._make_drafts)
        drafting.allow_wanted.connect(lambda hidden: self.allow(hidden, drafting.plan_again))

    def _on_page_made(self, page: ChangesReview) -> None:
        from copilot_desktop.ui.changes.findings_in_page import FindingsInPage

        made = FindingsInPage(page, self._parts.findings, self._theme)
        made.fix_wanted.connect(self._on_fix_wanted)
        made.request_wanted.connect(self._show_request)
        made.allow_wanted.connect(self._on_allow_wanted)
        self._window.commands.replace(made.actions())

    def _on_fix_wanted(self, finding: Finding) -> None:
        self._parts.fixes.open(finding, self._parts.findings.keeper.kept.model)

    def _on_allow_wanted(self, hidden: NeverSendError) -> None:
        self.allow(hidden, self._parts.findings.plan_again)

    def _on_asked(self, _finished: TurnFinished) -> None:
        self.request_ended()

    def _refuse(self, sentence: str) -> None:
        self._window.notices.show_notice(Notice(sentence, key=_NOTICE, is_amber=True))
