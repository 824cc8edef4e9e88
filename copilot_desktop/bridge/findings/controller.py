"""Findings of a model on one's own changes: planned, seen, sent, read while they arrive, kept, dismissed."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.chosen_secrets import APART, ChosenSecrets, SecretPlace, SecretRow, SecretUse, Way
from copilot_desktop.bridge.findings.events import FindingsChanged
from copilot_desktop.bridge.findings.keeping import FindingsKeeper
from copilot_desktop.bridge.findings.planning import NotPlanned, Planning
from copilot_desktop.bridge.git.controller import GitController
from copilot_desktop.bridge.question import Question
from copilot_desktop.bridge.request_words import Phase, RequestWords
from copilot_desktop.conversation.asking import QuestionRunner
from copilot_desktop.conversation.events import RetryScheduled, TurnFinished
from copilot_desktop.conversation.findings.reading import ReadAnswer, read_findings
from copilot_desktop.conversation.findings.store import KeptFindings, place_of
from copilot_desktop.conversation.findings.values import Finding
from copilot_desktop.conversation.sent_text import sent_text
from copilot_desktop.errors import NeverSendError
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.llm.tokens import ModelTokens
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.git.values import Comparison, ComparisonKind
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    # Loads pygit2: on a worker.
    from copilot_desktop.conversation.findings.planning import PlannedReview
    from copilot_desktop.workspace.git.repository import GitRepository

_NOTHING = "The model has found nothing to say about these changes."
_NO_FORM = "The answer holds no finding in the form that was asked for. What it says stands below."
_NO_ANSWER = "Nothing has come."
_STOPPED = "Stopped."
_CUT_OFF = "The program ended while these arrived: there may be more to find."


@dataclass(frozen=True, slots=True)
class FindingsParts:
    """What it uses. `counts` is used on workers; `state_folder` is None where nothing is to be kept.

    `unsaved` gives the files of the opened folder whose tabs say something else than the disk.
    """

    git: GitController
    runner: QuestionRunner
    profile: Callable[[], Profile]
    counts: ModelTokens
    state_folder: Path | None
    secrets: ChosenSecrets
    unsaved: Callable[[], Collection[str]] = tuple
    border_of: Callable[[Workspace], ModelBorder] = ModelBorder
    """What no model may see of a folder, but for what the user has allowed; asked on workers."""


class FindingsController(QObject):
    """Of one window. GUI thread only. What is asked about is read at the moment of planning."""

    changed = Signal(object)
    """Carries one `FindingsChanged`."""
    asked = Signal(object)
    """Carries one `TurnFinished`: a request has ended, and has its price."""

    def __init__(self, parts: FindingsParts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self.keeper = FindingsKeeper(parts.git.async_thread, self)
        self._question = Question(parts.git.async_thread, parts.runner, self)
        self._question.arrived.connect(self._on_arrived)
        self._question.waiting.connect(self._on_waiting)
        self._question.ended.connect(self._on_ended)
        self._planned: PlannedReview | None = None
        self._plan_again: Callable[[], None] = lambda: None
        self._planning = Planning(parts.git)
        self.state = FindingsChanged(Phase.RESTING)
        """What was told last."""
        self.keeper.changed.connect(self._on_kept_changed)
        self._summed_up, self._dismissed = "", 0
        """What was said of the last answer besides its findings, and how many were dismissed then."""

    def open_workspace(self, workspace: Workspace | None) -> None:
        """The findings of another folder from now on."""
        self._question.stop()
        self._planned = None
        self._planning.drop()
        self.state = FindingsChanged(Phase.RESTING)
        folder = self._parts.state_folder
        place = None if folder is None or workspace is None else place_of(folder, os.fsencode(workspace.root))
        self.keeper.open(place)

    def close(self) -> None:
        """The window closes: an answer that arrives is stopped, and what has come of it is kept."""
        self.stop()
        self.keeper.close()

    def plan(self, comparison: Comparison, only: Collection[str] = ()) -> None:
        """Read what differs, and make the request; `changed` tells what it would be, or why there is none.

        `only`: about these files alone; none: about all of them.
        """
        if self.state.phase not in (Phase.PLANNING, Phase.ASKING):
            self._plan(comparison, only)

    def _plan(self, comparison: Comparison, only: Collection[str]) -> None:
        profile, dismissed, workspace = self._parts.profile(), self.keeper.kept.dismissed, self._parts.git.workspace
        counts = self._parts.counts
        border_of, choices = self._parts.border_of, self._parts.secrets.of(APART, Way.FINDINGS)
        if workspace is None:
            return
        self._plan_again = partial(self._plan, comparison, only)

        def work(repository: GitRepository) -> PlannedReview:
            from copilot_desktop.conversation.changes_text import read_for_model
            from copilot_desktop.conversation.findings.planning import plan_findings
            from copilot_desktop.workspace.git.comparing import changes_of

            changes = changes_of(repository, comparison)
            meant = [change for change in changes if not only or change.path in only]
            sides, left_out = read_for_model(repository, border_of(workspace), meant)
            return plan_findings(profile, sides, left_out, dismissed, counts.of(profile).count, choices)

        def done(planned: PlannedReview) -> None:
            self._planned = planned
            words = request_words(planned, self._parts.secrets, Way.FINDINGS)
            left_out = f"{words.left_out} {self._unsaved_words(comparison, planned)}".strip()
            self._tell(Phase.PLANNED, request=replace(words, left_out=left_out))

        def refused(why: NotPlanned) -> None:
            self._tell(Phase.RESTING, said=why.said, is_error=True, hidden=why.hidden)

        self._tell(Phase.PLANNING, said="")
        self._planning.begin(work, done, refused)

    def choose(self, row: SecretRow, use: SecretUse) -> None:
        """A secret in what was planned is to be sent so: it is planned anew."""
        self._parts.secrets.choose(row, use)
        self.plan_again()

    def plan_again(self) -> None:
        """What is not sent yet is to be planned anew: a file is allowed that was left out."""
        if self.state.phase in (Phase.PLANNED, Phase.PLANNING) or self.state.hidden:
            self._plan_again()

    def cancel(self) -> None:
        """Do not send what was planned."""
        if self.state.phase in (Phase.PLANNED, Phase.PLANNING):
            self._planning.drop()
            self._planned = None
            self._tell(Phase.RESTING, said="")

    def send(self) -> None:
        """Send what was planned, exactly as it was shown."""
        planned = self._planned
        if planned is None or self.state.phase is not Phase.PLANNED:
            return
        request = planned.request
        self._parts.secrets.spend(Way.FINDINGS)
        self._tell(Phase.ASKING, request=self.state.request, said="", rest="", turn_id=request.turn_id)
        self._question.ask(request)

    def stop(self) -> None:
        """Stop the answer; the findings that have come stay."""
        if self.state.phase is not Phase.ASKING:
            return
        answer = self._question.answer
        self._question.stop()
        self._take(answer, _STOPPED, is_error=False)

    def _unsaved_words(self, comparison: Comparison, planned: PlannedReview) -> str:
        """That what is typed and not saved is not sent, where there is such text."""
        status, shown = self._parts.git.status, planned.shown
        is_of_disk = comparison.kind is ComparisonKind.WORKING or (
            comparison.kind is ComparisonKind.BRANCH and comparison.with_disk
        )
        if status is None or not is_of_disk:
            return ""
        unsaved = self._parts.unsaved()
        named = [name for name in shown.files if status.inside(shown.paths.get(name, name)) in unsaved]
        if not named:
            return ""
        others = "" if len(named) == 1 else f" and {len(named) - 1} more"
        return f"Unsaved text in the tab of {named[0]}{others} is not sent: what is on disk is."

    def _on_arrived(self, answer: str) -> None:
        planned = self._planned
        if planned is not None:
            wanted = self._wanted(self._read(answer, planned))
            found = (*self._others(planned), *wanted)
            if wanted and found != self.state.findings:
                model = planned.request.profile.model
                self.keeper.write_ahead(replace(self.keeper.kept, findings=found, model=model, is_whole=False))
            self._tell(Phase.ASKING, findings=found, request=self.state.request)

    def _on_waiting(self, waiting: RetryScheduled) -> None:
        said = f"{waiting.reason} The request goes out again in {waiting.delay_s:.0f} seconds."
        self._tell(Phase.ASKING, request=self.state.request, said=said)

    def _on_ended(self, finished: TurnFinished) -> None:
        error = finished.error
        said = finished.note if error is None else f"{error.message} {error.advice}".strip()
        self._take(self._question.answer, said, is_error=error is not None)
        self.asked.emit(finished)

    def _take(self, answer: str, said: str, *, is_error: bool) -> None:
        """An answer has ended, or was stopped: what it holds takes the place of what was found in the same files."""
        planned, self._planned = self._planned, None
        read = ReadAnswer() if planned is None else self._read(answer, planned)
        if planned is None or not (read.findings or read.says_none):
            left = "The findings of before stay." if self.keeper.kept.findings else ""
            said = said or (_NO_FORM if answer.strip() else _NO_ANSWER)
            self._tell(Phase.RESTING, said=f"{said} {left}".strip(), is_error=is_error, rest=read.rest)
            return
        wanted = self._wanted(read)
        self._summed_up, self._dismissed = _summary(read, wanted), len(self.keeper.kept.dismissed)
        said = " ".join(filter(None, (said, self._summed_up)))
        found = (*self._others(planned), *wanted)
        self._tell(Phase.RESTING, said=said, is_error=is_error, rest=read.rest, findings=found)
        model = planned.request.profile.model
        self.keeper.keep(replace(self.keeper.kept, findings=found, model=model, is_whole=True))

    def _read(self, answer: str, planned: PlannedReview) -> ReadAnswer:
        shown = planned.shown
        read = read_findings(answer, shown.files, planned.request.turn_id)
        if not shown.paths:
            return read
        found = tuple(replace(each, path=shown.paths.get(each.path, each.path)) for each in read.findings)
        return replace(read, findings=found)

    def _others(self, planned: PlannedReview) -> tuple[Finding, ...]:
        """What was found before in files that the model was not shown now."""
        shown = planned.shown
        asked = {shown.paths.get(name, name) for name in shown.files}
        return tuple(each for each in self.keeper.kept.findings if each.path not in asked and not each.is_placeless)

    def _wanted(self, read: ReadAnswer) -> tuple[Finding, ...]:
        """Without those that were dismissed before, and each once."""
        dismissed = {each.key for each in self.keeper.kept.dismissed}
        found = {each.key: each for each in reversed(read.findings) if each.key not in dismissed}
        return tuple(reversed(found.values()))

    def _on_kept_changed(self, kept: KeptFindings) -> None:
        if self.state.phase is Phase.ASKING:
            self._on_arrived(self._question.answer)
            return
        said = None if kept.is_whole or self.state.said else _CUT_OFF
        if self._summed_up and len(kept.dismissed) < self._dismissed:
            # What came again and was not shown is shown.
            said, self._summed_up = self.state.said.replace(self._summed_up, "").strip(), ""
        self._tell(self.state.phase, request=self.state.request, is_error=self.state.is_error, said=said)

    def _tell(
        self,
        phase: Phase,
        *,
        findings: tuple[Finding, ...] | None = None,
        request: RequestWords | None = None,
        said: str | None = None,
        is_error: bool = False,
        rest: str | None = None,
        turn_id: str | None = None,
        hidden: tuple[NeverSendError, ...] = (),
    ) -> None:
        before = self.state
        self.state = FindingsChanged(
            phase,
            self.keeper.kept.findings if findings is None else findings,
            request,
            before.said if said is None else said,
            is_error,
            before.rest if rest is None else rest,
            before.turn_id if turn_id is None else turn_id,
            self.keeper.can_undo,
            self.keeper.kept.fixed,
            hidden,
        )
        self.changed.emit(self.state)


def request_words(planned: PlannedReview, secrets: ChosenSecrets, way: Way) -> RequestWords:
    """What is said of a request before it is sent."""
    from copilot_desktop.conversation.findings.planning import hidden_of, left_out_words  # there by then

    profile, shown = planned.request.profile, planned.shown
    usd = None if profile.price is None else planned.tokens * profile.price.input_usd / 1_000_000
    left_out = left_out_words(shown.left_out)
    text = sent_text(planned.request)
    files = "1 file" if shown.count == 1 else f"{shown.count} files"
    places = (SecretPlace(APART, seen, _where(seen.value, shown.files)) for seen in planned.request.secrets)
    return RequestWords(
        files,
        planned.tokens,
        profile.limit_tokens,
        usd,
        profile.model,
        left_out,
        text,
        secrets=secrets.rows(way, places),
        hidden=hidden_of(shown.left_out),
    )


def _where(value: str, files: Mapping[str, str]) -> str:
    """In which files of the changes it stands; a value may be in lines that are taken away, or in what is told."""
    found = [name for name, text in files.items() if value in text]
    if not found:
        return "in what is sent"
    return f"in {found[0]}" if len(found) == 1 else f"in {found[0]} and {len(found) - 1} more"


def _summary(read: ReadAnswer, wanted: tuple[Finding, ...]) -> str:
    """What came, in a sentence, where the findings do not say it themselves."""
    if not read.findings:
        return _NOTHING
    hidden = len({each.key for each in read.findings}) - len(wanted)
    if not hidden:
        return ""
    again = "1 finding that was dismissed came again and is not shown."
    if hidden > 1:
        again = f"{hidden} findings that were dismissed came again and are not shown."
    return again if wanted else f"Nothing new: {again}"
