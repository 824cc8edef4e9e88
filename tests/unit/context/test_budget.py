from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.context.budget import (
    ASSUMED_INPUT_TOKENS,
    input_limit,
    omitted_turns,
    refuse_oversized,
    refuse_too_long,
)
from copilot_desktop.errors import ContextLengthError


@pytest.mark.parametrize(
    ("limit", "output", "allowed"),
    [(4096, 1024, 3072), (128_000, 16_384, 111_616), (8192, None, 5462), (100_000, None, 95_904), (None, 10, None)],
)
def test_room_is_kept_for_the_answer(limit: int | None, output: int | None, allowed: int | None) -> None:
    assert input_limit(limit, output) == allowed


def test_a_refusal_names_the_figures() -> None:
    refuse_too_long(3000, 2500, 4096, 3000)
    refuse_too_long(10**9, 10**9, None, None)
    with pytest.raises(ContextLengthError) as caught:
        refuse_too_long(3001, 2500, 4096, 3000)
    for figure in ("3,001", "2,500", "3,000", "4,096", "1,096"):
        assert figure in caught.value.message
    assert caught.value.kind == "context_length"


def test_what_can_never_fit_is_refused_from_its_size() -> None:
    refuse_oversized("notes.txt", 16 * 1000 + 15, 1000)
    refuse_oversized("notes.txt", 16_000_000, None)
    with pytest.raises(
        ContextLengthError, match=r"notes\.txt .* 57,000,000 characters.* 3,562,500 .* 111,616"
    ) as caught:
        refuse_oversized("notes.txt", 57_000_000, 111_616)
    assert "Select the lines" in caught.value.advice
    with pytest.raises(ContextLengthError, match="no model is known"):
        refuse_oversized("notes.txt", 57_000_000, None)


@given(st.lists(st.integers(0, 50)), st.integers(0, 100), st.integers(0, 500))
def test_the_newest_turns_that_fit_are_kept(turns: list[int], needed: int, allowed: int) -> None:
    omitted = omitted_turns(turns, needed, allowed)
    kept = turns[omitted:]
    assert not kept or sum(kept) + needed <= allowed
    assert omitted == 0 or sum(turns[omitted - 1 :]) + needed > allowed


def test_history_has_a_bound_where_the_limit_is_not_known() -> None:
    assert omitted_turns([ASSUMED_INPUT_TOKENS, 1, 1], 0, None) == 1
