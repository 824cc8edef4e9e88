"""What comments on proposals are sent with: one request for each commented file of a turn's proposal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from copilot_desktop.bridge.chat.chips import FrozenContext
from copilot_desktop.bridge.chat.conversation_place import ConversationPlace
from copilot_desktop.bridge.chat.places_of_turns import PlacesOfTurns
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.refining import HunkRefiner
from copilot_desktop.edits.comment_words import comments_prompt
from copilot_desktop.edits.comments import HunkComment
from copilot_desktop.edits.told import ToTell, siblings_told
from copilot_desktop.errors import UsageError
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class CommentedFile:
    """One file of one change set."""

    change_set_id: str
    path: str


@dataclass(frozen=True, slots=True)
class CommentRequest:
    """The comments on a file, as they would be sent now. `place` is the conversation that proposed what they are on.

    `told`: how the other changes of the proposal stand of which the prompt tells, see `ToTell.stances`.
    """

    place: ConversationPlace
    prompt: str
    context: FrozenContext
    told: Mapping[str, str] = field(default_factory=dict)


class CommentRequests:
    """Of one window. GUI thread only."""

    def __init__(self, review: ReviewController, refiner: HunkRefiner, places: PlacesOfTurns) -> None:
        self._review, self._refiner, self._places = review, refiner, places

    def waiting(self) -> tuple[CommentedFile, ...]:
        """The files with comments that wait to be sent, each once."""
        return tuple(dict.fromkeys(self._file_of(each) for each in self._review.remarks.waiting()))

    def on(self, commented: CommentedFile) -> tuple[HunkComment, ...]:
        """The comments on a file that wait to be sent."""
        return tuple(each for each in self._review.remarks.waiting() if self._file_of(each) == commented)

    def prepare(
        self, commented: CommentedFile, done: Callable[[CommentRequest], None], refuse: Callable[[str], None]
    ) -> None:
        """Make the request of a file. One of the two is called soon or at once; `refuse` with a sentence."""
        change_set = self._review.change_set(commented.change_set_id)
        turn_id = "" if change_set is None else change_set.turn_id
        self._places.find(turn_id, lambda place: self._prepare_in(place, commented, done, refuse))

    def _prepare_in(
        self,
        place: ConversationPlace,
        commented: CommentedFile,
        done: Callable[[CommentRequest], None],
        refuse: Callable[[str], None],
    ) -> None:
        waiting = self.on(commented)

        def make(context: FrozenContext) -> None:
            sent = () if context.refine is None else context.refine.hunk_ids
            hunks = [self._review.state.hunk(hunk_id)[2] for hunk_id in sent]
            said = [(hunk, tuple(each for each in waiting if each.hunk_id == hunk.hunk_id)) for hunk in hunks]
            siblings = self._siblings(commented, {hunk.hunk_id for hunk in hunks})
            prompt = comments_prompt(commented.path, said, siblings.text)
            done(CommentRequest(place, prompt, context, siblings.stances))

        try:
            self._refiner.ask_for_comments(commented.path, {each.hunk_id for each in waiting}, make, refuse)
        except UsageError as error:
            refuse(f"{commented.path}: {error.message} {error.advice}".strip())

    def _siblings(self, commented: CommentedFile, asked: set[str]) -> ToTell:
        review = self._review
        change_set = review.change_set(commented.change_set_id)
        if change_set is None:
            return ToTell()
        return siblings_told(change_set, commented.path, asked, review.under_way(), review.remarks.now)

    def _file_of(self, comment: HunkComment) -> CommentedFile:
        change_set, change, _ = self._review.state.hunk(comment.hunk_id)
        return CommentedFile(change_set.change_set_id, change.path)
