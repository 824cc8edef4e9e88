"""From a turn and its conversation to the one request that fits the model."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Final

from copilot_desktop.context.budget import (
    ANSWER_FRAME_TOKENS,
    MESSAGE_TOKENS,
    THIS_TURN,
    PartKind,
    RequestPart,
    input_limit,
    omitted_turns,
    refuse_oversized,
    refuse_too_long,
)
from copilot_desktop.conversation.prompts import (
    instructions,
    is_selection_edit,
    masked_prompt,
    messages_of_reading,
    messages_of_repair,
    messages_of_turn,
    must_answer,
    one_code_block,
    pictures_of,
    rule_pieces,
    rules_head,
    selection_pieces,
    tools_for,
    user_pieces,
)
from copilot_desktop.conversation.summaries import Summary, told_summary
from copilot_desktop.conversation.turns import StoredTurn, TurnMode, TurnRequest, new_id, title_of
from copilot_desktop.errors import UsageError
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.llm.requests import Message, ModelRequest, Tool, masked_message
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.picture import Picture

if TYPE_CHECKING:
    from copilot_desktop.context.items import ContextItem

    # With the table of secrets.
    from copilot_desktop.credentials.masking import Masking
    from copilot_desktop.credentials.placeholders import MaskedText, SeenSecret

_NAMED_TURNS: Final = 3
# A tiny model may go on for ever: the new text of a selection is seldom more than twice as long.
_GROWTH: Final = 2
_SPARE_TOKENS: Final = 128


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """The request, and which of the oldest turns it leaves out; `note` says so to the user, empty: none.

    `tokens` counts all that is sent: messages with what the wire format adds, calls among them, and what the model is
    told of its tools; it is the sum of the `parts`. `room` is how many more would fit beside what must be sent; None:
    not known. `dropped` are the turns that are left out. `answer_room` is kept for the answer; None where the model's
    limit is not known. `is_estimate`: the model cuts text in another way than it is counted here.
    """

    request: ModelRequest
    omitted_turns: int
    note: str
    tokens: int
    room: int | None = None
    parts: tuple[RequestPart, ...] = ()
    dropped: tuple[RequestPart, ...] = ()
    answer_room: int | None = None
    is_estimate: bool = False


def plan_request(
    request: TurnRequest,
    history: Sequence[StoredTurn],
    count_tokens: Callable[[str], int],
    masking: Masking,
    summary: Summary | None = None,
) -> PlannedRequest:
    """Plan a turn after the turns before it, the first of them in the form of their `summary` where there is one.

    Raises ContextLengthError with the figures when it cannot fit.
    All that is counted is as it leaves, with its secrets masked: also by what turns show that are left out.
    """
    profile = request.profile
    allowed = input_limit(profile.limit_tokens, profile.max_output_tokens)
    refuse_oversized("The context", sum(len(item.text) for item in request.items), allowed)
    is_selection, tools = is_selection_edit(request), tools_for(request)
    caller = profile.model if tools else None
    # The rewriting of a selection stands for itself: history would only lead a tiny model astray.
    history, summary = ((), None) if is_selection else (_after(history, summary), summary)
    past = [turn for turn in history if turn.answer or turn.readings]
    told = masking.mask(told_summary(summary)) if summary is not None else None
    turns = [messages_of_turn(turn, request.outcomes, caller, pictures_of(turn.items, profile)) for turn in past]
    asked, turns = _asked(request, tools, turns, count_tokens, masking)
    items_tokens = sum(part.tokens for part in asked.parts if part.item_id)
    refuse_too_long(asked.tokens, items_tokens, profile.limit_tokens, allowed)
    summed = _Summed.of(summary, told, None if allowed is None else allowed - asked.tokens, count_tokens)
    sizes = [_tokens(turn, count_tokens) + _picture_tokens(_pictures(turn), profile) for turn in turns]
    omitted = omitted_turns(sizes, asked.tokens + summed.tokens, allowed)
    system, *rest = asked.messages
    following = summed.before([*(message for turn in turns[omitted:] for message in turn), *rest], masking)
    parts = [*asked.parts, *summed.parts]
    if past[omitted:]:
        parts.append(_history(turns[omitted:], sum(sizes[omitted:]), masking))
    dropped = zip(past[:omitted], sizes, strict=False)
    return PlannedRequest(
        ModelRequest(
            request_id=new_id(),
            turn_id=request.turn_id,
            profile=profile,
            messages=(system, *following),
            purpose="edit" if is_selection or request.mode is TurnMode.EDIT else "chat",
            grammar=one_code_block(request.items[0].path) if is_selection else None,
            max_output_tokens=_selection_limit(request, count_tokens) if is_selection else None,
            tools=tools,
            may_call=not must_answer(request),
            masking=masking,
        ),
        omitted,
        f"{summed.note} {_note(past[:omitted], profile.limit_tokens)}".strip(),
        sum(part.tokens for part in parts),
        None if allowed is None else allowed - asked.tokens,
        tuple(parts),
        tuple(RequestPart(PartKind.HISTORY, title_of(turn.prompt), tokens) for turn, tokens in dropped),
        None if allowed is None or profile.limit_tokens is None else profile.limit_tokens - allowed,
    )


def _after(history: Sequence[StoredTurn], summary: Summary | None) -> Sequence[StoredTurn]:
    """The turns that are not in the summary."""
    if summary is None:
        return history
    return history[[turn.turn_id for turn in history].index(summary.last_turn_id) + 1 :]


@dataclass(frozen=True, slots=True)
class _Summed:
    """What goes along of the turns that are summarised; nothing where there is no room for it, and the note says so."""

    told: MaskedText | None = None
    parts: tuple[RequestPart, ...] = ()
    note: str = ""

    @property
    def tokens(self) -> int:
        return sum(part.tokens for part in self.parts)

    def before(self, messages: list[Message], masking: Masking) -> list[Message]:
        """The messages with it at their beginning."""
        if self.told is None:
            return messages
        # Not as a message of its own: many servers take questions and answers in turn alone.
        joined = masking.joined((self.told, masking.mask(messages[0].text)))
        return [replace(messages[0], text=joined.text), *messages[1:]]

    @classmethod
    def of(
        cls, summary: Summary | None, told: MaskedText | None, room: int | None, count_tokens: Callable[[str], int]
    ) -> _Summed:
        if summary is None or told is None:
            return cls()
        tokens, turns = count_tokens(told.text), _earlier(summary.turn_count)
        if room is not None and tokens > room:
            return cls(note=f"The summary of {turns} had no room and was left out.")
        part = RequestPart(PartKind.SUMMARY, f"Summary of {turns}", tokens, secrets=told.seen)
        return cls(told, (part,), f"The summary of {turns} went along in their place.")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is sent whatever came before: the instructions first, and what is asked for."""

    messages: tuple[Message, ...]
    parts: tuple[RequestPart, ...]

    @property
    def tokens(self) -> int:
        return sum(part.tokens for part in self.parts)


