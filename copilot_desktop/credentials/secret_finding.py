"""Finds secrets in a text: those of a known form by the table, and what only looks like one, which is never sure.

The `re` module keeps all threads waiting while it works: it is asked for short stretches only. On workers.
"""

from __future__ import annotations

import hashlib
import math
import re
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from copilot_desktop.credentials.placeholders import ASSIGNED_LABEL, PLACEHOLDER, RANDOM_LABEL
from copilot_desktop.credentials.secret_table import SecretPattern, secret_table
from copilot_desktop.values import dataclass

_REACH: Final = 8_000
"""No secret with a form is longer, but private keys."""
_NEAR: Final = 300
_KEPT_LENGTH: Final = 8_000
_KEPT_LONG: Final = 256
"""Long texts whose secrets are known again: where they stand, not what they are."""
_STRETCH: Final = 65_536
_MAYBE_LIMIT: Final = 50
"""Of one text: more are data, and a list of them would be read by nobody."""

_BORDER = re.compile(r"-----(?P<kind>BEGIN|END) [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_BODY_LINE = re.compile(
    r"[A-Za-z0-9+/=]{16,}[\"',\\nr;)\]+ \t\r]*$|^[^A-Za-z0-9]*(?:[A-Z][A-Za-z-]+: .*)?$|=[A-Za-z0-9+/]{4}\W*$"
)
_IN_STRING = re.compile(r"[A-Za-z0-9+/=\\\s]{0,16000}")
_HAS_BODY = re.compile(r"[A-Za-z0-9+/=]{16}")
_BODY_LINES: Final = 400
_LONGEST_KEY: Final = 262_144

_ASSIGNED = re.compile(
    r"(?:passw|pass|secret|token|key|credential)[\w-]{0,20}[\"']?\s{0,4}(?::=|=>|[:=])\s{0,4}"
    r"[\"'](?P<secret>[^\"'\s]{8,200})[\"']",
    re.IGNORECASE,
)
_ASSIGNING: Final = ("passw", "passphrase", "secret", "token", "key", "credential")
_KINDS_OF_KEYS: Final = ("api", "access", "private", "secret", "auth", "account", "encryption", "signing", "shared")
_WORD = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{24,}={0,2}")
_LONGEST_WORD: Final = 200
"""Longer ones are data: images, certificates."""
_LEAST_BITS: Final = 4.2
_LEAST_HEX_BITS: Final = 3.0
_PUBLIC = re.compile(
    r"(?:sha\d*|md5|hash|digest|integrity|checksum|commit|rev|etag|fingerprint|id)\W{0,6}$", re.IGNORECASE
)
_HEX = re.compile(r"[0-9a-fA-F]+")
_PIECES = re.compile(r"[+/_-]")
_found_long: OrderedDict[bytes, tuple[FoundSecret, ...]] = OrderedDict()
_lock = threading.Lock()

