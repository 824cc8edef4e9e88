"""The worker side of the history page: lists steps, compares files, plans what is to be put back. Nothing of Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from copilot_desktop.bridge.history.change_sets import WHOLE, inverse_of, shown_files
from copilot_desktop.bridge.history.values import (
    Comparison,
    Query,
    RestorePlanned,
    RestoreRequest,
    Shown,
    StepShown,
    StepsListed,
    TabText,
    TimelineStep,
    Wanted,
)
from copilot_desktop.edits.change_sets import CHANGED_SINCE, WOULD_BE_WRITTEN, WRITTEN_BY_STEP, ChangeSet
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.text.diff import diff_line_lists
from copilot_desktop.text.encodings import encode
from copilot_desktop.text.lines import split_lines
from copilot_desktop.workspace.checkpoints.comparing import Comparer, conflict_sentence, hunks_to_keep
from copilot_desktop.workspace.checkpoints.entries import EntryKind, HistoryEntry
from copilot_desktop.workspace.checkpoints.history import History
from copilot_desktop.workspace.checkpoints.restoring import RestorePlan, RestorePlanner, RestoreStatus
from copilot_desktop.workspace.paths import Workspace

AT_ONCE = 100
"""Steps that are listed at once."""


class HistoryReader:
    """Reads the history of one workspace. Each call waits for the disk. Raises StoreError, WorkspaceError,
    UsageError."""

    def __init__(self, workspace: Workspace, state_folder: Path) -> None:
        self._workspace = workspace
        self._history = History.of(workspace, state_folder)

    def steps(self, query: Query, before: str | None) -> StepsListed:
        """The newest steps of a query, or those that are older than one."""
        entries = self._history.entries(query.path, limit=AT_ONCE, before=before, words=query.words)
        steps = tuple(self._step(entry) for entry in entries)
        return StepsListed(query, steps, before is not None, len(steps) < AT_ONCE)

    def paths(self) -> tuple[tuple[str, bool], ...]:
        """Every path that the history knows, and whether the last step left a file there."""
        return self._history.paths()

    def size_bytes(self) -> int:
        """How much of the disk the history of this folder takes."""
        return self._history.size_bytes()

    def shown(self, entry_id: str, comparison: Comparison, tabs: Mapping[str, TabText]) -> StepShown:
        """A step with its files compared."""
        entry = self._history.entry(entry_id)
        comparer = self._comparer(tabs)
        files = comparer.step(entry) if comparison is Comparison.STEP else comparer.with_now(entry)
        strategy = WRITTEN_BY_STEP if comparison is Comparison.STEP else CHANGED_SINCE
        lost = frozenset(each.path for each in files if each.is_lost)
        return StepShown(self._step(entry), comparison, shown_files(files, entry.title, strategy), lost)

    def planned(self, request: RestoreRequest, tabs: Mapping[str, TabText]) -> RestorePlanned:
        """What a request would change, on what the files and tabs say now."""
        planner = self._planner(tabs)
        entry = self._history.entry(request.entry_id)
        plan = _plan(planner, entry, request)
        comparer = Comparer(self._history, planner, {path: tab.text for path, tab in tabs.items()})
        files = comparer.plan(plan)
        shown = shown_files(files, plan.title, WOULD_BE_WRITTEN)
        conflicts = tuple(conflict_sentence(each) for each in plan.files if each.status is RestoreStatus.CONFLICT)
        inverse = None
        if conflicts and plan.kind is EntryKind.UNDO:
            inverse, texts = self._inverse(comparer, entry, request, plan)
            if inverse is not None:
                state = ReviewState().with_change_set(inverse, texts)
                left = tuple(each for each in shown.unshown if each.path not in inverse.base_texts)
                shown = Shown(state.change_sets[0], dict(state.texts), left)
        return RestorePlanned(request, plan, shown, conflicts, inverse, tabs, hunks_to_keep(files))

    def _inverse(
        self, comparer: Comparer, entry: HistoryEntry, request: RestoreRequest, plan: RestorePlan
    ) -> tuple[ChangeSet | None, dict[str, str | None]]:
        """The change set for the review, and what its files say now; None where what conflicts is no text."""
        paths = {each.path for each in plan.files if each.status is not RestoreStatus.UNCHANGED}
        files = [each for each in comparer.step(entry) if each.path in paths or each.old_path in paths]
        made = inverse_of(entry, files, plan.title, (request.hunk_id,) if request.hunk_id else ())
        texts = comparer.texts_now(made.base_texts)
        kept = tuple(each for each in made.files if {each.path, each.old_path} - {None} <= texts.keys())
        base = {path: made.base_texts[path] for path in texts}
        if not {each.path for each in kept} & set(plan.conflicts):
            return None, {}
        return replace(made, files=kept, base_texts=base), texts

    def _step(self, entry: HistoryEntry) -> TimelineStep:
        is_lost = not all(self._history.has_content(name) for name in entry.contents)
        hunks = [hunk for file in entry.files for hunk in file.hunks]
        if not hunks:
            return TimelineStep(entry, is_lost=is_lost)
        changes = [
            change
            for hunk in hunks
            for change in diff_line_lists(split_lines(hunk.old_text), split_lines(hunk.new_text))
        ]
        added, removed = sum(len(each.new) for each in changes), sum(len(each.old) for each in changes)
        return TimelineStep(entry, added, removed, is_lost)

    def _planner(self, tabs: Mapping[str, TabText]) -> RestorePlanner:
        texts = {path: encode(tab.text, tab.format) for path, tab in tabs.items()}
        return RestorePlanner(self._workspace, self._history, texts)

    def _comparer(self, tabs: Mapping[str, TabText]) -> Comparer:
        return Comparer(self._history, self._planner(tabs), {path: tab.text for path, tab in tabs.items()})


def _plan(planner: RestorePlanner, entry: HistoryEntry, request: RestoreRequest) -> RestorePlan:
    path, before = request.path, request.wanted is Wanted.BEFORE
    if request.wanted is Wanted.UNDO:
        if not path:
            return planner.undo(entry.entry_id)
        if request.hunk_id and not request.hunk_id.endswith(WHOLE):
            return planner.undo_hunks(entry.entry_id, path, (request.hunk_id,))
        # A renamed file is two: the one does not go back without the other.
        file = entry.file(path)
        both = {path, file.old_path} if file is not None else {path}
        plan = planner.undo(entry.entry_id).only({each for each in both if each is not None})
        return replace(plan, title=f"{entry.undo_title}, in {path}", left_in_tabs="")
    if request.wanted is Wanted.LINES and not request.hunk_id.endswith(WHOLE):
        return planner.hunks_to(entry.entry_id, path, (request.hunk_id,))
    if path:
        return planner.file_to(entry.entry_id, path, before=before)
    return planner.everything_to(entry.entry_id, before=before)
