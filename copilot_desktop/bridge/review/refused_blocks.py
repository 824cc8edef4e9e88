"""The refused blocks of the answers in a window: what each may have meant, and what the user does about it.

Nothing here writes: a block that is placed becomes a pending change in the review of its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.live_texts import LiveTexts
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.refused_values import KeptRefused, RefusedBlock, RefusedChanged, with_same_cause
from copilot_desktop.edits.change_sets import ChangeSet
from copilot_desktop.edits.proposal import Failure, Hunk, Proposal
from copilot_desktop.edits.refusals import NearPlace, near_places
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_CUT_OFF = "The program ended while the model was being asked once more; nothing came of it."
_CHANGED = "The file has changed since. This is how it stands now; look again."
_WAITS = (
    "Another change of this answer waits in the review on {}, so the block was not put there. Accept or reject that "
    "change first, or choose other lines."
)


@dataclass(slots=True)
class _Refused:
    """What is known of one change set. `files` are the texts its blocks were refused on."""

    change_set: ChangeSet
    files: Mapping[str, str]
    blocks: list[RefusedBlock] = field(default_factory=list)
    dismissed: list[RefusedBlock] = field(default_factory=list)


class RefusedBlocks(QObject):
    """GUI thread; files that are in no tab are read on workers."""

    changed = Signal(object)
    """Carries one `RefusedChanged`."""

    def __init__(
        self,
        texts: LiveTexts,
        documents: DocumentsController,
        review: ReviewController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._texts = texts
        self._documents = documents
        self._review = review
        self.waiting_lines = review.extender.waiting_lines
        """The lines that other blocks of a change set are to change, as far as that is not decided."""
        self._known: dict[str, _Refused] = {}
        review.keeper.restored.connect(self.restore)

    def restore(self, kept: Iterable[KeptRefused]) -> None:
        """Know these and no others: what an earlier start knew of the files of the opened folder."""
        self._known.clear()
        for each in kept:
            cut_off = partial(replace, is_asked=False, said=_CUT_OFF)
            blocks = [cut_off(block) if block.is_asked else block for block in each.blocks]
            refused = _Refused(each.change_set, each.files, blocks, list(each.dismissed))
            self._known[each.change_set.change_set_id] = refused
            self.changed.emit(_told(refused))

    def take(self, change_set: ChangeSet, files: Mapping[str, str]) -> None:
        """Know the refused blocks of a change set that was made from these texts."""
        paths = {failure.path for failure in change_set.failures}
        texts = {path: text for path, text in files.items() if path in paths}
        # Of a large file that takes some milliseconds.
        cut = {path: split_lines(text) for path, text in texts.items()}
        blocks = [
            RefusedBlock(
                f"{change_set.change_set_id}-{number}",
                change_set.change_set_id,
                change_set.turn_id,
                failure,
                near_places(failure, texts, cut=cut),
            )
            for number, failure in enumerate(change_set.failures)
        ]
        if blocks:
            self._known[change_set.change_set_id] = _Refused(change_set, texts, blocks)
            self._tell(change_set.change_set_id)

    def of_turn(self, turn_id: str) -> tuple[RefusedChanged, ...]:
        """What is known of a turn's refused blocks, by change set."""
        return tuple(_told(refused) for refused in self._known.values() if refused.change_set.turn_id == turn_id)

    def change_sets(self) -> tuple[ChangeSet, ...]:
        """Those that have refused blocks, in the order in which they came."""
        return tuple(refused.change_set for refused in self._known.values())

    def block(self, block_id: str) -> RefusedBlock | None:
        """A block that is still refused."""
        refused = self._known.get(block_id.rpartition("-")[0])
        return next((each for each in refused.blocks if each.block_id == block_id), None) if refused else None

    def dismiss(self, block_id: str) -> None:
        """Put a block aside, with those that have the same cause."""
        refused = self._known.get(block_id.rpartition("-")[0])
        for block in () if refused is None else with_same_cause(block_id, refused.blocks):
            self._put_aside(block.block_id, is_kept=True)

    def bring_back(self, change_set_id: str) -> None:
        """Show what was put aside again."""
        refused = self._known.get(change_set_id)
        if refused is not None and refused.dismissed:
            refused.blocks = sorted([*refused.blocks, *refused.dismissed], key=_number)
            refused.dismissed = []
            self._follow(change_set_id)

    def open_place(self, block_id: str, number: int) -> None:
        """Show one of the places a block may have meant in its file."""
        block = self.block(block_id)
        if block is not None and number < len(block.places):
            place = block.places[number]
            self._documents.open(place.path, LineRange(place.start, max(place.start, place.end - 1)))

    def text_before(self, block_id: str) -> str | None:
        """The text of its file on which a block was refused."""
        block = self.block(block_id)
        return None if block is None else self._known[block.change_set_id].files.get(block.failure.path or "")

    def mark_asked(self, block_ids: Iterable[str]) -> None:
        """The model is being asked for these once more."""
        for block_id in block_ids:
            self._replace(block_id, lambda block: replace(block, is_asked=True, said=""))

    def refuse_again(self, block_id: str, failure: Failure, files: Mapping[str, str], sentence: str) -> None:
        """A block has come once more and is refused as well, on these texts."""
        self._replace(
            block_id,
            lambda block: replace(
                block, failure=failure, places=near_places(failure, files), said=sentence, is_asked=False
            ),
        )

    def end_asking(self, block_ids: Iterable[str], sentence: str) -> None:
        """Nothing has come of what was asked for; the sentence says why."""
        for block_id in block_ids:
            self._replace(block_id, lambda block: replace(block, said=sentence, is_asked=False))

    def repaired(
        self, asked_ids: Sequence[str], placed_ids: Sequence[str], proposal: Proposal, files: Mapping[str, str]
    ) -> None:
        """Of the blocks that were asked for these have come once more and were placed: they are refused no longer.

        The proposal tells their places, and those of blocks that came and were not asked for.
        """
        for change_set_id in dict.fromkeys(block_id.rpartition("-")[0] for block_id in asked_ids):
            refused = self._known.get(change_set_id)
            if refused is None:
                continue
            for block_id in placed_ids:
                self._put_aside(block_id, is_kept=False)
            self._review.extender.extend(refused.change_set, proposal, files)

    def place_at(self, block_id: str, place: NearPlace) -> None:
        """Put a block onto lines the user has seen, if they still say the same.

        The change waits in the review; its file comes to the front.
        """

        def go_on(text: str | None) -> None:
            block = self.block(block_id)
            if block is None or block.is_asked:
                return
            found = None if text is None else _as_seen(place, text)
            if text is None:
                self.end_asking(
                    (block_id,), f"There is no file {place.path} any more, so the block has no place in it."
                )
            elif found is None:
                self._look_anew(block_id, place.path, text)
            else:
                self._place(block, found, text)

        self._texts.read(
            (place.path,),
            lambda texts: go_on(texts[place.path]),
            lambda sentence: self.end_asking((block_id,), sentence),
        )

    def _place(self, block: RefusedBlock, place: NearPlace, text: str) -> None:
        # The engine is not needed before an answer has come.
        from copilot_desktop.edits.placing.by_hand import placed_by_hand

        failure = block.failure
        hunk = placed_by_hand(failure.old, failure.new, place.path, split_lines(text), place.start, place.end)
        refused = self._known[block.change_set_id]
        taken = _waiting_on(self.waiting_lines(block.change_set_id, {hunk.path: text}), hunk)
        if taken is not None:
            self.end_asking((block.block_id,), _WAITS.format(taken.named()))
            return
        left = tuple(each.failure for each in refused.blocks if each.block_id != block.block_id)
        change_set = replace(refused.change_set, failures=left)
        proposal = _proposal_of(hunk, text)
        if not self._review.extender.extend(change_set, proposal, {place.path: text}):
            self.end_asking((block.block_id,), "The block changes nothing there: the lines say the same already.")
            return
        self._put_aside(block.block_id, is_kept=False)
        self._documents.open(place.path, LineRange(hunk.start, max(hunk.end, hunk.start)))

    def _look_anew(self, block_id: str, path: str, text: str) -> None:
        def anew(block: RefusedBlock) -> RefusedBlock:
            before = self._known[block.change_set_id].files.get(path, "")
            places = near_places(block.failure, {path: text}, before)
            return replace(block, places=places, said=_CHANGED)

        self._replace(block_id, anew)

    def _replace(self, block_id: str, change: Callable[[RefusedBlock], RefusedBlock]) -> None:
        change_set_id = block_id.rpartition("-")[0]
        refused = self._known.get(change_set_id)
        if refused is not None:
            refused.blocks = [change(each) if each.block_id == block_id else each for each in refused.blocks]
            self._tell(change_set_id)

    def _put_aside(self, block_id: str, *, is_kept: bool) -> None:
        block = self.block(block_id)
        if block is None:
            return
        refused = self._known[block.change_set_id]
        refused.blocks.remove(block)
        if is_kept:
            refused.dismissed.append(block)
        self._follow(block.change_set_id)

    def _follow(self, change_set_id: str) -> None:
        """Let the review and the cards say what is still refused."""
        refused = self._known[change_set_id]
        failures = tuple(block.failure for block in refused.blocks)
        refused.change_set = replace(refused.change_set, failures=failures)
        self._review.extender.set_failures(change_set_id, failures)
        self._tell(change_set_id)

    def _tell(self, change_set_id: str) -> None:
        refused = self._known[change_set_id]
        kept = KeptRefused(refused.change_set, refused.files, tuple(refused.blocks), tuple(refused.dismissed))
        self._review.keeper.take_refused(kept)
        self.changed.emit(_told(refused))


