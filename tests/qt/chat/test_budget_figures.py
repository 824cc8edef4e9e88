"""The figures of the composer's bar, and how wide its parts are."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from copilot_desktop.context.budget import PartKind, RequestPart
from copilot_desktop.llm.profiles import Profile, ProviderKind
from copilot_desktop.ui import figures
from copilot_desktop.ui.chat.budget_bar import BudgetShown, widths
from copilot_desktop.ui.chat.chat_panel import _seen_by
from copilot_desktop.ui.chat.chips import Chip
from copilot_desktop.workspace.picture import Picture


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0"),
        (468, "468"),
        (999, "999"),
        (1000, "1k"),
        (1249, "1.2k"),
        (9960, "10k"),
        (128_000, "128k"),
        (999_400, "999k"),
        (999_600, "1M"),
        (1_050_000, "1.05M"),
        (12_000_000, "12M"),
    ],
)
def test_counts_take_little_room(count: int, shown: str) -> None:
    assert figures.short(count) == shown


def test_the_line_gets_shorter_step_by_step() -> None:
    lines = figures.meter(1234, 128_000, 0.004, 0.01, is_estimate=True)
    assert lines == (
        "~1.2k / 128k tk · $0.004 + ~$0.01 answer",
        "~1.2k / 128k tk · $0.004 + ~$0.01",
        "~1.2k / 128k tk · $0.004",
        "~1.2k / 128k tk",
        "~1.2k tk",
    )
    assert figures.meter(12, None, None, None) == ("12 tk", "12 tk")
    assert figures.meter(None, None, None, None)[0] == "… tk"
    # What nobody knows is not guessed.
    assert "answer" not in figures.meter(12, 100, 0.01, None)[0]


def parts(*tokens: tuple[PartKind, int]) -> tuple[RequestPart, ...]:
    return tuple(RequestPart(kind, kind.value, count) for kind, count in tokens)


def test_parts_stand_in_their_order_and_small_ones_can_be_seen() -> None:
    shown = BudgetShown(
        parts=parts((PartKind.PROMPT, 1), (PartKind.CONTEXT, 30), (PartKind.HISTORY, 500), (PartKind.CONTEXT, 20)),
        limit_tokens=1000,
    )
    made = widths(shown, 200)
    assert [kind for kind, _left, _right in made] == [PartKind.HISTORY, PartKind.CONTEXT, PartKind.PROMPT]
    assert made[0][1:] == (0, 99)
    assert all(right - left >= 2 for _kind, left, right in made)
    assert all(before[2] < after[1] for before, after in pairwise(made))


def test_no_part_goes_beyond_the_bar() -> None:
    many = BudgetShown(parts=parts(*((kind, 1) for kind in PartKind)), limit_tokens=10)
    assert all(0 <= left <= right <= 12 for _kind, left, right in widths(many, 12))
    assert widths(BudgetShown(), 100) == []
    # Where the limit is not known the bar is what is sent.
    assert widths(BudgetShown(parts=parts((PartKind.PROMPT, 9))), 100) == [(PartKind.PROMPT, 0, 99)]


def test_a_picture_has_its_tokens_and_those_of_the_sentence_that_names_it() -> None:
    priced = Profile("p", ProviderKind.CHAT, "https://api.openai.com/v1", "gpt-4o", picture_tiles=(85, 170))
    picture = Picture(b"\x89PNG" + bytes(96), "image/png", 1024, 1024)
    chip = Chip("1", "photo.jpg", "photo.jpg", "", 17, picture=picture)
    assert _seen_by(priced, chip).tokens == 765 + 17
    assert _seen_by(priced, replace(chip, tokens=None)).size == "counting …"
    assert _seen_by(replace(priced, picture_tiles=None), chip).size == "tokens not known"
