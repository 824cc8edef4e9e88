"""Asks the model once more for refused blocks: because the user says so, or once by itself after an answer.

What is sent and what came is kept with the turn. Blocks that come and have a place join the change set of the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass as plain_dataclass
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.chat.budgets import Budget, BudgetController
from copilot_desktop.bridge.chat.chips import Refused
from copilot_desktop.bridge.chat.opened_conversation import ConversationOpened
from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.bridge.chat.turns import TurnController, would_ask_again
from copilot_desktop.bridge.chosen_secrets import SecretRow, SecretUse, Way
from copilot_desktop.bridge.documents.live_texts import LiveTexts, Texts
from copilot_desktop.bridge.review.refused_blocks import RefusedBlocks
from copilot_desktop.bridge.review.refused_values import RefusedBlock, with_same_cause
from copilot_desktop.context.budget import PartKind
from copilot_desktop.conversation.asking_for_blocks import ASKED_AT_ONCE, repair_text
from copilot_desktop.conversation.events import (
    RepairArrived,
    RepairFinished,
    RepairStarted,
    TurnStatus,
)
from copilot_desktop.conversation.turns import Repair, RepairRequest
from copilot_desktop.edits.proposal import Proposal
from copilot_desktop.edits.refusals import REPAIRABLE
from copilot_desktop.errors import CopilotError
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.settings.chat_page import ChatPage
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    from copilot_desktop.bridge.request_words import RequestWords

_BUSY = "Another answer is on its way here. Wait for its end, or stop it (Esc), then ask again."
_WEAK = "The built-in model is too small to repair a block. Choose another model and ask again."
_NOT_GIVEN = "The model was asked once more and did not give this block again."
_SAME_AGAIN = "The model was asked once more and gave the same block again."
_NO_PLACE = "The model was asked once more; its new block has no place either."
_NOT_WRITABLE = "The model was asked once more; the encoding of the file does not hold its new block."
_MAYBE = "The model was not asked by itself: a word in what would be sent may be a secret. Retry shows it first."
_STOPPED = "Stopped: the model was not asked to the end, and nothing was placed."


@dataclass(frozen=True, slots=True)
class RepairsChanged:
    """How often the model was asked once more in a turn, the oldest first; `is_running`: the last one goes on."""

    turn_id: str
    repairs: tuple[Repair, ...]
    is_running: bool = False


@dataclass(frozen=True, slots=True)
class RepairPlanned:
    """What asking for these blocks would send, seen before it is sent; no blocks: nothing waits to be sent."""

    block_ids: tuple[str, ...] = ()
    words: RequestWords | None = None


@plain_dataclass(slots=True)
class _Asking:
    """What is being planned, or waits until the user sends it."""

    blocks: tuple[RefusedBlock, ...]
    repair: RepairRequest
    files: dict[str, str]
    profile: Profile
    read: str = ""
    """What the user has read and sent: if it is still the same it goes out."""

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(block.block_id for block in self.blocks)


class BlockRepairs(QObject):
    """GUI thread. `may_ask_itself()`: whether no prompt waits to be sent first.

    What the user asks for goes out at once, unless secrets were found in it: then it is seen first, and each of them
    chosen about. What is asked for by itself never holds a word that may be a secret and was not told of before.
    """

    changed = Signal(object)
    """Carries one `RepairsChanged`."""
    planned = Signal(object)
    """Carries one `RepairPlanned`."""
    kept_back = Signal(object)
    """Carries one `Refused`: no model may see the file of a block, and the user can allow it."""

    def __init__(
        self,
        refused: RefusedBlocks,
        texts: LiveTexts,
        turns: TurnController,
        profile_now: Callable[[], Profile],
        may_ask_itself: Callable[[], bool],
        budgets: BudgetController,
    ) -> None:
        super().__init__(refused)
        self._refused = refused
        self._texts = texts
        self._turns = turns
        self._profile_now = profile_now
        self._may_ask_itself = may_ask_itself
        self._budgets = budgets
        self._asking: _Asking | None = None
        self.waiting = RepairPlanned()
        """What was planned last and waits."""
        budgets.planned.connect(self._on_planned)
        self._is_on = ChatPage().asks_once_more
        self._repairs: dict[str, tuple[Repair, ...]] = {}
        self._running: set[str] = set()
        self._ended: dict[str, ProposalMade] = {}
        self.check_writable: Callable[[ProposalMade, Callable[[ProposalMade], None]], None] = lambda made, then: then(
            made
        )
        """Gives back what its files can hold of a proposal: what they cannot is a failure."""
        turns.turn_event.connect(self._on_turn_event)
        turns.proposed.connect(self._on_proposed)
        turns.conversation_opened.connect(self._on_conversation_opened)

    def follow(self, page: object) -> None:
        """Ask by itself, or no longer, as the settings say."""
        if isinstance(page, ChatPage):
            self._is_on = page.asks_once_more

    def of_turn(self, turn_id: str) -> RepairsChanged:
        """What was asked in a turn up to now."""
        return RepairsChanged(turn_id, self._repairs.get(turn_id, ()), turn_id in self._running)

    def ask(self, block_id: str) -> None:
        """Ask for one block once more, with those that have the same cause."""
        block = self._refused.block(block_id)
        if block is None:
            return
        told = self._refused.of_turn(block.turn_id)
        known = next(each.blocks for each in told if each.change_set_id == block.change_set_id)
        blocks = [each for each in with_same_cause(block_id, known) if not each.is_asked]
        if blocks:
            self._ask(blocks[:ASKED_AT_ONCE], is_automatic=False)

    def send(self) -> None:
        """Send what waits, exactly as it was shown; what has changed meanwhile is shown anew."""
        asking, words = self._asking, self.waiting.words
        if asking is not None and words is not None:
            self._ask(asking.blocks, is_automatic=False, read=words.text)

    def cancel(self) -> None:
        """Do not send what waits."""
        asking, self._asking = self._asking, None
        self._budgets.forget()
        if asking is not None:
            self._refused.end_asking(asking.ids, "")
        self._wait(RepairPlanned())

    def choose(self, row: SecretRow, use: SecretUse) -> None:
        """A secret in what waits is to be sent so."""
        self._turns.secrets.choose(row, use)
        if self._asking is not None:
            self._plan(self._asking)

    def _ask(self, blocks: Sequence[RefusedBlock], *, is_automatic: bool, read: str = "") -> None:
        ids = tuple(block.block_id for block in blocks)
        profile = self._profile_now()
        if self._asking is not None:
            self.cancel()

        def say(sentence: str) -> None:
            self._refused.end_asking(ids, sentence)

        def refuse(error: CopilotError) -> None:
            refused = Refused.by(error)
            say(f"{error.message} {error.advice}".strip())
            if refused.hidden is not None:
                self.kept_back.emit(refused)

        def send(texts: Texts) -> None:
            files = {path: text for path, text in texts.items() if text is not None}
            asked = tuple(block.failure for block in blocks)
            before = {
                block.failure.path: text
                for block in blocks
                if block.failure.path is not None and (text := self._refused.text_before(block.block_id)) is not None
            }
            waiting = self._refused.waiting_lines(blocks[0].change_set_id, texts)
            repair = RepairRequest(repair_text(asked, files, before), asked, ids, is_automatic, waiting=waiting)
            self._asking = _Asking(tuple(blocks), repair, files, profile, read)
            self._plan(self._asking)

        if profile.is_weak:
            say(_WEAK)
            return
        self._refused.mark_asked(ids)
        # Only what was read when the block was refused: a path outside of the folder never is.
        known = [block for block in blocks if self._refused.text_before(block.block_id) is not None]
        self._texts.read_for_model(
            [block.failure.path for block in known if block.failure.path is not None], send, refuse
        )

    def _plan(self, asking: _Asking) -> None:
        wanted = would_ask_again(self._turns, asking.blocks[0].turn_id, asking.repair, asking.files, asking.profile)
        self._budgets.ask(wanted, is_read=not asking.repair.is_automatic)

    def _on_planned(self, budget: Budget) -> None:
        asking = self._asking
        if asking is None:
            return
        rows = self._turns.secrets.rows(Way.REPAIR, budget.secrets)
        if asking.repair.is_automatic and _has_new_maybe(budget):
            self._asking = None
            self._refused.end_asking(asking.ids, _MAYBE)
        elif asking.repair.is_automatic or not rows or budget.text == asking.read:
            # Where nothing can be planned the turn itself says why.
            self._asking = None
            self._wait(RepairPlanned())
            if not self._turns.ask_again(asking.blocks[0].turn_id, asking.repair, asking.files, asking.profile):
                self._refused.end_asking(asking.ids, _BUSY)
        else:
            self._refused.end_asking(asking.ids, "")
            self._wait(RepairPlanned(asking.ids, _words(asking, budget, rows)))

    def _wait(self, planned: RepairPlanned) -> None:
        if planned != self.waiting:
            self.waiting = planned
            self.planned.emit(planned)

    def begin(self, turn_id: str) -> None:
        """The refused blocks of an answer are known: one that has just ended is asked for them once."""
        # Whoever else hears of the end of the answer hears of it before the next begins.
        QTimer.singleShot(0, self, partial(self._ask_itself, turn_id))

    def _on_proposed(self, made: ProposalMade) -> None:
        # Whether its files can hold what it says is found out first.
        self._ended[made.turn_id] = made

    def _ask_itself(self, turn_id: str) -> None:
        """An answer has ended: ask for what had no place, once."""
        made = self._ended.pop(turn_id, None)
        if made is None:
            return
        profile = self._profile_now()
        if not self._is_on or profile.is_weak or profile.model != made.model or not self._may_ask_itself():
            return
        blocks = [
            block
            for changed in self._refused.of_turn(turn_id)
            for block in changed.blocks
            if block.failure.reason in REPAIRABLE
        ]
        if blocks:
            self._ask(blocks[:ASKED_AT_ONCE], is_automatic=True)

    def _on_conversation_opened(self, opened: ConversationOpened) -> None:
        if self._asking is not None:
            self.cancel()
        self._repairs = {turn.turn_id: turn.repairs for turn in opened.turns if turn.repairs}
        self._running = set()
        for progress in opened.running:
            for event in progress.events:
                self._on_turn_event(event)

    def _on_turn_event(self, event: object) -> None:
        match event:
            case RepairStarted(turn_id, text, block_count, is_automatic):
                self._running.add(turn_id)
                before = self._repairs.get(turn_id, ())
                self._repairs[turn_id] = (*before, Repair(text, "", block_count, is_automatic))
                self._tell(turn_id)
            case RepairArrived(turn_id, text):
                self._change_last(turn_id, lambda last: replace(last, answer=last.answer + text))
            case RepairFinished():
                self._finish(event)

    def _finish(self, event: RepairFinished) -> None:
        turn_id = event.turn_id
        self._running.discard(turn_id)
        note = event.note if event.error is None else f"{event.error.message} {event.error.advice}".strip()
        self._change_last(turn_id, lambda last: replace(last, status=event.status, note=note))
        if event.status is TurnStatus.STOPPED:
            self._refused.end_asking(event.block_ids, _STOPPED)
        elif event.error is not None or not event.outcomes:
            self._refused.end_asking(event.block_ids, f"Asking the model again failed. {note}".strip())
        else:
            repaired = Proposal() if event.repaired is None else event.repaired
            self.check_writable(ProposalMade(turn_id, repaired, event.files, "", ""), partial(self._take, event))

    def _take(self, event: RepairFinished, made: ProposalMade) -> None:
        placed = []
        unwritable = {failure.path: failure for failure in made.proposal.failures}
        for block_id, outcome, is_same in zip(event.block_ids, event.outcomes, event.repeated, strict=True):
            block = self._refused.block(block_id)
            too_odd = None if block is None else unwritable.get(block.failure.path)
            if outcome is None and too_odd is not None:
                self._refused.refuse_again(block_id, too_odd, event.files, _NOT_WRITABLE)
                self._change_last(event.turn_id, lambda last: replace(last, note=_NOT_WRITABLE))
            elif outcome is None:
                placed.append(block_id)
            elif block is not None and outcome == block.failure:
                self._refused.end_asking((block_id,), _SAME_AGAIN if is_same else _NOT_GIVEN)
            else:
                self._refused.refuse_again(block_id, outcome, event.files, _SAME_AGAIN if is_same else _NO_PLACE)
        if event.repaired is not None:
            self._refused.repaired(event.block_ids, placed, made.proposal, event.files)

    def _change_last(self, turn_id: str, change: Callable[[Repair], Repair]) -> None:
        repairs = self._repairs.get(turn_id, ())
        if repairs:
            self._repairs[turn_id] = (*repairs[:-1], change(repairs[-1]))
            self._tell(turn_id)

    def _tell(self, turn_id: str) -> None:
        self.changed.emit(self.of_turn(turn_id))


def _has_new_maybe(budget: Budget) -> bool:
    """Whether a word may be a secret and goes out as it is, and the prompt of the turn and its context have it not."""
    told = {seen.placeholder for part in budget.parts if part.kind is not PartKind.HISTORY for seen in part.secrets}
    new = (seen for part in budget.parts if part.kind is PartKind.HISTORY for seen in part.secrets)
    return any(not seen.is_named and not seen.is_masked and seen.placeholder not in told for seen in new)


def _words(asking: _Asking, budget: Budget, rows: tuple[SecretRow, ...]) -> RequestWords:
    from copilot_desktop.bridge.request_words import RequestWords  # hardly any block has secrets around it

    count, profile = len(asking.blocks), asking.profile
    what = "1 block" if count == 1 else f"{count} blocks"
    price = budget.price(profile)
    return RequestWords(
        what, budget.tokens, profile.limit_tokens, price, profile.model, budget.refusal, budget.text, secrets=rows
    )
