"""Words of code and prose as they are searched: identifiers whole and in their parts, words without their endings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Final

_WORD: Final = re.compile(r"[^\W\d]\w*")
_PART: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[^\W\dA-Z_]+|[A-Z]+|\d+")
_BLANKS: Final = "".join(chr(each) if chr(each).isalnum() or each == ord("_") else " " for each in range(128))
_DIGITS: Final = "0123456789"
_COUNTS: Final = 4
"""A word that a text has more often says hardly more of it, and all of them would be written and read."""
_LONGEST: Final = 64
"""A longer run of letters is data, and no word that anybody looks for."""
_KNOWN: Final = 200_000
"""So many words are remembered with their parts; a project of 20 MB has a tenth of them."""
_FREQUENT: Final = frozenset(
    # ruff: noqa: SIM905 - fifty words in quotes each would be a page
    "the a an and or of to in is it for on with this that be as at by from are was not if but when we you i so do no "
    "can will has have had which there then than its into only also use used using should would could more may does "
    "did been".split()
)
_ENDINGS: Final = ("ing", "ed", "s", "er", "ly")
_HISSING: Final = ("sses", "xes", "ches", "shes", "zzes")
"""These have an e only with the s."""
_SHORTEST_STEM: Final = 3


class _Split(dict[str, str]):
    """What a word is searched by, in a string with blanks between; found out once for each word."""

    def __init__(self, split: Callable[[str], str]) -> None:
        super().__init__()
        self._split = split

    def __missing__(self, word: str) -> str:
        if len(self) >= _KNOWN:
            self.clear()
        found = self[word] = self._split(word.lstrip(_DIGITS)) if len(word) <= _LONGEST else ""
        return found


def as_text(asked: str) -> str:
    """What is asked for, without halves of characters, which no database takes and no text holds."""
    return asked if asked.isascii() else asked.encode("utf-8", "replace").decode("utf-8")


def plain_terms(text: str) -> str:
    """The words of a text as they are written, in small letters, and the parts of those that have several."""
    return " ".join(map(_PLAIN.__getitem__, _words(text)))


def stemmed_terms(text: str) -> str:
    """The words of a text without their endings: `placing`, `placed` and `places` are one."""
    return " ".join(map(_STEMMED.__getitem__, _words(text)))


def counted_plain_terms(text: str) -> str:
    """The same as `plain_terms`, in no order, each word at most as often as counts in a ranking."""
    return _counted(text, _PLAIN)


def counted_stemmed_terms(text: str) -> str:
    """The same as `stemmed_terms`, in no order, each word at most as often as counts in a ranking."""
    return _counted(text, _STEMMED)


def _counted(text: str, split: _Split) -> str:
    return " ".join([f"{split[word]} " * min(count, _COUNTS) for word, count in Counter(_words(text)).items()])


def _words(text: str) -> list[str]:
    """Some may begin with digits, which are not of the word."""
    # Twice as quick as the expression, and most code is ASCII.
    return text.translate(_BLANKS).split() if text.isascii() else _WORD.findall(text)


def stem(word: str) -> str:
    """A word in small letters without its ending. Crude, and the same for questions and texts, which is what counts."""
    if word.endswith("ies") and len(word) > len("ties"):
        return word[:-3] + "y"
    if word.endswith(_HISSING):
        word = word[:-2]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            if ending == "s" and word.endswith("ss"):
                break
            word = _undoubled(word[: -len(ending)], ending)
            break
    return word[:-1] if word.endswith("e") and len(word) > _SHORTEST_STEM + 1 else word


def _undoubled(word: str, ending: str) -> str:
    """`stopp` of `stopped` is `stop`; `pass` and `call` have two letters by themselves."""
    is_doubled = ending in ("ing", "ed", "er") and len(word) > _SHORTEST_STEM and word[-1] == word[-2]
    return word[:-1] if is_doubled and word[-1] not in "ls" else word


def _plainly(word: str) -> str:
    parts = _PART.findall(word)
    terms = [word.strip("_").lower(), *(part.lower() for part in parts if len(parts) > 1)]
    return " ".join(term for term in terms if len(term) > 1 and term not in _FREQUENT)


def _stemmed(word: str) -> str:
    parts = _PART.findall(word)
    terms = [word.strip("_").lower()] if len(parts) > 1 else []
    terms += [stem(part) for part in map(str.lower, parts) if part not in _FREQUENT]
    return " ".join(term for term in terms if len(term) > 1)


_PLAIN: Final = _Split(_plainly)
_STEMMED: Final = _Split(_stemmed)
