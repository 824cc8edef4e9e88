"""A request as a text that is read before it is sent: nothing of it is missing."""

from __future__ import annotations

from copilot_desktop.conversation.sent_text import sent_text
from copilot_desktop.llm.profiles import KeySource, Profile, ProviderKind
from copilot_desktop.llm.requests import Message, ModelRequest, Tool, ToolCall

PROFILE = Profile("Test", ProviderKind.CHAT, "", "model", KeySource.NONE)


def test_every_message_call_and_function_is_in_it() -> None:
    call = ToolCall(0, "call-1", "edit", '{"path": "a.py"}')
    messages = (
        Message("system", "Be brief."),
        Message("user", "Change a.py."),
        Message("assistant", "", (call,)),
        Message("tool", "Shown to the user.", (), "call-1"),
        Message("user", "And b.py, ä."),
    )
    tool = Tool("edit", "Edits a file.", {"type": "object"})
    text = sent_text(ModelRequest("r", "t", PROFILE, messages, "chat", tools=(tool,)))
    assert text.split("\n\n")[:5] == [
        "[Instructions]\nBe brief.",
        "[From you]\nChange a.py.",
        '[From the model]\nedit({"path": "a.py"})',
        "[Of its calls]\nShown to the user.",
        "[From you]\nAnd b.py, ä.",
    ]
    assert text.split("\n\n")[5].startswith("[Functions that it may call]\n")
    assert '"description": "Edits a file."' in text
