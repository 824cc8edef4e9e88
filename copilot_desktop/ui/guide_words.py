"""What the guide says at each point of the first change, and what its button does there."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.ui.guide_bar import STEPS
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.sample_project import GuidedChange

ASK, READ, ACCEPT, UNDO = range(len(STEPS))
DONE = len(STEPS)


class Deed(StrEnum):
    """What the button does; the value is its title."""

    NONE = ""
    SEND = "Send the prompt"
    READ = "I have read it"
    ACCEPT = "Accept it"
    UNDO = "Take it back"
    MODELS = "Connect a model…"
    AGAIN = "Prepare it again"


@dataclass(frozen=True, slots=True)
class Words:
    """One of the four steps, or DONE; what to do in it, and the deed of the button."""

    step: int
    sentence: str
    deed: Deed = Deed.NONE


@dataclass(frozen=True, slots=True)
class Standing:
    """How the first change stands. `decisions`: about the hunks of its answer; `problem`: why that brought none."""

    change: GuidedChange
    asked: Profile
    is_sent: bool = False
    has_ended: bool = False
    problem: str = ""
    decisions: frozenset[Decision] = frozenset()
    has_read: bool = False
    was_accepted: bool = False


def words_of(stands: Standing, key: Callable[[str], str]) -> Words:
    """What to say. `key(action id)` gives how an action is done by keyboard."""
    if not stands.is_sent:
        return _ask(stands)
    if stands.problem:
        return Words(ASK, stands.problem, Deed.AGAIN)
    if not stands.decisions:
        return _answer(stands)
    if Decision.ACCEPTED in stands.decisions:
        undo = key("review.undo_accept_here")
        sentence = f"It is written: {stands.change.path} has the new lines. {undo} takes back this change alone."
        return Words(UNDO, sentence, Deed.UNDO)
    if Decision.REJECTED in stands.decisions:
        return Words(ASK, "You rejected the change, so nothing was written.", Deed.AGAIN)
    if stands.was_accepted:
        return _done(stands)
    if not stands.has_read:
        sentence = "Red lines would go, green ones would come. Nothing is written yet: the file is as it was."
        return Words(READ, sentence, Deed.READ)
    accept, reject = key("review.accept_here"), key("review.reject_here")
    sentence = f"{accept} accepts the change and writes the file at once; {reject} would reject it."
    return Words(ACCEPT, sentence, Deed.ACCEPT)


def _ask(stands: Standing) -> Words:
    change, asked = stands.change, stands.asked
    where = "the built-in model, which runs on this machine" if asked.is_weak else f"“{asked.name}”"
    sentence = (
        f"{len(change.lines)} lines of {change.path} are selected and go with the prompt in the chat, "
        f"“{change.prompt}”. Enter sends them to {where}, and nothing else."
    )
    return Words(ASK, sentence, Deed.SEND)


def _answer(stands: Standing) -> Words:
    if not stands.has_ended:
        sentence = "The model is loaded, reads the lines and answers: a few seconds, more on a busy machine."
        return Words(ASK, f"{sentence} Esc stops it.")
    tiny = " The model is tiny: that may happen." if stands.asked.is_weak else ""
    return Words(ASK, f"The answer brought no change that fits: it is in the chat.{tiny}", Deed.AGAIN)


def _done(stands: Standing) -> Words:
    sentence = (
        "That was all of it: asked, read, accepted, taken back. The file is as it was, and the change waits for you "
        "again."
    )
    if stands.asked.is_weak:
        sentence = f"{sentence} The built-in model is tiny; for your own work connect another one."
    return Words(DONE, sentence, Deed.MODELS)
