"""A request as a text to be read before it is sent: every message of it, and the functions that are offered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

from copilot_desktop.llm.requests import Message, ModelRequest

_HEADS: Final = {"system": "Instructions", "user": "From you", "assistant": "From the model", "tool": "Of its calls"}


def sent_text(request: ModelRequest) -> str:
    """What the model gets, each message under the name of who says it."""
    return "\n\n".join(_pieces(request))


def _pieces(request: ModelRequest) -> Iterator[str]:
    for message in request.messages:
        yield f"[{_HEADS.get(message.role, message.role)}]\n{_said(message)}"
    if request.tools:
        tools = json.dumps([asdict(each) for each in request.tools], indent=2, ensure_ascii=False)
        yield f"[Functions that it may call]\n{tools}"


def _said(message: Message) -> str:
    calls = [f"{call.name}({call.arguments})" for call in message.calls]
    pictures = [f"[A picture of {each.size_words} pixels, {len(each.data):,} bytes]" for each in message.pictures]
    return "\n".join(filter(None, (message.text, *pictures, *calls)))
