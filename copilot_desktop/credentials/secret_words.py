"""What is said of the secrets in a text that is about to leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from copilot_desktop.credentials.placeholders import MAYBE_LABELS, SeenSecret

_NAMED: Final = 3


def secrets_mark(seen: Sequence[SeenSecret]) -> str:
    """In a few words: what is masked, what is sent though it is a secret, and what may be one; "" for none."""
    masked = [each for each in seen if each.is_masked]
    shown = [each for each in seen if each.is_named and not each.is_masked]
    maybe = [each for each in seen if not each.is_named and not each.is_masked]
    said = []
    if masked:
        said.append(f"{_count(len(masked), 'secret')} masked")
    if shown:
        said.append(f"{_count(len(shown), 'secret')} sent as {'it is' if len(shown) == 1 else 'they are'}")
    if maybe:
        said.append(f"{len(maybe)} may be {'a secret' if len(maybe) == 1 else 'secrets'}")
    return ", ".join(said)


def short_mark(seen: Sequence[SeenSecret]) -> str:
    """As short as it goes, for a chip: “2 masked, 1 may be secret”."""
    counts = {
        "masked": sum(each.is_masked for each in seen),
        "sent as is": sum(each.is_named and not each.is_masked for each in seen),
        "may be secret": sum(not each.is_named and not each.is_masked for each in seen),
    }
    return ", ".join(f"{count} {how}" for how, count in counts.items() if count)


def secrets_sentence(seen: Sequence[SeenSecret], *, is_sent: bool = False) -> str:
    """The same with what they are: “2 secrets masked: AWS access key, private key.” `is_sent`: they have left."""
    said = []
    groups = {
        "masked": [each for each in seen if each.is_masked],
        "sent as they are": [each for each in seen if each.is_named and not each.is_masked],
    }
    for how, group in groups.items():
        if group:
            how = "sent as it is" if how != "masked" and len(group) == 1 else how
            said.append(f"{_count(len(group), 'secret')} {how}: {_kinds(group)}.")
    maybe = [each for each in seen if not each.is_named and not each.is_masked]
    if maybe:
        is_one = len(maybe) == 1
        words = "1 word may be a secret and" if is_one else f"{len(maybe)} words may be secrets and"
        how = "went" if is_sent else "is sent" if is_one else "are sent"
        said.append(f"{words} {how} as {'it is' if is_one else 'they are'}: {_kinds(maybe)}.")
    return " ".join(said)


def told_masked(seen: Sequence[SeenSecret]) -> str:
    """What is masked of what a tool told the model: “1 secret, 2 random words masked”; "" for nothing."""
    masked = _nouns([each for each in seen if each.is_masked])
    return f"{masked} masked" if masked else ""


def told_as_it_is(seen: Sequence[SeenSecret]) -> str:
    """What went to the model as it is in what a tool told it: “1 random word, sent as it is.”; "" for nothing."""
    shown = [each for each in seen if not each.is_masked]
    return f"{_nouns(shown)}, sent as {'it is' if len(shown) == 1 else 'they are'}." if shown else ""


def _nouns(seen: Sequence[SeenSecret]) -> str:
    random = sum(each.label in MAYBE_LABELS for each in seen)
    counts = ((len(seen) - random, "secret"), (random, "random word"))
    return ", ".join(_count(count, noun) for count, noun in counts if count)


def _kinds(seen: Sequence[SeenSecret]) -> str:
    counts = Counter(each.label for each in seen)
    words = [label if count == 1 else f"{count} × {label}" for label, count in counts.items()]
    more = max(0, len(words) - _NAMED)
    return ", ".join(words[:_NAMED]) + (f" and {more} more kinds" if more > 1 else " and 1 more kind" if more else "")


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"