def _asked(
    request: TurnRequest,
    tools: Sequence[Tool],
    turns: Sequence[Sequence[Message]],
    count_tokens: Callable[[str], int],
    masking: Masking,
) -> tuple[_Asked, list[tuple[Message, ...]]]:
    """It, and the turns of the past, both as they may leave: what one shows to be a secret is masked in all."""
    caller = request.profile.model if tools else None
    told, rules = instructions(request), rule_pieces(request.items)
    items = tuple(item for item in request.items if not item.is_rule)
    refuse_pictures(items, request.profile)
    is_selection = is_selection_edit(request)
    raw = (
        selection_pieces(request.prompt, items)
        if is_selection
        else user_pieces(request.prompt, items, mode=request.mode)
    )
    again = (*messages_of_reading(request), *messages_of_repair(request, caller))
    masking.learn((*raw, *rules, *(text for turn in (again, *turns) for message in turn for text in message.texts)))
    past = [_masked(turn, masking)[0] for turn in turns]
    pieces = [masking.mask(piece) for piece in raw]
    again, seen_again = _masked(again, masking)
    text = masking.joined((*pieces[1:], pieces[0]) if is_selection else pieces)
    ruled = [masking.mask(piece) for piece in rules]
    if masking.has_masked:
        told = f"{told}\n{masked_prompt()}"
    told += rules_head(request.items)
    # Piece by piece: as one text all of the context would be counted anew with every letter of the prompt.
    parts = [RequestPart(PartKind.INSTRUCTIONS, "Instructions", count_tokens(told))]
    if tools:
        offered = "1 tool" if len(tools) == 1 else f"{len(tools)} tools"
        parts.append(RequestPart(PartKind.TOOLS, offered, _tool_tokens(tools, count_tokens)))
    of_rules = (item for item in request.items if item.is_rule)
    for item, piece in (*zip(items, pieces, strict=False), *zip(of_rules, ruled, strict=True)):
        kind = PartKind.RULES if item.is_rule else PartKind.CONTEXT
        tokens = count_tokens(piece.text)
        if item.picture is not None:
            tokens += _picture_tokens((item.picture,), request.profile)
        parts.append(RequestPart(kind, item.label, tokens, item.item_id, piece.seen))
    last = pieces[-1]
    parts.append(RequestPart(PartKind.PROMPT, "Prompt", count_tokens(last.text), secrets=last.seen))
    if again:
        parts.append(RequestPart(PartKind.HISTORY, THIS_TURN, _tokens(again, count_tokens), secrets=seen_again))
    parts.append(RequestPart(PartKind.FRAME, "Message marks", 2 * MESSAGE_TOKENS + ANSWER_FRAME_TOKENS))
    system = masking.joined((masking.mask(told), *ruled)).text
    return _Asked(
        (Message("system", system), Message("user", text.text, pictures=pictures_of(items, request.profile)), *again),
        tuple(parts),
    ), past


