from __future__ import annotations

from dataclasses import replace

import pytest

from copilot_desktop.context.collecting import item_of
from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.conversation.planning import plan_request
from copilot_desktop.conversation.prompts import fenced, language_tag
from copilot_desktop.conversation.turns import StoredTurn, TurnMode, TurnRequest
from copilot_desktop.credentials.masking import Masking
from copilot_desktop.errors import ContextLengthError
from copilot_desktop.llm.profiles import EditFormat, Profile, ProviderKind
from copilot_desktop.text.ranges import LineRange

STRONG = Profile("p", ProviderKind.CHAT, "http://x", "m", limit_tokens=10_000, max_output_tokens=1000)
WEAK = Profile("w", ProviderKind.BUILT_IN, "", "m", limit_tokens=4096, max_output_tokens=300, is_weak=True)
SELECTION = item_of("src/a.py", "\n\na = 1\n", LineRange(2, 3))


def request_for(profile: Profile, *, mode: TurnMode = TurnMode.CHAT, **fields: object) -> TurnRequest:
    values: dict[str, object] = {"prompt": "Do it", "items": (SELECTION,), "files": {}} | fields
    return TurnRequest("t", "c", profile=profile, mode=mode, **values)  # type: ignore[arg-type]


def words(text: str) -> int:
    return len(text.split())


def past(*sizes: int) -> list[StoredTurn]:
    return [StoredTurn(f"t{n}", "c", f"turn{n}", answer="word " * size) for n, size in enumerate(sizes)]


def test_the_model_is_told_the_format_and_gets_exactly_the_items_and_the_prompt() -> None:
    planned = plan_request(request_for(STRONG), [], words, Masking()).request
    system, user = planned.messages
    assert system.role == "system"
    assert all(marker in system.text for marker in ("<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE"))
    assert user.text == "src/a.py, line 3:\n```py\na = 1\n```\n\nDo it"
    assert (planned.grammar, planned.max_output_tokens, planned.purpose) == (None, None, "chat")


def test_in_edit_mode_the_selection_is_marked() -> None:
    planned = plan_request(request_for(STRONG, mode=TurnMode.EDIT), [], words, Masking()).request
    assert "src/a.py, line 3, selected: change these lines:" in planned.messages[-1].text
    assert "exactly these lines" in planned.messages[0].text
    assert planned.purpose == "edit"


def test_a_weak_model_is_asked_only_for_the_new_text_held_by_a_grammar() -> None:
    planned = plan_request(request_for(WEAK), past(3), words, Masking()).request
    assert [message.role for message in planned.messages] == ["system", "user"]
    assert planned.messages[-1].text == "Do it\n\n```py\na = 1\n```"
    assert planned.grammar is not None
    assert planned.grammar.startswith('root ::= "```py\\n" line+ "```"')
    assert planned.max_output_tokens == 134
    assert "SEARCH" not in planned.messages[0].text


def test_a_weak_model_without_items_just_talks() -> None:
    planned = plan_request(request_for(WEAK, items=()), past(3), words, Masking()).request
    assert [message.role for message in planned.messages] == ["system", "user", "assistant", "user"]
    assert planned.grammar is None


def test_turns_are_sent_again_in_order_without_those_that_brought_nothing() -> None:
    history = [*past(2), StoredTurn("x", "c", "failed"), StoredTurn("y", "c", "with item", (SELECTION,), answer="yes")]
    planned = plan_request(request_for(STRONG), history, words, Masking())
    texts = [message.text for message in planned.request.messages[1:-1]]
    assert texts == ["turn0", "word word ", "src/a.py, line 3:\n```py\na = 1\n```\n\nwith item", "yes"]
    assert (planned.omitted_turns, planned.note) == (0, "")


