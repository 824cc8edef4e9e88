"""An answer in which placeholders are again the secrets they stand for: what is shown, copied and placed is real."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace

from copilot_desktop.credentials.masking import Unmasking
from copilot_desktop.llm.requests import ModelEvent, ReasoningDelta, TextDelta, ToolCall, ToolCallDelta


async def with_values(
    events: AsyncGenerator[ModelEvent, None], values: Mapping[str, str]
) -> AsyncGenerator[ModelEvent, None]:
    """The same events. A piece that may be the beginning of a placeholder is held back until the next one."""
    text, reasoning = Unmasking(values), Unmasking(values)
    calls: dict[int, tuple[str, Unmasking]] = {}

    def left() -> list[ModelEvent]:
        rest: list[ModelEvent] = []
        if held := reasoning.finish():
            rest.append(ReasoningDelta(held))
        if held := text.finish():
            rest.append(TextDelta(held))
        rest += [ToolCallDelta(number, name, held) for number, (name, call) in calls.items() if (held := call.finish())]
        return rest

    async for event in events:
        match event:
            case TextDelta(piece):
                if shown := text.feed(piece):
                    yield TextDelta(shown)
            case ReasoningDelta(piece):
                if shown := reasoning.feed(piece):
                    yield ReasoningDelta(shown)
            case ToolCallDelta(number, name, piece):
                call = calls.setdefault(number, (name, Unmasking(values, in_json=True)))[1]
                yield ToolCallDelta(number, name, call.feed(piece))
            case ToolCall():
                for each in left():
                    yield each
                arguments = Unmasking(values, in_json=True).whole(event.arguments)
                yield replace(event, arguments=arguments)
            case _:
                for each in left():
                    yield each
                yield event
