"""A text that is given anew keeps the pieces of the one before that it begins and ends with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.text import lined_text
from copilot_desktop.text.lined_text import LinedText
from copilot_desktop.text.lines import split_lines

texts = st.lists(st.sampled_from(["a", "bc", "\n", "\r\n", "\r", "longer line\n"]), max_size=30).map("".join)


@given(texts, texts, texts, texts)
def test_it_says_what_it_would_if_it_were_made_new(before: str, after: str, shared: str, end: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lined_text, "_PIECE", 4)
        old = LinedText(shared + before + end)
        text = shared + after + end
        made = old.rewritten(text)
        assert made.text == "".join(made.pieces) == text
        assert made[:] == split_lines(text) == [line for piece in made.pieces for line in split_lines(piece)]
        assert len(made) == len(split_lines(text))


def test_only_the_pieces_around_an_edit_are_new() -> None:
    lines = [f"line {number} of a text\n" for number in range(20_000)]
    old = LinedText("".join(lines))
    lines[10_000:10_001] = ["typed\n", "and typed\n"]
    made = old.rewritten("".join(lines))
    assert len(set(map(id, made.pieces)) - set(map(id, old.pieces))) == 1
    assert old.rewritten(old.text).pieces == old.pieces
    assert old.rewritten("").pieces == ()
    assert LinedText().rewritten(old.text).pieces == old.pieces
