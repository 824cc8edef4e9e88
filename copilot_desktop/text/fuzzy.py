"""Finds names by a few of their letters, in order, as quick open and the command palette do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from copilot_desktop.values import dataclass

_PLACES: Final = 20
_SCORED: Final = 4000
"""How many candidates are scored at the most: a single letter stands in nearly all of them."""
_TOGETHER: Final = 1_000
"""So many names are looked through in one go, in which no other thread runs: in 100,000 at once nobody could type."""


@dataclass(frozen=True, slots=True)
class Match:
    """How well a name fits; more is better. `positions`: code points of the name that the letters stand at."""

    score: int
    positions: tuple[int, ...]


def match(query: str, name: str) -> Match | None:
    """Match the letters of `query` against a name or path; None when they are not in it in this order.

    Letters side by side, at the start of words and in the last part of a path weigh more; blanks are passed over.
    """
    wanted = "".join(query.casefold().split())
    found = name.casefold()
    if len(found) != len(name):
        found = name.lower() if len(name.lower()) == len(name) else name  # so that positions are those of the name
    if not wanted:
        return Match(-len(name), ())
    last_part = found.rfind("/") + 1
    tries = [_from(wanted, name, found, last_part), _from(wanted, name, found, 0)]
    whole = [each for each in tries if each is not None]
    if whole:
        whole += _side_by_side(wanted, name, found, last_part)
        words = query.casefold().split()
        if len(words) > 1:
            whole += _side_by_side(" ".join(words), name, found, last_part)
    return max(whole, key=lambda each: each.score, default=None)


def best(
    query: str, names: Sequence[str], limit: int, *, bonus: Callable[[str], int] = lambda _name: 0
) -> list[tuple[str, Match]]:
    """The names that fit best, the best first, at most `limit`; `bonus` is added to a name's score."""
    scored: list[tuple[int, str, Match]] = []
    for number, name in enumerate(_candidates(query, names)):
        found = match(query, name)
        if found is not None:
            scored.append((found.score + bonus(name), name, found))
        if number >= _SCORED:
            break
    scored.sort(key=lambda each: (-each[0], len(each[1]), each[1]))
    return [(name, found) for _score, name, found in scored[:limit]]


def _candidates(query: str, names: Sequence[str]) -> Iterator[str]:
    """Names that hold the letters in order; those that hold them side by side first, so that the limit meets others."""
    letters = "".join(query.split()).lower()
    if not letters:
        yield from names
        return
    texts = [_text_of(names[start : start + _TOGETHER]) for start in range(0, len(names), _TOGETHER)]
    # Each gap stops at the next wanted letter: without that a long name is tried in exponentially many ways.
    gaps = "".join(f"[^{re.escape(letter)}\\n]*+{re.escape(letter)}" for letter in letters)
    apart = re.compile(f"^{gaps}", re.MULTILINE)
    seen: set[int] = set()
    for find in (partial(_side_by_side_in, letters), partial(_apart_in, apart, frozenset(letters))):
        for number, text in enumerate(texts):
            line, last = number * _TOGETHER, 0
            for place in find(text):
                line += text.count("\n", last, place)
                last = place
                if line not in seen:
                    seen.add(line)
                    yield names[line]


def _text_of(names: Sequence[str]) -> str:
    """A line for each name."""
    text = "\n".join(names)
    if text.count("\n") != len(names) - 1:
        text = "\n".join(name.replace("\n", " ") for name in names)
    return text.lower()


def _side_by_side_in(letters: str, text: str) -> Iterator[int]:
    """A place in each line that holds the letters in one piece."""
    place = text.find(letters)
    while place >= 0:
        yield place
        end = text.find("\n", place)
        place = text.find(letters, end) if end >= 0 else -1


def _apart_in(pattern: re.Pattern[str], letters: frozenset[str], text: str) -> Iterator[int]:
    """The same for those that hold them in order."""
    if all(letter in text for letter in letters):
        yield from (found.start() for found in pattern.finditer(text))


def _from(wanted: str, name: str, found: str, start: int) -> Match | None:
    positions: list[int] = []
    score, position, last = 0, start, -2
    for letter in wanted:
        position = found.find(letter, position)
        if position < 0:
            return None
        if position == last + 1:
            score += 8
        elif _starts_word(name, position):
            score += 6
        else:
            score += 1
        positions.append(position)
        last, position = position, position + 1
    if start or "/" not in found:
        score += 4 * len(wanted)
        if found.startswith(wanted, start):
            score += 12
    return Match(score * 100 - len(name), tuple(positions))


def _side_by_side(wanted: str, name: str, found: str, last_part: int) -> list[Match]:
    """The places that hold all letters in one piece, or all words as they were typed, which the first letters that fit
    may have passed by."""
    places: list[Match] = []
    letters = len(wanted) - wanted.count(" ")
    position = found.find(wanted)
    while position >= 0 and len(places) < _PLACES:
        score = 8 * (letters - 1) + (6 if _starts_word(name, position) else 1)
        if position >= last_part:
            score += 4 * letters + 12 * (position == last_part)
        positions = (position + at for at, letter in enumerate(wanted) if letter != " ")
        places.append(Match(score * 100 - len(name), tuple(positions)))
        position = found.find(wanted, position + 1)
    return places


def _starts_word(name: str, position: int) -> bool:
    if position == 0:
        return True
    before, here = name[position - 1], name[position]
    return not before.isalnum() or (before.islower() and here.isupper())
