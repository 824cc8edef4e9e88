"""Calls of the edit tools as models and servers write them: each is an edit, or a failure with a clear sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.conversation.answer_writing import AnswerWriter
from copilot_desktop.conversation.edit_calls import (
    read_call,
    sendable_arguments,
    sendable_name,
    without_calls,
)
from copilot_desktop.conversation.turn_calls import TurnCall
from copilot_desktop.edits import propose
from copilot_desktop.llm.requests import ToolCall, ToolCallDelta

EDIT = {"path": "a.py", "old_string": "one\n", "new_string": "two\n"}
OTHER = EDIT | {"path": "b.py"}
FILES = {"a.py": "one\nmore\n", "b.py": "one\n", "old.py": "gone\n"}


def call(arguments: object, name: str = "edit_file") -> TurnCall:
    return TurnCall(name, arguments if isinstance(arguments, str) else json.dumps(arguments))


GOOD: dict[str, tuple[TurnCall, list[dict[str, Any]]]] = {
    "an edit": (call(EDIT), [EDIT]),
    "every place": (call(EDIT | {"replace_all": True}), [EDIT | {"replace_all": True}]),
    "every place, as text": (call(EDIT | {"replace_all": "True"}), [EDIT | {"replace_all": True}]),
    "one place, as null": (call(EDIT | {"replace_all": None}), [EDIT]),
    "names of other tools": (
        call({"file_path": "a.py", "old_str": "one\n", "newString": "two\n"}, "functions.edit_file"), [EDIT],
    ),
    "a server's mark behind the name": (call(EDIT, "edit_file<|channel|>commentary"), [EDIT]),
    "escaped twice": (call(json.dumps(EDIT)), [EDIT]),
    "escaped three times": (call(json.dumps(json.dumps(EDIT))), [EDIT]),
    "several edits": (call({"path": "a.py", "edits": [EDIT, EDIT]}), [EDIT, EDIT]),
    "several edits as text": (call({"path": "a.py", "edits": json.dumps([EDIT])}), [EDIT]),
    "line breaks that are not escaped": (call(json.dumps(EDIT).replace("\\n", "\n")), [EDIT]),
    "one bracket too many": (call(json.dumps(EDIT) + "}"), [EDIT]),
    "two calls run together": (call(json.dumps(EDIT) + json.dumps(OTHER)), [EDIT, OTHER]),
    "a new file": (
        call({"path": "n.py", "content": "x"}, "create_file"), [{"path": "n.py", "old_string": "", "new_string": "x"}],
    ),
    "a file deleted": (call({"path": "old.py"}, "delete_file"), [{"type": "delete_file", "path": "old.py"}]),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_is_meant_is_read(name: str) -> None:
    made, edits = GOOD[name]
    read = read_call(made)
    assert (list(read.edits), read.failure) == (edits, None)
    assert propose(list(read.edits), FILES).files


CUT = json.dumps(EDIT)[:-9]
BAD: dict[str, tuple[TurnCall, str, str, str | None]] = {
    "an unknown tool": (call(EDIT, "run_shell"), "malformed", "“run_shell”, which is no tool here", None),
    "no name": (call(EDIT, ""), "malformed", "“no name”", None),
    "cut off": (call(CUT), "cut_off", "was cut off before", "a.py"),
    "stopped": (replace(call("{"), is_whole=False), "cut_off", "was cut off before", None),
    "no arguments": (call(""), "malformed", "it has no arguments", None),
    "no JSON": (call('{"path": "a.py", "old_string": "say "hi""}'), "malformed", "not valid JSON", "a.py"),
    "words": (call("I would rather not"), "malformed", "not valid JSON", None),
    "no object": (call("[1]"), "malformed", "no object with names and values", None),
    "no path": (call({"old_string": "a", "new_string": "b"}), "malformed", "path is missing", None),
    "no old text": (call({"path": "a.py", "new_string": "b"}), "malformed", "old_string is missing", "a.py"),
    "an old text that is none": (call(EDIT | {"old_string": 3}), "malformed", "old_string is not text", "a.py"),
    "a path that is none": (call(EDIT | {"path": ["a.py"]}), "malformed", "path is not text", None),
    "perhaps every place": (call(EDIT | {"replace_all": "maybe"}), "malformed", "replace_all is neither", "a.py"),
    "no content": (call({"path": "a.py"}, "create_file"), "malformed", "content is missing", "a.py"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_used_is_a_sentence_with_the_call_as_it_came(name: str) -> None:
    made, reason, said, path = BAD[name]
    read = read_call(made)
    assert read.edits == ()
    assert read.failure is not None
    assert (read.failure.reason, read.failure.path) == (reason, path)
    assert said in read.failure.message
    assert read.failure.message.endswith(".")
    assert read.failure.block == (made.arguments or made.name)


@pytest.mark.parametrize("name", [*GOOD, *BAD])
def test_what_is_sent_again_is_valid_whatever_came(name: str) -> None:
    made = (GOOD | {key: (value[0], []) for key, value in BAD.items()})[name][0]
    assert isinstance(json.loads(sendable_arguments(made)), dict)
    assert sendable_name(made).replace("_", "").isalnum()


PIECE = st.sampled_from(
    ['{"path": "a.py"', ', "old_string": "one"', ', "new_string": "', '"', "}", "{", "[", "\\", "\n", "1", " "]
)


@given(
    st.lists(PIECE, max_size=12), st.sampled_from(["edit_file", "create_file", "delete_file", "x", ""]), st.booleans()
)
def test_whatever_comes_is_an_edit_or_a_failure_and_is_shown(pieces: list[str], name: str, is_stopped: bool) -> None:
    made = call("".join(pieces), name)
    read = read_call(made)
    assert bool(read.edits) != (read.failure is not None)
    assert isinstance(json.loads(sendable_arguments(made)), dict)
    writer = written("Text.", made, is_stopped=is_stopped)
    if made.arguments or not is_stopped:
        assert writer.answer != "Text."
    assert without_calls(writer.answer, writer.calls) == "Text."


# How it is shown


def written(*parts: str | TurnCall, size: int = 5, is_stopped: bool = False) -> AnswerWriter:
    """An answer of these texts and calls, in pieces."""
    writer, shown, calls = AnswerWriter(), [], list[TurnCall]()
    for part in parts:
        text = part if isinstance(part, str) else part.arguments
        if isinstance(part, TurnCall):
            calls.append(part)
        for at in range(0, len(text), size):
            piece = text[at : at + size]
            made = ToolCallDelta(len(calls) - 1, part.name, piece) if isinstance(part, TurnCall) else None
            shown.append(writer.text(piece) if made is None else writer.delta(made))
    for number, each in enumerate(calls if not is_stopped else ()):
        shown.append(writer.call(ToolCall(number, "", each.name, each.arguments)))
    shown.append(writer.finish())
    assert "".join(shown) == writer.answer
    assert writer.finish() == ""
    return writer


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_the_text_that_is_shown_means_what_the_call_means(name: str, size: int) -> None:
    made, edits = GOOD[name]
    writer = written("I do it.", made, size=size)
    (kept,) = writer.calls
    assert (kept.arguments, kept.is_whole) == (made.arguments, True)
    assert without_calls(writer.answer, writer.calls) == "I do it."
    assert writer.answer.startswith("I do it.\n\n")
    if made.name == "delete_file":
        assert writer.answer.endswith("Delete `old.py`.\n")
    elif made.name == "create_file":
        assert propose(writer.answer, FILES).files == {"n.py": "x\n"}
    else:
        assert "Edit `a.py`:" in writer.answer
        assert propose(writer.answer, FILES).files == propose(edits, FILES).files
    assert ("replaces every place" in writer.answer) == any(edit.get("replace_all") for edit in edits)


@pytest.mark.parametrize("name", BAD)
def test_a_call_that_cannot_be_used_is_shown_all_the_same(name: str) -> None:
    made = BAD[name][0]
    writer = written(made, "\nSo far.")
    assert without_calls(writer.answer, writer.calls) == "So far."
    assert "`" in writer.answer
    if propose(writer.answer, FILES).files:
        assert "This call cannot be used." in writer.answer


def test_an_edit_is_shown_while_it_arrives() -> None:
    writer = AnswerWriter()
    assert writer.delta(ToolCallDelta(0, "edit_file", '{"path": "a.p')) == ""
    assert writer.delta(ToolCallDelta(0, "edit_file", 'y", "old_')) == (
        "Edit `a.py`:\n\n``````py a.py\n<<<<<<< SEARCH\n"
    )
    assert writer.delta(ToolCallDelta(0, "edit_file", 'string": "one\\ntw')) == "one\ntw"
    assert writer.delta(ToolCallDelta(0, "edit_file", 'o", "new_string": "th')) == "o\n=======\nth"


def test_calls_that_arrive_mixed_are_shown_one_after_another() -> None:
    writer, first, second = AnswerWriter(), json.dumps(EDIT), json.dumps(EDIT | {"path": "b.py"})
    for at in range(0, len(first), 4):
        writer.delta(ToolCallDelta(0, "edit_file", first[at : at + 4]))
        writer.delta(ToolCallDelta(1, "edit_file", second[at : at + 4]))
    for number, arguments in enumerate((first, second)):
        writer.call(ToolCall(number, "", "edit_file", arguments))
    writer.finish()
    assert propose(writer.answer, FILES).files == {"a.py": "two\nmore\n", "b.py": "two\n"}
    assert [writer.answer[each.start : each.end].count("Edit `") for each in writer.calls] == [1, 1]


def test_text_between_calls_stays_between_them() -> None:
    writer = written("First.", call(EDIT), "Then.", call({"path": "old.py"}, "delete_file"), "Done.")
    order = [writer.answer.index(part) for part in ("First.", "Edit `a.py`", "Then.", "Delete `old.py`", "Done.")]
    assert order == sorted(order)
    assert without_calls(writer.answer, writer.calls) == "First.\n\nThen.\n\nDone."


@pytest.mark.parametrize("length", [9, 30, 45, 60])
def test_a_call_that_was_stopped_is_never_a_whole_edit(length: int) -> None:
    writer = written(call(json.dumps(EDIT)[:length]), is_stopped=True)
    (kept,) = writer.calls
    assert not kept.is_whole
    assert not propose(writer.answer, FILES).files
    assert writer.answer.count("``````") == 2


def test_odd_names_of_files_break_no_markdown() -> None:
    writer = written(call(EDIT | {"path": "a `b`\n```c.py"}))
    assert writer.answer.startswith("Edit `a 'b' '''c.py`:\n\n``````py\n<<<<<<< SEARCH\n")
