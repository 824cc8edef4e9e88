"""From a turn and its conversation to the one request that fits the model."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Final

from copilot_desktop.context.budget import (
    MESSAGE_TOKENS,
    input_limit,
    omitted_turns,
    refuse_oversized,
    refuse_too_long,
)
from copilot_desktop.conversation.prompts import (
    is_selection_edit,
    messages_of_reading,
    messages_of_repair,
    messages_of_turn,
    must_answer,
    one_code_block,
    selection_text,
    system_prompt,
    tools_for,
    user_text,
)
from copilot_desktop.conversation.turns import StoredTurn, TurnMode, TurnRequest, new_id, title_of
from copilot_desktop.llm.requests import Message, ModelRequest, Tool
from copilot_desktop.values import dataclass

_NAMED_TURNS: Final = 3
# A tiny model may go on for ever: the new text of a selection is seldom more than twice as long.
_GROWTH: Final = 2
_SPARE_TOKENS: Final = 128


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """The request, and which of the oldest turns it leaves out; `note` says so to the user, empty: none.

    `tokens` counts all that is sent: messages, calls among them, and what the model is told of its tools. `room` is
    how many more would fit beside what must be sent; None: not known.
    """

    request: ModelRequest
    omitted_turns: int
    note: str
    tokens: int
    room: int | None = None


def plan_request(
    request: TurnRequest, history: Sequence[StoredTurn], count_tokens: Callable[[str], int]
) -> PlannedRequest:
    """Plan a turn after the turns before it. Raises ContextLengthError with the figures when it cannot fit."""
    profile = request.profile
    allowed = input_limit(profile.limit_tokens, profile.max_output_tokens)
    refuse_oversized("The context", sum(len(item.text) for item in request.items), allowed)
    is_selection = is_selection_edit(request)
    system = Message("system", system_prompt(request))
    text = (
        selection_text(request.prompt, request.items)
        if is_selection
        else user_text(request.prompt, request.items, mode=request.mode)
    )
    tools = tools_for(request)
    caller = profile.model if tools else None
    asked = (Message("user", text), *messages_of_reading(request), *messages_of_repair(request, caller))
    needed = _tokens((system, *asked), count_tokens) + _tool_tokens(tools, count_tokens)
    items_tokens = sum(count_tokens(item.text) for item in request.items)
    refuse_too_long(needed, items_tokens, profile.limit_tokens, allowed)
    # The rewriting of a selection stands for itself: history would only lead a tiny model astray.
    past = [turn for turn in history if turn.answer or turn.readings] if not is_selection else []
    turns = [messages_of_turn(turn, request.outcomes, caller) for turn in past]
    omitted = omitted_turns([_tokens(turn, count_tokens) for turn in turns], needed, allowed)
    kept = [message for turn in turns[omitted:] for message in turn]
    messages = (system, *kept, *asked)
    return PlannedRequest(
        ModelRequest(
            request_id=new_id(),
            turn_id=request.turn_id,
            profile=profile,
            messages=messages,
            purpose="edit" if is_selection or request.mode is TurnMode.EDIT else "chat",
            grammar=one_code_block(request.items[0].path) if is_selection else None,
            max_output_tokens=_selection_limit(request, count_tokens) if is_selection else None,
            tools=tools,
            may_call=not must_answer(request),
        ),
        omitted,
        _note(past[:omitted], profile.limit_tokens),
        sum(map(count_tokens, _texts(messages))) + _tool_tokens(tools, count_tokens),
        None if allowed is None else allowed - needed,
    )


def _tokens(messages: Sequence[Message], count_tokens: Callable[[str], int]) -> int:
    """What they take of the model's limit: more than their texts, since the wire formats add to each."""
    texts = _texts(messages)
    return sum(map(count_tokens, texts)) + MESSAGE_TOKENS * len(texts)


def _texts(messages: Sequence[Message]) -> list[str]:
    return [text for message in messages for text in (message.text, *(call.arguments for call in message.calls))]


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
