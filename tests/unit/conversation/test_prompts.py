"""The prompts: each teaches one format by an example that the edit engine reads as it is meant."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from copilot_desktop.conversation.edit_calls import read_call
from copilot_desktop.conversation.prompts import instructions, tools_for
from copilot_desktop.conversation.turn_calls import TurnCall
from copilot_desktop.conversation.turns import TurnMode, TurnRequest
from copilot_desktop.edits import propose
from copilot_desktop.llm.profiles import EditFormat, Profile, ProviderKind
from copilot_desktop.llm.tokens import TokenCounter
from copilot_desktop.resource_files import resource_path
from tests.support.secret_service import ROOT

FUNCTION = """def count(items):
    return len(items)


def total(items):
    return sum(item.price for item in items)
"""
CLASS = """class Cart:
    def add(self, item):
        self.items.append(item)

    def total(self):
        return sum(item.price for item in self.items)

    def clear(self):
        self.items = []
"""


def request_for(edit_format: EditFormat, mode: TurnMode = TurnMode.CHAT) -> TurnRequest:
    profile = Profile("p", ProviderKind.CHAT, "http://x", "m", edit_format=edit_format)
    return TurnRequest("t", "c", "Do it", (), {}, profile, mode)


def prompt_for(edit_format: EditFormat, mode: TurnMode = TurnMode.CHAT) -> str:
    return instructions(request_for(edit_format, mode))


def test_the_search_replace_prompt_is_read_as_its_own_example_means() -> None:
    text = resource_path("prompts", "search_replace.md").read_text(encoding="utf-8")
    made = propose(text, {"src/shop/cart.py": FUNCTION, "src/shop/other.py": FUNCTION})
    assert made.files == {"src/shop/cart.py": FUNCTION.replace("item.price for", "item.price * item.count for")}
    assert (made.failures, [hunk.needs_look for hunk in made.hunks]) == ((), [False])


def test_the_patch_prompt_is_read_as_its_own_example_means() -> None:
    text = resource_path("prompts", "apply_patch.md").read_text(encoding="utf-8")
    made = propose(text, {"src/shop/cart.py": CLASS, "src/shop/other.py": CLASS})
    assert made.files == {
        "src/shop/cart.py": CLASS.replace("item.price for", "item.price * item.count for"),
        "src/shop/tax.py": "RATE = 0.2\n",
    }
    assert (made.failures, [hunk.needs_look for hunk in made.hunks]) == ((), [False, False])


def test_the_tools_prompt_is_read_as_its_own_example_means() -> None:
    text = resource_path("prompts", "tool_call.md").read_text(encoding="utf-8")
    (example,) = [line for line in text.split("\n") if line.startswith("{")]
    read = read_call(TurnCall("edit_file", example))
    made = propose(list(read.edits), {"src/shop/cart.py": FUNCTION, "src/shop/other.py": FUNCTION})
    assert made.files == {"src/shop/cart.py": FUNCTION.replace("item.price for", "item.price * item.count for")}
    assert (made.failures, read.failure) == ((), None)


def test_the_tools_take_what_their_schemas_ask_for() -> None:
    tools = {tool.name: tool for tool in tools_for(request_for(EditFormat.TOOL_CALL))}
    assert list(tools) == ["edit_file", "create_file", "delete_file"]
    for tool in tools.values():
        assert set(tool.parameters["required"]) <= set(tool.parameters["properties"])
        values = dict.fromkeys(tool.parameters["required"], "x")
        assert read_call(TurnCall(tool.name, json.dumps(values))).failure is None
        assert tool.name in prompt_for(EditFormat.TOOL_CALL)
    assert tools_for(request_for(EditFormat.APPLY_PATCH)) == ()
    weak = replace(request_for(EditFormat.TOOL_CALL).profile, is_weak=True)
    assert tools_for(replace(request_for(EditFormat.TOOL_CALL), profile=weak)) == ()


def test_the_docs_say_what_each_prompt_costs() -> None:
    docs = (ROOT / "docs" / "maintainers" / "prompts.md").read_text(encoding="utf-8")
    count = TokenCounter().count
    for edit_format in (EditFormat.SEARCH_REPLACE, EditFormat.APPLY_PATCH, EditFormat.TOOL_CALL):
        tools = sum(count(json.dumps(asdict(tool))) for tool in tools_for(request_for(edit_format)))
        told = f"{tools} tokens" if tools else "none"
        assert f"| `{edit_format}` | {count(prompt_for(edit_format))} tokens | {told} |" in docs


@pytest.mark.parametrize("mode", list(TurnMode))
def test_a_model_is_taught_one_format_only(mode: TurnMode) -> None:
    blocks, patch = prompt_for(EditFormat.SEARCH_REPLACE, mode), prompt_for(EditFormat.APPLY_PATCH, mode)
    assert "<<<<<<< SEARCH" in blocks
    assert "*** Begin Patch" not in blocks
    assert "*** Begin Patch" in patch
    assert "SEARCH" not in patch
    assert prompt_for(EditFormat.AUTO, mode) == blocks
    assert ("exactly these lines" in patch) == (mode is TurnMode.EDIT)
