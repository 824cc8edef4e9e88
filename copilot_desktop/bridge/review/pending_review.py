"""What is kept of a window's review over a restart, in the parts that the store knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any, Final

from copilot_desktop.bridge.review.commands import Step
from copilot_desktop.bridge.review.refined_values import KeptRefinement
from copilot_desktop.bridge.review.refused_values import KeptRefused
from copilot_desktop.edits.change_sets import ChangeSet, FileChange
from copilot_desktop.edits.comments import Remarks
from copilot_desktop.edits.file_texts import FileTexts
from copilot_desktop.edits.pending.settled import PENDING
from copilot_desktop.edits.pending.standing import joined
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.edits.stood import Stood
from copilot_desktop.edits.stood_before import StoodBefore
from copilot_desktop.edits.ways_back import WayBack
from copilot_desktop.text.lined_text import LinedText
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.file_identity import FileIdentity, FolderNames

_KEPT_REFUSED: Final = 8
"""Of change sets of which nothing was placed the newest are kept; none of them is in the review."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Which change sets there are, in order, with the number of their files."""

    change_sets: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class PendingReview:
    """The review, the steps that can be taken back, and the refused blocks by change set.

    `last_entry` is the newest step of the history that it knows of, `viewed` are the keys of what was marked as viewed,
    `remarks` are the user's comments and reasons.
    """

    state: ReviewState
    done: tuple[Step, ...] = ()
    refused: tuple[KeptRefused, ...] = ()
    last_entry: str = ""
    viewed: frozenset[str] = frozenset()
    remarks: Remarks = field(default_factory=Remarks)
    identities: Mapping[str, FileIdentity] = field(default_factory=dict)
    """What tells its files from others that get their names later, as they were when it was written down."""
    refinements: tuple[KeptRefinement, ...] = ()
    """The versions of its hunks that follow-ups have made."""
    names: FolderNames | None = None
    """Those of the folder's files, as they were when they were listed last; None: not known."""

    def joined(self, now: PendingReview) -> PendingReview:
        """With what has come into the review before this one, which was kept, had been read."""
        refused = {each.change_set.change_set_id: each for each in (*self.refused, *now.refused)}
        return PendingReview(
            joined(self.state, now.state),
            (*self.done, *now.done),
            tuple(refused.values()),
            max(self.last_entry, now.last_entry),
            self.viewed | now.viewed,
            self.remarks.joined(now.remarks),
            self.identities,
            (*self.refinements, *now.refinements),
            self.names,
        )

    def parts(self) -> dict[str, object]:
        """What the store keeps, by name. A part that nothing happened to is the same object, or says the same."""
        state = self.state
        found: dict[str, object] = {f"refused/{each.change_set.change_set_id}": each for each in self._kept_refused()}
        if not state.change_sets:
            return found
        found["contents"] = Contents(tuple((each.change_set_id, len(each.files)) for each in state.change_sets))
        found["order"], found["steps"], found["last_entry"] = state.order, self.done, self.last_entry
        if self.viewed:
            found["viewed"] = self.viewed
        if self.remarks != Remarks():
            found["remarks"] = self.remarks
        if self.identities:
            found["identities"] = self.identities
        if self.names is not None:
            found["names"] = self.names
        found[PENDING] = len(state.pending())
        found.update({f"refined/{number:03}": each for number, each in enumerate(self._kept_refinements())})
        if state.stood:
            found["stood"] = state.stood
        found.update({f"back/{number:03}": step for number, step in enumerate(state.steps)})
        # Parts of their own: none of them changes when there is one step more.
        found.update({f"before/{step.stood_id}": step.stood for step in self.done if step.stood is not None})
        for change_set in state.change_sets:
            # Its files are parts of their own: one hunk that moves is not to bring all others with it.
            found[f"set/{change_set.change_set_id}"] = replace(change_set, files=())
            for number, change in enumerate(change_set.files):
                found[f"file/{change_set.change_set_id}/{number}"] = change
        found.update({f"text/{path}": lined for path, lined in state.texts.all_lined().items()})
        found.update({f"gone/{path}": lined for path, lined in state.texts.all_gone().items()})
        return found

    def _kept_refinements(self) -> tuple[KeptRefinement, ...]:
        there = {each.change_set_id for each in self.state.change_sets}
        return tuple(each for each in self.refinements if each.change_set_id in there)

    def _kept_refused(self) -> tuple[KeptRefused, ...]:
        placed = {each.change_set_id for each in self.state.change_sets}
        without = [each for each in self.refused if each.change_set.change_set_id not in placed]
        return tuple(each for each in self.refused if each not in without[:-_KEPT_REFUSED])


def kind_of(name: str) -> Any:
    """The type of a part. Raises KeyError."""
    return {
        "contents": Contents,
        "order": Mapping[str, tuple[str, ...]],
        "steps": tuple[Step, ...],
        "last_entry": str,
        "viewed": frozenset[str],
        "remarks": Remarks,
        "identities": Mapping[str, FileIdentity],
        "names": FolderNames,
        PENDING: int,
        "stood": tuple[Stood, ...],
        "back": WayBack,
        "before": StoodBefore,
        "set": ChangeSet,
        "file": FileChange,
        "text": LinedText | None,
        "gone": LinedText,
        "refused": KeptRefused,
        "refined": KeptRefinement,
    }[name.split("/", 1)[0]]


def from_parts(parts: Mapping[str, Any]) -> PendingReview:
    """The review of what was kept. Raises KeyError where a part is missing."""
    refused = tuple(each for each in parts.values() if isinstance(each, KeptRefused))
    if "contents" not in parts:
        return PendingReview(ReviewState(), (), _in_time(refused))
    contents: Contents = parts["contents"]
    sets = tuple(
        replace(parts[f"set/{name}"], files=tuple(parts[f"file/{name}/{number}"] for number in range(count)))
        for name, count in contents.change_sets
    )
    texts = {name.partition("/")[2]: lined for name, lined in parts.items() if name.startswith("text/")}
    gone = {name.partition("/")[2]: lined for name, lined in parts.items() if name.startswith("gone/")}
    steps = tuple(parts[name] for name in sorted(parts) if name.startswith("back/"))
    state = ReviewState(sets, FileTexts(texts, gone), parts["order"], steps, parts.get("stood", ()))
    known = {hunk.hunk_id for hunk in state.hunks()}
    done = tuple(
        replace(step, stood=parts.get(f"before/{step.stood_id}"))
        for step in parts["steps"]
        if known.issuperset(step.command.hunk_ids)
    )
    entry, viewed, remarks = (
        parts.get("last_entry", ""),
        parts.get("viewed", frozenset()),
        parts.get("remarks", Remarks()),
    )
    refined = tuple(parts[name] for name in sorted(parts) if name.startswith("refined/"))
    identities, names = parts.get("identities", {}), parts.get("names")
    return PendingReview(state, done, _in_time(refused), entry, viewed, remarks, identities, refined, names)


def _in_time(refused: tuple[KeptRefused, ...]) -> tuple[KeptRefused, ...]:
    return tuple(sorted(refused, key=lambda each: each.change_set.created_at))
