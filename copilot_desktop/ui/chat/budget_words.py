"""The figures of the next request as words: one line for the bar, a table for whoever asks what it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from copilot_desktop.bridge.chat.budgets import Budget
from copilot_desktop.context.budget import PartKind
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.ui import figures
from copilot_desktop.ui.chat.budget_bar import BudgetShown, in_order
from copilot_desktop.values import dataclass

_NAMED: Final = 5
_ESTIMATE: Final = (
    "~: estimated by what its server has counted of the last requests; its own count comes with the answer."
)
_OVER: Final = "more than the model takes"


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """One part as words; `kind` is None for the room of the answer, which is no part of what is sent."""

    kind: PartKind | None
    label: str
    tokens: str
    share: str
    price: str


@dataclass(frozen=True, slots=True)
class BudgetTable:
    """The rows, then sentences below them; `can_compact`: the turns that are left out can be summarised."""

    rows: tuple[BudgetRow, ...]
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    can_compact: bool = False


def shown_of(budget: Budget, profile: Profile) -> BudgetShown:
    """What the bar says and draws."""
    limit = profile.limit_tokens
    if budget.refusal:
        return BudgetShown((_OVER,), budget.refusal, limit_tokens=limit, is_over=True)
    price, answer = budget.price(profile), budget.answer_price(profile)
    lines = figures.meter(budget.tokens, limit, price, answer, is_estimate=budget.is_estimate)
    said = []
    if budget.tokens is not None:
        takes = "" if limit is None else f" of the {limit:,} that {profile.model} takes"
        said.append(f"{_about(budget)}{budget.tokens:,} tokens{takes}.")
    if budget.answer_tokens is not None:
        said.append(f"A usual answer has about {budget.answer_tokens:,} tokens.")
    if budget.omitted_turns:
        # Where that has no room its colour says that there is more to know.
        lines = (*(f"{line} · {_turns(budget.omitted_turns)} left out" for line in lines), *lines[-2:])
        said.append(left_out(budget.omitted_turns))
    return BudgetShown(
        lines,
        " ".join(said),
        budget.parts,
        limit,
        budget.room_tokens,
        is_short=bool(budget.omitted_turns),
    )


def table_of(budget: Budget, profile: Profile) -> BudgetTable:
    """The parts one by one, the whole of them, and what there is to know about them."""
    if budget.refusal:
        return BudgetTable((), (), (budget.refusal,))
    if budget.tokens is None:
        return BudgetTable((), ("Being counted…",))
    return BudgetTable(
        tuple(_rows(budget, profile)),
        tuple(_notes(budget, profile)),
        tuple(_warnings(budget, profile)),
        can_compact=bool(budget.omitted_turns) and not profile.is_weak,
    )


def left_out(count: int) -> str:
    """What does not fit, as a sentence."""
    goes = "is" if count == 1 else "are"
    return f"The oldest {_turns(count)} of this conversation {goes} left out: no room beside the rest."


def _turns(count: int) -> str:
    return "1 turn" if count == 1 else f"{count} turns"


def _rows(budget: Budget, profile: Profile) -> Iterator[BudgetRow]:
    whole = profile.limit_tokens or budget.tokens or 1
    usd = None if profile.price is None else profile.price.input_usd / 1_000_000
    for part in in_order(budget.parts):
        price = "" if not usd else figures.money(part.tokens * usd)
        yield BudgetRow(part.kind, part.label, f"{part.tokens:,}", _share(part.tokens, whole), price)
    if budget.room_tokens:
        share = _share(budget.room_tokens, whole)
        yield BudgetRow(None, "Room kept for the answer", f"{budget.room_tokens:,}", share, "")


def _share(tokens: int, whole: int) -> str:
    share = 100 * tokens / whole
    return f"{share:.0f} %" if share >= 10 else f"{share:.1f} %"


def _notes(budget: Budget, profile: Profile) -> Iterator[str]:
    tokens, price, answer = budget.tokens or 0, budget.price(profile), budget.answer_price(profile)
    cost = f", {figures.money(price)}" if price else ""
    takes = "its limit is not known" if profile.limit_tokens is None else f"it takes {profile.limit_tokens:,}"
    yield f"{_about(budget)}{tokens:,} tokens{cost} to {profile.model}; {takes}."
    if budget.answer_tokens is not None:
        cost = f", {figures.about(answer)}" if answer else ""
        yield f"A usual answer: about {budget.answer_tokens:,} tokens{cost} (the middle of its last answers)."
    if budget.is_estimate:
        yield _ESTIMATE


def _about(budget: Budget) -> str:
    return "~" if budget.is_estimate else ""


def _warnings(budget: Budget, profile: Profile) -> Iterator[str]:
    if not budget.omitted_turns:
        return
    names = ", ".join(f"“{part.label}” ({part.tokens:,})" for part in budget.dropped[:_NAMED])
    more = len(budget.dropped) - _NAMED
    yield f"{left_out(budget.omitted_turns)} {names}{f' and {more} more' if more > 0 else ''}."
    if profile.is_weak:
        yield "The built-in model is too small to summarise them."