def _earlier(count: int) -> str:
    return "1 earlier turn" if count == 1 else f"{count} earlier turns"


def _tokens(messages: Sequence[Message], count_tokens: Callable[[str], int]) -> int:
    """What they take of the model's limit: more than their texts, since the wire formats add to each."""
    texts = [text for message in messages for text in message.texts]
    return sum(map(count_tokens, texts)) + MESSAGE_TOKENS * len(texts)


def _masked(messages: Sequence[Message], masking: Masking) -> tuple[tuple[Message, ...], tuple[SeenSecret, ...]]:
    """They as they may leave, and what was found in them, each value once."""
    masked = [masked_message(message, masking) for message in messages]
    seen = {each.placeholder: each for _message, found in masked for each in found}
    return tuple(message for message, _found in masked), tuple(seen.values())


def _history(turns: Sequence[Sequence[Message]], tokens: int, masking: Masking) -> RequestPart:
    """The turns that go along, with the secrets in what the model has read: of what the user has sent it was told."""
    read = [message for turn in turns for message in turn if message.role == "tool"]
    pictures = sum(len(_pictures(turn)) for turn in turns)
    return RequestPart(
        PartKind.HISTORY, _earlier(len(turns)), tokens, secrets=_masked(read, masking)[1], pictures=pictures
    )


def refuse_pictures(items: Sequence[ContextItem], profile: Profile) -> None:
    """Raise UsageError where pictures are to go to a model that sees none."""
    named = [item.label for item in items if item.picture is not None]
    if named and profile.is_blind:
        raise UsageError(
            f"{profile.model or profile.name} sees no pictures, so {' and '.join(named)} cannot be sent to it.",
            advice="Choose a model that does, or remove the picture.",
        )


def _pictures(messages: Sequence[Message]) -> list[Picture]:
    return [each for message in messages for each in message.pictures]


def _picture_tokens(pictures: Sequence[Picture], profile: Profile) -> int:
    """Those that are known."""
    if not pictures:
        return 0
    from copilot_desktop.llm.picture_tokens import picture_tokens  # hardly any request has one

    return sum(picture_tokens(profile, each) or 0 for each in pictures)


def _tool_tokens(tools: Sequence[Tool], count_tokens: Callable[[str], int]) -> int:
    """Tokens of the definitions, which servers put into the prompt in a form of their own, about as long."""
    return sum(count_tokens(json.dumps(asdict(tool))) for tool in tools)


def _selection_limit(request: TurnRequest, count_tokens: Callable[[str], int]) -> int:
    wanted = count_tokens(request.items[0].text) * _GROWTH + _SPARE_TOKENS
    return min(wanted, request.profile.max_output_tokens or wanted)


def _note(omitted: Sequence[StoredTurn], limit_tokens: int | None) -> str:
    if not omitted:
        return ""
    names = ", ".join(f"“{title_of(turn.prompt)}”" for turn in omitted[:_NAMED_TURNS])
    more = len(omitted) - _NAMED_TURNS
    if more > 0:
        names += f" and {more} more"
    limit = "" if limit_tokens is None else f" of {limit_tokens:,} tokens"
    turns = "turn was" if len(omitted) == 1 else f"{len(omitted)} turns were"
    return f"To stay within the model's limit{limit}, the oldest {turns} left out of this request: {names}."
