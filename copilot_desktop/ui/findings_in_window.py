"""Puts a model's findings on one's own changes into a window, once these are first looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject

from copilot_desktop.conversation.events import TurnFinished
from copilot_desktop.ui.changes_in_window import ChangesInWindow
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice
from copilot_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    from copilot_desktop.bridge.findings.controller import FindingsController
    from copilot_desktop.bridge.findings.fixes import FindingFixes
    from copilot_desktop.conversation.findings.values import Finding
    from copilot_desktop.ui.changes.review_page import ChangesReview

_NOTICE = "findings"


class FindingsParts(NamedTuple):
    """What takes part in it: what asks and keeps, and what places fixes."""

    findings: FindingsController
    fixes: FindingFixes


class FindingsInWindow(QObject):
    """Of one window. `make` is called when the page is first made, `show_request` shows a request by its turn's id."""

    def __init__(
        self,
        window: MainWindow,
        changes: ChangesInWindow,
        theme: Theme,
        make: Callable[[], FindingsParts],
        show_request: Callable[[str], object],
    ) -> None:
        super().__init__(window)
        self._window, self._theme, self._make, self._show_request = window, theme, make, show_request
        self._parts: FindingsParts | None = None
        self.request_ended: Callable[[], object] = lambda: None
        """Called when a request has ended: there is something to be paid."""
        changes.page_made.connect(self._on_page_made)

    def _on_page_made(self, page: ChangesReview) -> None:
        from copilot_desktop.ui.changes.findings_in_page import FindingsInPage

        if self._parts is None:
            self._parts = self._make()
            self._parts.fixes.refused.connect(self._refuse)
            self._parts.findings.keeper.failed.connect(self._refuse)
            self._parts.findings.asked.connect(self._on_asked)
        made = FindingsInPage(page, self._parts.findings, self._theme)
        made.fix_wanted.connect(self._on_fix_wanted)
        made.request_wanted.connect(self._show_request)
        self._window.commands.replace(made.actions())

    def _on_fix_wanted(self, finding: Finding) -> None:
        if self._parts is not None:
            self._parts.fixes.open(finding, self._parts.findings.keeper.kept.model)

    def _on_asked(self, _finished: TurnFinished) -> None:
        self.request_ended()

    def _refuse(self, sentence: str) -> None:
        self._window.notices.show_notice(Notice(sentence, key=_NOTICE, is_amber=True))
