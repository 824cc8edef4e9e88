"""Joins findings with one's own changes: below their lines in the diff, in the pane below it, and their keys."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from shiboken6 import isValid

from copilot_desktop.bridge.findings.controller import FindingsController
from copilot_desktop.bridge.findings.events import FindingsChanged
from copilot_desktop.bridge.request_words import Phase
from copilot_desktop.conversation.findings.following import TextNow
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.changes.finding_words import FindingRow, Standing, dressed, hunk_of, in_order, standing_of
from copilot_desktop.ui.changes.findings_pane import FindingsPane
from copilot_desktop.ui.changes.review_page import ChangesReview
from copilot_desktop.ui.changes.undoing import Gone
from copilot_desktop.ui.diff.rows import DiffRow
from copilot_desktop.ui.diff.values import DiffFile
from copilot_desktop.ui.theme.theme import Theme, ThemeChanged

_EDGE_COLUMNS, _WIDEST_COLUMNS = 3, 110
_DISMISSED = "Dismissed for good. U brings it back."
_STILL_ARRIVES = "Findings still arrive. Dismiss this one when the answer has ended."
_Key = tuple[DiffFile, tuple[FindingRow, ...], int]


class FindingsInPage(QObject):
    """Of one page; goes with it."""

    fix_wanted = Signal(object)
    """Carries one `Finding`: its fix is to be shown."""
    allow_wanted = Signal(object)
    """Carries the `NeverSendError` about a file that is to be allowed."""
    request_wanted = Signal(str)
    """Carries the id under which the ledger has the request."""

    def __init__(self, page: ChangesReview, findings: FindingsController, theme: Theme) -> None:
        super().__init__(page)
        self._page, self._findings = page, findings
        self.pane = FindingsPane(theme.tokens)
        self._rows: dict[str, FindingRow] = {}
        self._dressed: dict[str, tuple[_Key, DiffFile]] = {}
        self._seen: dict[str, DiffFile | None] = {}
        self._columns = 0
        self._gone_to = ""
        page.undoing.ways[Gone.DISMISSED] = self.undo
        page.whole.addWidget(self.pane)
        page.dress = self._dress
        page.bar.ask.show()
        page.bar.ask.clicked.connect(self.ask)
        page.diff.viewport().installEventFilter(self)
        page.diff.options_changed.connect(self._wrap_anew)
        page.diff.reached.connect(self._on_row_reached)
        pane = self.pane
        pane.list.opened.connect(self.go_to)
        pane.strip.send_wanted.connect(findings.send)
        pane.strip.cancel_wanted.connect(self._on_cancelled)
        pane.strip.stop_wanted.connect(findings.stop)
        pane.strip.secrets.chosen.connect(findings.choose)
        pane.strip.allow.chosen.connect(self.allow_wanted)
        pane.done.connect(self._on_done)
        findings.changed.connect(self._on_changed)
        theme.changed.connect(self._on_theme_changed)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._wrap_anew)
        self._on_changed(findings.state)

    def ask(self) -> None:
        """Find out what would be sent about the comparison that is shown, and offer to send it."""
        self._ask(())

    def ask_about_files(self) -> None:
        """The same about the file that is looked at, or those that are chosen in the list."""
        page = self._page
        paths = [page.current_path]
        if page.list.hasFocus():
            paths = [row.change.path for row in page.list.chosen() if row.change is not None]
        if any(paths):
            self._ask(paths)

    def _ask(self, only: Collection[str]) -> None:
        self.pane.show()
        self._findings.plan(self._page.bar.comparison, only)
        self.pane.strip.focus_first()

    def go_to(self, row: FindingRow) -> None:
        """Let the keyboard stand on a finding in the diff, or on its file where its lines are gone."""
        file, finding = self._page.compared.files.get(row.finding.path), row.finding
        self._gone_to = finding.finding_id
        hunk_id = "" if file is None else hunk_of(file, row)
        if hunk_id:
            self._page.diff.go_to_remark(hunk_id, finding.finding_id)
            self._page.diff.setFocus()
        elif file is not None:
            self._page.go_to_file(finding.path)
            self._page.diff.setFocus()
        elif row.standing is Standing.ELSEWHERE:
            self._page.open_wanted.emit(finding.path)

    def step(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) finding; to the one that is chosen, where nobody has gone there."""
        row = self.pane.list.current
        if row is None or row.finding.finding_id == self._gone_to:
            row = self.pane.list.step(by)
        if row is not None:
            self.pane.show()
            self.go_to(row)

    def fix(self) -> None:
        """Show the fix of the current finding."""
        row = self.pane.list.current
        if row is not None:
            self.fix_wanted.emit(row.finding)

    def dismiss(self) -> None:
        """Let the current finding not come again."""
        row = self.pane.list.current
        if row is None:
            return
        is_done = self._findings.keeper.dismiss(row.finding.finding_id) is not None
        if is_done:
            self._page.undoing.note(Gone.DISMISSED)
        self._page.deeds.said.emit(_DISMISSED if is_done else _STILL_ARRIVES)

    def undo(self) -> bool:
        """Bring the finding back that was dismissed last; False where there is none."""
        back = self._findings.keeper.undo()
        if back is not None and self.pane.list.choose(back.finding_id):
            self._page.deeds.said.emit("The finding is back.")
        return back is not None

    def actions(self) -> tuple[Action, ...]:
        """Commands of one key: they work while the page has the keyboard, never while typing."""
        page, pane = self._page, self.pane

        def is_shown() -> bool:
            return isValid(page) and page.isVisible()

        def has_findings() -> bool:
            return is_shown() and bool(pane.list.findings.rows)

        def has_fix() -> bool:
            row = pane.list.current if is_shown() else None
            return row is not None and bool(row.finding.fix)

        def bound(name: str, title: str, run: Callable[[], object], key: str, when: Callable[[], bool]) -> Action:
            return Action(f"my_changes.{name}", title, run, (key,), when=when, focus=page.whole)

        return (
            bound("ask_model", "Review with the model", self.ask, "M", is_shown),
            bound("ask_model_of_file", "Review this file with the model", self.ask_about_files, "Shift+M", is_shown),
            bound("next_finding", "Next finding", partial(self.step, 1), "F", has_findings),
            bound("previous_finding", "Previous finding", partial(self.step, -1), "Shift+F", has_findings),
            bound("show_fix", "Show the fix of the finding", self.fix, "T", has_fix),
            bound("dismiss_finding", "Dismiss the finding for good", self.dismiss, "D", has_findings),
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """In another width reasons are wrapped otherwise."""
        if event.type() == QEvent.Type.Resize and self._rows:
            # The view itself hears of it after this.
            self._later.start()
        return super().eventFilter(watched, event)

    def _dress(self, files: list[DiffFile]) -> list[DiffFile]:
        """Files with what is said of their lines; what has not changed is the same object."""
        self._place_rows()
        self._columns = self._columns_now()
        by_path: dict[str, list[FindingRow]] = {}
        for row in self._rows.values():
            by_path.setdefault(row.finding.path, []).append(row)
        found: dict[str, tuple[_Key, DiffFile]] = {}
        for file in files:
            rows = tuple(by_path.get(file.path, ()))
            if not rows:
                continue
            key, known = (file, rows, self._columns), self._dressed.get(file.path)
            is_known = known is not None and known[0][0] is file and known[0][1:] == key[1:]
            found[file.path] = known if known is not None and is_known else (key, dressed(file, rows, self._columns))
        self._dressed = found
        return [found[file.path][1] if file.path in found else file for file in files]

    def _place_rows(self) -> None:
        """Find the lines of all findings in the texts of now."""
        state, files = self._findings.state, self._page.compared.files
        before, self._rows = self._rows, {}
        texts: dict[str, TextNow] = {}
        for finding in in_order(state.findings):
            file, row = files.get(finding.path), before.get(finding.finding_id)
            is_fixed = finding.finding_id in state.fixed
            is_known = row is not None and row.finding is finding and self._seen.get(finding.path) is file
            if row is None or not is_known or is_fixed is not (row.standing is Standing.FIXED):
                if file is not None:
                    texts.setdefault(finding.path, TextNow(file.new_lines))
                row = standing_of(finding, texts.get(finding.path), row, is_fixed=is_fixed)
            self._rows[finding.finding_id] = row
        self._seen = {path: files.get(path) for path in {finding.path for finding in state.findings}}
        self.pane.show_state(state, list(self._rows.values()))

    def _columns_now(self) -> int:
        columns = self._page.diff.lines.metrics.columns(is_pair=self._page.diff.content.options.is_side_by_side)
        return min(_WIDEST_COLUMNS, columns - _EDGE_COLUMNS)

    def _wrap_anew(self) -> None:
        if self._rows and self._columns_now() != self._columns:
            self._show_files()

    def _show_files(self) -> None:
        """Show the files with what is said of them now; the keyboard stays on the finding where it is."""
        diff = self._page.diff
        row = diff.current_row()
        self._page.show_files()
        now = diff.current_row()
        if row is not None and row.remark_id and row is not now and diff.current_hunk:
            diff.go_to_remark(diff.current_hunk, row.remark_id)

    def _on_changed(self, state: FindingsChanged) -> None:
        is_empty = state.phase is Phase.RESTING and not (state.findings or state.said or state.can_undo)
        if is_empty:
            self.pane.hide()
        elif state.phase is not Phase.RESTING or state.findings:
            self.pane.show()
        self._place_rows()
        self._show_files()

    def _on_row_reached(self, row: DiffRow) -> None:
        if row.remark_id:
            self.pane.list.choose(row.remark_id)

    def _on_cancelled(self) -> None:
        self._findings.cancel()
        self._page.diff.setFocus()

    def _on_done(self, name: str) -> None:
        state = self._findings.state
        deeds: dict[str, Callable[[], object]] = {
            "next": partial(self.step, 1),
            "previous": partial(self.step, -1),
            "fix": self.fix,
            "dismiss": self.dismiss,
            "undo": self.undo,
            "request": partial(self.request_wanted.emit, state.turn_id),
            "close": self._hide,
        }
        deeds[name]()

    def _hide(self) -> None:
        self.pane.hide()
        self._page.diff.setFocus()

    def _on_theme_changed(self, event: ThemeChanged) -> None:
        self.pane.set_tokens(event.tokens)
