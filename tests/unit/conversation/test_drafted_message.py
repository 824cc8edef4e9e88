"""The message in an answer, without what models put around it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_desktop.conversation.drafted_message import drafted_message

MESSAGE = "fix: count items\n\nThe `count` of an item was left out."


@pytest.mark.parametrize(
    "answer",
    [
        MESSAGE,
        f"\n{MESSAGE}\n\n",
        f"```\n{MESSAGE}\n```",
        f"```text\n{MESSAGE}\n```\nThis says what changed.",
        f"~~~~\n{MESSAGE}\n~~~~",
        f"Commit message:\n\n{MESSAGE}",
        f"**Commit message:**\n```\n{MESSAGE}\n```",
        MESSAGE.replace("\n", "\r\n"),
    ],
)
def test_what_stands_around_it_goes(answer: str) -> None:
    assert drafted_message(answer, is_whole=True) == MESSAGE


def test_quotation_marks_go_where_they_hold_all_of_it() -> None:
    assert drafted_message('"Count items"', is_whole=True) == "Count items"
    assert drafted_message("“Count items”", is_whole=True) == "Count items"
    assert drafted_message('"a" and "b"', is_whole=True) == '"a" and "b"'
    assert drafted_message("`run` before `stop`", is_whole=True) == "`run` before `stop`"


def test_an_opening_fence_is_not_shown_while_it_arrives() -> None:
    arriving = f"```text\n{MESSAGE}\n```"
    shown = [drafted_message(arriving[:end], is_whole=False) for end in range(len(arriving) + 1)]
    assert shown[7] == ""
    assert not any("```text" in text for text in shown)
    assert shown[-1] == MESSAGE


@given(st.text(alphabet='`~"“”:\n\r Commit messagexy', max_size=40), st.booleans())
@settings(max_examples=80)
def test_nothing_is_made_up(answer: str, is_whole: bool) -> None:
    text = drafted_message(answer, is_whole=is_whole)
    assert len(text) <= len(answer)
    assert text == text.rstrip()


def test_marks_around_nothing_are_nothing() -> None:
    assert drafted_message("` `", is_whole=False) == ""


def test_a_masked_secret_is_no_part_of_it() -> None:
    assert drafted_message("Rotate HIDDEN_SECRET_0123456789.", is_whole=True) == "Rotate [key]."