def would_become(failure: Failure, place: NearPlace, lines: Sequence[str]) -> str:
    """What lines of a file would say, if a block were put onto them."""
    from copilot_desktop.edits.placing.by_hand import placed_by_hand

    hunk = placed_by_hand(failure.old, failure.new, place.path, lines, place.start, place.end)
    # Below a last line without an end it takes this line along.
    return hunk.new_text if hunk.start == place.start else hunk.new_text.removeprefix(lines[hunk.start])


def _waiting_on(waiting: Mapping[str, Sequence[tuple[int, int]]], hunk: Hunk) -> LineRange | None:
    """The lines of a hunk's file that another change of the answer has, where the two would cross."""
    from copilot_desktop.edits.placed_hunks import kept_apart

    places = waiting.get(hunk.path, ())
    return next((LineRange(*each) for each in places if kept_apart(hunk.path, [each]).crossing([hunk])), None)


def _told(refused: _Refused) -> RefusedChanged:
    made = refused.change_set
    return RefusedChanged(made.change_set_id, made.turn_id, tuple(refused.blocks), len(refused.dismissed))


def _number(block: RefusedBlock) -> int:
    return int(block.block_id.rpartition("-")[2])


def _as_seen(place: NearPlace, text: str) -> NearPlace | None:
    """The place where the lines stand that the user has seen; None where they are gone or stand elsewhere twice."""
    lines = split_lines(text)
    wanted = list(place.lines)
    if lines[place.start : place.end] == wanted and place.end <= len(lines):
        return place
    if not wanted:
        return None
    starts = [at for at in range(len(lines) - len(wanted) + 1) if lines[at : at + len(wanted)] == wanted]
    return replace(place, start=starts[0], end=starts[0] + len(wanted)) if len(starts) == 1 else None


def _proposal_of(hunk: Hunk, text: str) -> Proposal:
    lines = split_lines(text)
    after = "".join((*lines[: hunk.start], hunk.new_text, *lines[hunk.end :]))
    return Proposal({hunk.path: after}, (hunk,))