_TEMPLATE = re.compile(r"[$<{%*]|x{4,}|\.\.\.|…|your[-_]|example|placeholder|change[-_]?me", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundSecret:
    """Where one stands. `is_named`: its form is known; otherwise it may be something else."""

    start: int
    end: int
    label: str
    is_named: bool


def find_secrets(text: str) -> tuple[FoundSecret, ...]:
    """All of a text, in order; none crosses another."""
    # With each letter of a prompt all that goes with it is looked at.
    return _found_before(text) if len(text) <= _KEPT_LENGTH else _found_in_long(text)


@lru_cache(maxsize=1_024)
def _found_before(text: str) -> tuple[FoundSecret, ...]:
    return _found(text)


def _found_in_long(text: str) -> tuple[FoundSecret, ...]:
    """The same of a long text, which is known again by its sum: to keep the text would take its room twice."""
    key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    with _lock:
        if key in _found_long:
            _found_long.move_to_end(key)
            return _found_long[key]
    found = _found(text)
    with _lock:
        _found_long[key] = found
        while len(_found_long) > _KEPT_LONG:
            _found_long.popitem(last=False)
    return found


def _found(text: str) -> tuple[FoundSecret, ...]:
    named = joined([*_private_keys(text), *_of_table(text)])
    taken = [*named]
    for maybe in _maybe_secrets(text):
        if len(taken) - len(named) >= _MAYBE_LIMIT:
            break
        taken.append(maybe)
    free = [each for each in taken if not PLACEHOLDER.fullmatch(text, each.start, each.end)]
    return tuple(_without_crossing(free))


def is_cut_off(found: Sequence[FoundSecret]) -> bool:
    """Whether there may be more that only look like one than were found."""
    return sum(not each.is_named for each in found) >= _MAYBE_LIMIT


def find_maybe(text: str) -> Iterator[FoundSecret]:
    """What only looks like one: all of it, also what is too much for a list and what crosses a named one."""
    return _maybe_secrets(text)


def find_named(text: str) -> tuple[FoundSecret, ...]:
    """Those whose form is known."""
    found = joined([*_private_keys(text), *_of_table(text)])
    return tuple(each for each in found if not PLACEHOLDER.fullmatch(text, each.start, each.end))


def joined(found: Sequence[FoundSecret]) -> list[FoundSecret]:
    """In order; where some cross, one that covers them, named as the first and longest."""
    together: list[FoundSecret] = []
    for each in sorted(found, key=lambda one: (one.start, -one.end)):
        last = together[-1] if together else None
        if last is None or each.start >= last.end:
            together.append(each)
        elif each.end > last.end:
            together[-1] = FoundSecret(last.start, each.end, last.label, last.is_named)
    return together


def _without_crossing(found: Sequence[FoundSecret]) -> Iterator[FoundSecret]:
    """Whatever crosses a named one is a part of it."""
    named = [each for each in found if each.is_named]
    covered = iter(named)
    current = next(covered, None)
    last_end = -1
    for each in sorted(found, key=lambda one: (one.start, not one.is_named)):
        while current is not None and current.end <= each.start:
            current = next(covered, None)
        is_crossed = not each.is_named and current is not None and each.end > current.start
        if not is_crossed and each.start >= last_end:
            last_end = each.end
            yield each


def _of_table(text: str) -> Iterator[FoundSecret]:
    folded = ""
    for pattern in secret_table().patterns:
        if pattern.is_folded and not folded:
            # The only letter that becomes longer, and all places behind it wrong.
            folded = text.replace("İ", "I").lower()
        where = folded if pattern.is_folded else text
        for begin, anchors in pattern.searches:
            yield from _of_pattern(text, where, pattern, begin, anchors)


def _of_pattern(
    text: str, where: str, pattern: SecretPattern, begin: str, anchors: tuple[str, ...]
) -> Iterator[FoundSecret]:
    """`begin` is what the anchors begin with."""
    at = where.find(begin)
    expression = pattern.compiled() if at >= 0 else None
    done = 0
    while at >= 0 and expression is not None:
        if len(anchors) > 1 and not where.startswith(anchors, at):
            at = where.find(begin, at + 1)
            continue
        stop = min(len(text), at + _REACH)
        tried = (expression.match(text, at - back, stop) for back in pattern.lookback if at - back >= done)
        found = next((each for each in tried if each is not None), None)
        if found is not None and _is_near(where, pattern, found):
            start, end = found.span("secret") if "secret" in expression.groupindex else found.span()
            yield FoundSecret(start, end, pattern.label, is_named=True)
            done = end
        at = where.find(begin, max(at + 1, done))


def _is_near(where: str, pattern: SecretPattern, found: re.Match[str]) -> bool:
    if not pattern.near:
        return True
    start, end = max(0, found.start() - _NEAR), min(len(where), found.end() + _NEAR)
    return any(where.find(word, start, end) >= 0 for word in pattern.near)


def _private_keys(text: str) -> Iterator[FoundSecret]:
    """From BEGIN to END; of a key that is cut off at either end what there is of it."""
    label, last_end = secret_table().private_key_label, 0
    borders: list[re.Match[str]] = []
    at = text.find("PRIVATE KEY")
    while at >= 0:
        found = _BORDER.search(text, max(0, at - 60), at + 60)
        if found is not None and (not borders or found.start() > borders[-1].start()):
            borders.append(found)
        at = text.find("PRIVATE KEY", at + 1)
    for number, border in enumerate(borders):
        if border.start() < last_end:
            continue
        before = borders[number - 1].end() if number else 0
        following = borders[number + 1] if number + 1 < len(borders) else None
        start, end = border.span()
        if border["kind"] == "END":
            start = _body_start(text, start, max(before, last_end))
        elif following is not None and following["kind"] == "END" and following.end() - start < _LONGEST_KEY:
            end = following.end()
        else:
            end = _body_end(text, end)
        # The first line alone is no key: programs and their descriptions have it.
        if _HAS_BODY.search(text, *((start, border.start()) if border["kind"] == "END" else (border.end(), end))):
            yield FoundSecret(start, end, label, is_named=True)
            last_end = end


def _body_end(text: str, at: int) -> int:
    """Where the lines of a key end that go on behind its first line, to which the end is not there."""
    end = text.find("\n", at)
    # A string in one line: `\n` between the lines of the key.
    if end < 0 or end - at > 16:
        found = _IN_STRING.match(text, at)
        return at if found is None else found.end()
    last = at
    for _ in range(_BODY_LINES):
        start, stop_at = end + 1, text.find("\n", end + 1)
        stop_at = len(text) if stop_at < 0 else stop_at
        line = text[start : min(stop_at, start + 400)]
        if start >= len(text) or _BODY_LINE.search(line) is None:
            break
        if line.strip():
            last = stop_at
        end = stop_at
    return last


def _body_start(text: str, at: int, least: int) -> int:
    """Where the lines of a key begin whose first lines are not there."""
    start = first = text.rfind("\n", least, at) + 1 or least
    for _ in range(_BODY_LINES):
        if start <= least:
            break
        before = text.rfind("\n", least, start - 1) + 1 or least
        line = text[before : start - 1][-400:]
        if _BODY_LINE.search(line) is None:
            break
        start = before
        if line.strip():
            first = start
    return first


def _maybe_secrets(text: str) -> Iterator[FoundSecret]:
    yield from _assigned(text)
    at = 0
    while at < len(text):
        stop = min(len(text), at + _STRETCH)
        if stop < len(text):
            stop = max(text.rfind("\n", at, stop), text.rfind(" ", at, stop), at + _STRETCH // 2) + 1
        for found in _WORD.finditer(text, at, stop):
            if _is_random(found[0]) and not _PUBLIC.search(text, max(0, found.start() - 24), found.start()):
                yield FoundSecret(found.start(), found.end(), RANDOM_LABEL, is_named=False)
        at = stop


def _assigned(text: str) -> Iterator[FoundSecret]:
    folded = text.replace("İ", "I").lower()
    for word in _ASSIGNING:
        at = folded.find(word)
        while at >= 0:
            found = _ASSIGNED.match(text, at)
            is_meant = word != "key" or folded[max(0, at - 12) : at].rstrip("_- ").endswith(_KINDS_OF_KEYS)
            if found is not None and is_meant and _is_value(found["secret"]):
                yield FoundSecret(*found.span("secret"), ASSIGNED_LABEL, is_named=False)
            at = folded.find(word, at + len(word) if found is None else found.end())


def _is_value(value: str) -> bool:
    """Whether it is more than a word, and no template."""
    has_both = any(each.isdigit() for each in value) and any(each.isalpha() for each in value)
    return has_both and _TEMPLATE.search(value) is None


def _is_random(word: str) -> bool:
    if len(word) > _LONGEST_WORD or not any(each.isdigit() for each in word):
        return False
    if _HEX.fullmatch(word):
        return len(word) >= 32 and any(each.isalpha() for each in word) and _bits(word.lower()) >= _LEAST_HEX_BITS
    is_mixed = any(each.islower() for each in word) and any(each.isupper() for each in word)
    return is_mixed and max(map(len, _PIECES.split(word))) >= 16 and _bits(word) >= _LEAST_BITS


def _bits(word: str) -> float:
    """Shannon's entropy of a character."""
    return -sum(count / len(word) * math.log2(count / len(word)) for count in Counter(word).values())
