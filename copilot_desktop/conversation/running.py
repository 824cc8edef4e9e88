"""Runs turns: plans the request, streams the answer, waits where the server asks to, makes the proposal, keeps all."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from copilot_desktop.context.budget import THIS_TURN, PartKind
from copilot_desktop.context.items import ContextItem
from copilot_desktop.conversation.answering import Arriving, ModelSource, answered
from copilot_desktop.conversation.events import (
    TurnEvent,
    TurnFinished,
    TurnStarted,
    TurnStatus,
    notice_of,
)
from copilot_desktop.conversation.planning import PlannedRequest, plan_request
from copilot_desktop.conversation.prompts import is_selection_edit
from copilot_desktop.conversation.proposing import MadeProposal, ReadFile, make_proposal, proposal_of_calls
from copilot_desktop.conversation.repairing import RepairRunner
from copilot_desktop.conversation.selection_edit import asks_for_one_place, one_block_proposal, selection_proposal
from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.conversation.summaries import SummaryStore, summary_on
from copilot_desktop.conversation.turn_so_far import TurnSoFar
from copilot_desktop.conversation.turns import MayRead, StoredTurn, TurnMode, TurnRequest
from copilot_desktop.edits.proposal import Proposal
from copilot_desktop.errors import CopilotError, EmptyAnswerError, StoreError, ToolsRefusedError
from copilot_desktop.llm.profiles import EditFormat, Profile
from copilot_desktop.llm.requests import RequestRecord, Usage
from copilot_desktop.llm.tokens import ModelCount, ModelTokens

if TYPE_CHECKING:
    from copilot_desktop.conversation.reading_rounds import Reader, ReadingRounds

_log = logging.getLogger(__name__)

_KEEP_EVERY_S: Final = 2.0
_NO_TOOLS_NOTE: Final = (
    "The server takes no tools for {model}, so it was asked for search/replace blocks instead of tool calls. Another "
    "edit format can be chosen in Settings, Models."
)
_NO_READING_NOTE: Final = "The server takes no tools for {model}, so the model cannot read files by itself."
_NEVER_ANSWERED: Final = "The model only asked to read more files and gave no answer."


def _always() -> bool:
    return True


class TurnRunner:
    """Runs any number of turns on the asyncio thread.

    `records_of` gives a turn's requests from the ledger, `tokens` counts texts for a model, `complete` fills in a
    profile's limits.
    """

    def __init__(
        self,
        client: ModelSource,
        store: ConversationStore,
        records_of: Callable[[str], Sequence[RequestRecord]],
        tokens: ModelTokens,
        complete: Callable[[Profile], Profile],
    ) -> None:
        self._client = client
        self._store = store
        self._summaries = SummaryStore(store)
        self._records_of = records_of
        self._tokens = tokens
        self._complete = complete
        self._repairs = RepairRunner(store, self._asked, self._with_figures)
        self._without_tools: set[tuple[str, str]] = set()
        """Addresses and models that have refused tools since the program was started."""
        self._waits: dict[str, asyncio.Event] = {}
        """Turns that wait to be sent again."""
        self._known_secrets: dict[str, dict[str, str]] = {}
        """Conversation → values that were masked in it, with what they are: held in memory alone."""

    def plan(self, request: TurnRequest, is_wanted: Callable[[], bool] = _always) -> PlannedRequest:
        """The request a turn would send now. Raises ContextLengthError with the figures, StoreError.

        Blocks briefly; a long text is counted no further when `is_wanted` says so (see `TokenCounter.count`).
        """
        if request.repair is not None and request.repair.kept is None:
            request = self._repairs.with_turn(request, request.repair)
        profile = self._complete(request.profile)
        notes = []
        if _server_of(profile) in self._without_tools:
            if profile.edit_format is EditFormat.TOOL_CALL:
                profile = replace(profile, edit_format=EditFormat.SEARCH_REPLACE)
                notes.append(_NO_TOOLS_NOTE.format(model=profile.model))
            if request.reading is not None:
                request = replace(request, reading=None)
                notes.append(_NO_READING_NOTE.format(model=profile.model))
        request = self._placed(replace(request, profile=profile))
        history = self._store.branch(request.conversation_id, request.parent_id or "")
        from copilot_desktop.conversation.learning_secrets import learn_request, learn_turns
        from copilot_desktop.credentials.masking import Masking  # with the table of secrets

        masking = Masking(
            request.conversation_id,
            request.choices,
            self._known_secrets.setdefault(request.conversation_id, {}),
        )
        # Also of turns that only a summary stands for: it may say a value where its form does not tell.
        learn_turns(masking, history)
        learn_request(masking, request)
        tokens = self._tokens.of(profile)
        summaries = self._summaries.of_conversation(request.conversation_id)
        summary = summary_on([turn.turn_id for turn in history], summaries)
        planned = plan_request(request, history, lambda text: tokens.count(text, is_wanted), masking, summary)
        now = [part for part in planned.parts if part.kind is not PartKind.HISTORY or part.label == THIS_TURN]
        seen = {each.placeholder: each for part in now for each in part.secrets}
        if seen:
            from copilot_desktop.credentials.secret_words import secrets_sentence  # seldom

            notes.append(secrets_sentence(tuple(seen.values()), is_sent=True))
        return replace(
            planned,
            request=replace(planned.request, counted_tokens=_counted(planned, tokens)),
            note=" ".join(filter(None, (*notes, planned.note))),
            is_estimate=not tokens.is_exact,
        )

    def _placed(self, request: TurnRequest) -> TurnRequest:
        """The request with the turn that it follows."""
        if request.parent_id is not None:
            return request
        return replace(request, parent_id=self._store.parent_for(request.conversation_id, request.turn_id))

    async def hurry(self, turn_id: str) -> None:
        """Send the request of a turn that waits again at once."""
        waiting = self._waits.get(turn_id)
        if waiting is not None:
            waiting.set()

    async def _wait(self, turn_id: str, delay_s: float) -> None:
        waiting = self._waits[turn_id] = asyncio.Event()
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(waiting.wait(), delay_s)
        finally:
            del self._waits[turn_id]

    async def run(
        self, request: TurnRequest, read_file: ReadFile | None = None, reader: Reader | None = None
    ) -> AsyncGenerator[TurnEvent, None]:
        """Run a turn: TurnStarted, what comes, and TurnFinished, which also tells every error; nothing else is raised.

        `read_file` gives the text of a file that the answer changes though it was not shown; `reader` answers the calls
        of a model that may read. Close the generator or
        cancel its task to stop: the socket is closed and what came is kept, marked as stopped; no event tells so.
        """
        if request.repair is not None:
            async with aclosing(self._repairs.run(request, request.repair, read_file)) as events:
                async for event in events:
                    yield event
            return
        turn = TurnSoFar.of(request)
        try:
            turn.request = request = await asyncio.to_thread(self._placed, request)
            await self._keep(turn)
            keep = partial(self._keep_now_and_then, turn)
            async with aclosing(self._said(request, turn, reader, keep)) as events:
                async for event in events:
                    yield event
            if not turn.answer:
                raise _without_answer(turn)
            made = await asyncio.to_thread(_proposal_of, request, turn, read_file)
            turn.status = TurnStatus.FINISHED
        except CopilotError as error:
            turn.status, turn.error, made = TurnStatus.FAILED, notice_of(error), None
            _log.info("turn %s failed: %s: %s", request.turn_id, type(error).__name__, error.message)
        finally:
            if turn.status is TurnStatus.STOPPED:
                turn.close()
                with suppress(StoreError):
                    self._store.save_turn(self._stored(turn))
        for event in turn.close():
            yield event
        yield self._finished(turn, made)

    async def _said(
        self, request: TurnRequest, turn: TurnSoFar, reader: Reader | None, keep: Callable[[], Awaitable[None]]
    ) -> AsyncGenerator[TurnEvent, None]:
        """What the model says; while it asks to read, it is asked again with what it is told."""
        rounds: ReadingRounds | None = None
        while True:
            async with aclosing(self._asked(request, turn, keep)) as events:
                async for event in events:
                    if not isinstance(event, TurnStarted):
                        yield event
                    elif rounds is None or event.note != turn.begin_note:
                        turn.begin_note = event.note
                        yield event
            for event in turn.close():
                yield event
            if reader is None or request.reading is None or not turn.written.to_read():
                return
            if rounds is None:
                # Most turns read nothing.
                from copilot_desktop.conversation.reading_rounds import ReadingRounds

                tokens = await asyncio.to_thread(self._tokens.of, request.profile)
                rounds = ReadingRounds(turn, reader, tokens.count)
            if request.reading.is_over:
                for told in rounds.refuse():
                    yield told
                return
            request = replace(request, reading=MayRead(turn.stored()))
            planned = await asyncio.to_thread(self.plan, request)
            async with aclosing(rounds.carry_out(planned.room, planned.request.masking)) as changes:
                async for changed in changes:
                    yield changed
            await self._keep(turn)
            turn.written.begin_round()
            request = replace(request, reading=MayRead(turn.stored(), rounds.is_over))

    async def _asked(
        self, request: TurnRequest, arriving: Arriving, keep: Callable[[], Awaitable[None]]
    ) -> AsyncGenerator[TurnEvent, None]:
        """TurnStarted and the answer to the request as it is planned; where the server takes no tools, once more."""
        while True:
            planned = await asyncio.to_thread(self.plan, request)
            yield TurnStarted(request.turn_id, planned.omitted_turns, planned.note)
            try:
                wait = partial(self._wait, request.turn_id)
                async with aclosing(answered(self._client, planned.request, arriving, keep, wait)) as events:
                    async for event in events:
                        yield event
                return
            except ToolsRefusedError:
                if not planned.request.tools or arriving.has_come:
                    raise
                self._without_tools.add(_server_of(planned.request.profile))

    def _finished(self, turn: TurnSoFar, made: MadeProposal | None) -> TurnFinished:
        has_proposal = made is not None and not made.is_empty
        stored, note = self._stored(turn), turn.end_note
        try:
            # Here and not in a thread: a stop at this moment must not leave the turn half kept.
            self._store.save_turn(stored)
        except StoreError as error:
            note = f"{note} This turn could not be kept: {error.message}".strip()
        return TurnFinished(
            turn_id=turn.request.turn_id,
            status=turn.status,
            error=turn.error,
            proposal=made.proposal if made is not None and has_proposal else None,
            usage=stored.usage,
            cost_usd=stored.cost_usd,
            first_token_s=stored.first_token_s,
            duration_s=stored.duration_s,
            note=note,
            files=made.files if made is not None and has_proposal else {},
            requests=turn.requests,
        )

    async def _keep(self, turn: TurnSoFar) -> None:
        # Its prompt is no draft any more: at first it must outlast the power.
        is_first = not turn.kept_at
        turn.kept_at = time.monotonic()
        save = partial(self._store.save_turn, turn.stored(), is_lasting=is_first)
        saving = asyncio.get_running_loop().run_in_executor(None, save)
        try:
            await asyncio.shield(saving)
        except asyncio.CancelledError:
            # What is kept of a stopped turn must not be overwritten by this older state of it.
            await asyncio.wait((saving,))
            raise

    async def _keep_now_and_then(self, turn: TurnSoFar) -> None:
        """A killed program must not take the answer with it; a full disk is told at the end."""
        if time.monotonic() - turn.kept_at >= _KEEP_EVERY_S:
            with suppress(StoreError):
                await self._keep(turn)

    def _stored(self, turn: TurnSoFar) -> StoredTurn:
        """The turn with what the ledger says of its requests."""
        records = self._records(turn.request.turn_id)
        turn.requests = len(records)
        return _with_figures(turn.stored(), records)

    def _with_figures(self, turn: StoredTurn) -> StoredTurn:
        return _with_figures(turn, self._records(turn.turn_id))

    def _records(self, turn_id: str) -> Sequence[RequestRecord]:
        with suppress(StoreError):
            return self._records_of(turn_id)
        return ()


def _without_answer(turn: TurnSoFar) -> EmptyAnswerError:
    if turn.stored().readings:
        return EmptyAnswerError(_NEVER_ANSWERED, advice="Ask for less at a time, or add the files that matter.")
    return EmptyAnswerError("The model answered without a character.", advice="Send the prompt again.")


def _server_of(profile: Profile) -> tuple[str, str]:
    return profile.base_url, profile.model


def _proposal_of(request: TurnRequest, turn: TurnSoFar, read_file: ReadFile | None) -> MadeProposal:
    if request.refine is None:
        return _placed(request, turn, read_file)
    from copilot_desktop.conversation.refining import refined

    def place(items: tuple[ContextItem, ...], files: Mapping[str, str]) -> MadeProposal:
        return _placed(replace(request, items=items, files=files), turn, read_file)

    return refined(request.items, request.files, request.refine, place)


def _placed(request: TurnRequest, turn: TurnSoFar, read_file: ReadFile | None) -> MadeProposal:
    if is_selection_edit(request):
        return MadeProposal(selection_proposal(turn.answer, request.items[0], request.files), request.files)
    if request.profile.is_weak:
        return MadeProposal(Proposal(), request.files)
    called = proposal_of_calls(turn.answer, turn.written.calls, request.files, read_file)
    if called is not None:
        return called
    if request.mode is TurnMode.EDIT and asks_for_one_place(request.items):
        found = one_block_proposal(turn.answer, request.items[0], request.files)
        if found is not None:
            return MadeProposal(found, request.files)
    return make_proposal(turn.answer, request.files, read_file, finished=turn.is_whole)


def _with_figures(turn: StoredTurn, records: Sequence[RequestRecord]) -> StoredTurn:
    last = records[-1] if records else None
    costs = [record.cost_usd for record in records if record.cost_usd is not None]
    return replace(
        turn,
        usage=_sum_of([record.usage for record in records]),
        cost_usd=sum(costs) if costs else None,
        first_token_s=last.first_token_s if last else None,
    )


def _counted(planned: PlannedRequest, tokens: ModelCount) -> int | None:
    """What the counter has counted; None where pictures go along, whose tokens would be taken for those of texts."""
    has_pictures = any(message.pictures for message in planned.request.messages)
    return None if has_pictures else tokens.counted(planned.tokens)


def _sum_of(usages: Sequence[Usage]) -> Usage:
    def total(counts: list[int | None]) -> int | None:
        known = [count for count in counts if count is not None]
        return sum(known) if known else None

    return Usage(
        total([usage.input_tokens for usage in usages]),
        total([usage.output_tokens for usage in usages]),
        total([usage.cached_tokens for usage in usages]),
        total([usage.reasoning_tokens for usage in usages]),
    )
