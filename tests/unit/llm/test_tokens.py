"""Counting: what OpenAI's encoding gives, never an exception, never a hang."""

from __future__ import annotations

import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.llm.tokens import TokenCounter

COUNTER = TokenCounter()


@pytest.mark.parametrize(
    ("text", "tokens"),
    # Taken from OpenAI's own tokenizer for o200k_base.
    [("", 0), ("hello world", 2), ("tiktoken is great!", 6), ("お誕生日おめでとう", 8), ("2 + 2 = 4", 7)],
)
def test_counts_are_those_of_the_encoding(text: str, tokens: int) -> None:
    assert COUNTER.count(text) == tokens


def test_names_of_special_tokens_are_ordinary_text() -> None:
    assert COUNTER.count("<|endoftext|>") > 1


@pytest.mark.parametrize("unit", ["a", " ", "\n", "!?", "é", "漢", "\u0301", "\t \n", "\u2028", "0", "'s"])
def test_long_runs_are_counted_in_linear_time(unit: str) -> None:
    assert COUNTER.count(unit * 200_000) > 1000


def test_cutting_long_text_costs_almost_nothing() -> None:
    line = "def total(items):\n    return sum(item.price for item in items)\n"
    whole, parts = COUNTER.count(line * 5000), COUNTER.count(line) * 5000
    assert abs(whole - parts) < 20


@given(st.text(st.characters(codec=None)))
def test_any_text_is_counted(text: str) -> None:
    assert 0 <= COUNTER.count(text) <= 4 * len(text)


def test_threads_share_one_counter_and_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    counter, counts = TokenCounter(), []
    threads = [threading.Thread(target=lambda: counts.append(counter.count("hello world"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [2, 2, 2, 2]