def test_rule_files_stand_below_the_instructions_and_are_parts_of_their_own() -> None:
    rules = tuple(
        ContextItem(f"rule:{path}", ItemKind.RULE, path, text, why="it applies to every prompt")
        for path, text in (("AGENTS.md", "Use tabs.\n"), ("src/AGENTS.md", "Use ``` here.\n"))
    )
    history = [StoredTurn("y", "c", "before", (SELECTION, *rules), answer="yes")]
    planned = plan_request(request_for(STRONG, items=(SELECTION, *rules)), history, words, Masking())
    system, *past_turn, user = planned.request.messages
    ending = "AGENTS.md:\n```md\nUse tabs.\n```\n\nsrc/AGENTS.md:\n````md\nUse ``` here.\n````\n"
    assert system.text.endswith(ending)
    assert user.text == "src/a.py, line 3:\n```py\na = 1\n```\n\nDo it"
    # What held then holds no more: the rules of now are there once.
    assert [message.text for message in past_turn] == ["src/a.py, line 3:\n```py\na = 1\n```\n\nbefore", "yes"]
    labels = {part.label: part.tokens for part in planned.parts}
    assert labels["rules: src/AGENTS.md"] == 6
    assert sum(labels.values()) == planned.tokens


def test_the_oldest_turns_give_way_and_the_note_says_which() -> None:
    planned = plan_request(request_for(STRONG), past(5000, 5000, 5000, 10), words, Masking())
    assert planned.omitted_turns == 2
    assert planned.note == (
        "To stay within the model's limit of 10,000 tokens, the oldest 2 turns were left out of this request: "
        "“turn0”, “turn1”."
    )
    assert planned.request.messages[1].text == "turn2"
    many = plan_request(request_for(STRONG), past(*[3000] * 8), words, Masking())
    assert many.note.endswith("“turn0”, “turn1”, “turn2” and 3 more.")
    one = plan_request(request_for(STRONG), past(9000, 9), words, Masking())
    assert "the oldest turn was left out" in one.note


def test_the_parts_add_up_to_all_that_is_sent() -> None:
    other = item_of("b.py", "b = 2\n")
    planned = plan_request(request_for(STRONG, items=(SELECTION, other)), past(5000, 5000, 10), words, Masking())
    named = {part.label: (part.kind.value, part.tokens) for part in planned.parts}
    assert named["a.py:3"] == ("context", words("src/a.py, line 3:\n```py\na = 1\n```"))
    assert named["b.py"][0] == "context"
    assert named["Prompt"] == ("prompt", 2)
    assert named["2 earlier turns"] == ("history", 5010 + 2 * (1 + 2 * 4))
    messages = planned.request.messages
    # Four for each message, three at the end.
    assert planned.tokens == sum(words(message.text) for message in messages) + 4 * len(messages) + 3
    assert [(part.label, part.tokens) for part in planned.dropped] == [("turn0", 5009)]
    assert planned.answer_room == 1000


def test_tools_are_a_part() -> None:
    profile = replace(STRONG, edit_format=EditFormat.TOOL_CALL)
    parts = plan_request(request_for(profile), [], words, Masking()).parts
    assert [part.kind.value for part in parts] == ["instructions", "tools", "context", "prompt", "frame"]


def test_items_are_never_cut_but_refused_with_the_figures() -> None:
    big = item_of("big.txt", "word " * 9000)
    with pytest.raises(ContextLengthError, match="9,003 of them context"):
        plan_request(request_for(STRONG, items=(big,)), past(10), words, Masking())
    large = item_of("b.txt", "word " * 8000)
    assert plan_request(request_for(STRONG, items=(large,)), past(3000), words, Masking()).omitted_turns == 1


def test_a_fence_is_longer_than_any_in_the_text() -> None:
    assert fenced("a\n````\nb", "md") == "`````md\na\n````\nb\n`````"
    assert fenced("", "") == "```\n```"
    names = ("a.py", "Makefile", "x.c++", "y.`", "z.tar.gz")
    assert [language_tag(name) for name in names] == ["py", "", "c++", "", "gz"]
