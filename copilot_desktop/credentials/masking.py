"""Masks secrets in text that is about to leave, and turns what stands in their place back in what comes.

A placeholder is made of the value and of a key that never leaves, so the same value has the same one in all of a
conversation, also after a restart, and nothing need be kept: values are held in memory alone.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any, Final

from copilot_desktop.credentials.placeholders import (
    NO_CHOICES,
    PLACEHOLDER,
    PLACEHOLDER_START,
    MaskedText,
    SecretChoices,
    SeenSecret,
)
from copilot_desktop.credentials.secret_finding import FoundSecret, find_maybe, find_secrets, is_cut_off, joined

_DIGITS: Final = 10
_LEAST_EVERYWHERE: Final = 6
"""Shorter values, and plain words, are masked only where their form shows what they are."""


class Masking:
    """Of one conversation, or of one question outside of any. On workers.

    `key` never leaves. `known` are values that were masked before, with what they are: they are masked wherever they
    stand, since an answer may have put one where its form does not tell.
    """

    def __init__(
        self,
        key: str = "",
        choices: SecretChoices = NO_CHOICES,
        known: MutableMapping[str, str] | None = None,
        *,
        turns_back: bool = True,
    ) -> None:
        self.turns_back = turns_back
        """Whether placeholders in the answer become their values: not where it is kept apart from any conversation."""
        self._key = (key or os.urandom(16).hex()).encode()
        self._choices = choices
        self._known: MutableMapping[str, str] = {} if known is None else known
        self._found: dict[str, tuple[FoundSecret, ...]] = {}
        self._made: dict[str, MaskedText] = {}
        self._placed: dict[str, SeenSecret] = {}
        self._shown: set[str] = set()
        """What only looks like a secret, and the user could see and choose about before it left."""

    def learn(self, texts: Iterable[str]) -> None:
        """Look at texts that go out together: what one shows to be a secret is masked in all of them."""
        for text in texts:
            if text in self._made:
                continue
            for each in self._secrets_of(text):
                value = text[each.start : each.end]
                is_hidden = self._choices.hidden and self._placeholder(value) in self._choices.hidden
                if each.is_named or is_hidden:
                    self._known.setdefault(value, each.label)
                else:
                    self._shown.add(value)

    def learn_unshown(self, texts: Iterable[str]) -> None:
        """Look at texts that leave without having been shown before, what a tool tells: what only looks like a secret
        is masked as well, unless it stood in a text that was looked at earlier, or is chosen to be sent."""
        for text in texts:
            found = self._secrets_of(text)
            # As often as a prompt is planned; what is known again by its sum costs nothing.
            for each in (*found, *(find_maybe(text) if is_cut_off(found) else ())):
                value = text[each.start : each.end]
                is_free = not any(_cross(each, one) for one in found if one.is_named)
                is_new = value not in self._shown and self._placeholder(value) not in self._choices.shown
                if is_free and is_new:
                    self._known.setdefault(value, each.label)

    def mask(self, text: str) -> MaskedText:
        """The text as it may leave; what was masked here before, alone or in a longer text, stays as it is."""
        made = self._made.get(text)
        if made is None:
            self.learn((text,))
            made = self._masked(text)
            self._made[text] = self._made[made.text] = made
        return made

    @property
    def has_masked(self) -> bool:
        """Whether anything is masked in what was looked at."""
        return bool(self._placed)

    def joined(self, pieces: Sequence[MaskedText]) -> MaskedText:
        """Pieces that were made here, as one text, which is not looked at again."""
        seen = {each.placeholder: each for piece in pieces for each in piece.seen}
        made = MaskedText("".join(piece.text for piece in pieces), tuple(seen.values()))
        self._made[made.text] = made
        return made

    def mask_json(self, text: str) -> MaskedText:
        """The same of JSON, whose strings are masked as what they mean; what is no JSON is masked as text."""
        try:
            value = json.loads(text)
        except ValueError:
            return self.mask(text)
        seen: dict[str, SeenSecret] = {}

        def masked(value: Any) -> Any:
            if isinstance(value, str):
                made = self.mask(value)
                seen.update((each.placeholder, each) for each in made.seen)
                return made.text
            if isinstance(value, dict):
                return {masked(key): masked(each) for key, each in value.items()}
            return [masked(each) for each in value] if isinstance(value, list) else value

        made = masked(value)
        return MaskedText(text if made == value else json.dumps(made, ensure_ascii=False), tuple(seen.values()))

    def _masked(self, text: str) -> MaskedText:
        seen = {each.placeholder: each for each in self._standing(text)}
        pieces, at = [], 0
        for each in self._everywhere(text):
            value = text[each.start : each.end]
            placeholder = self._placeholder(value)
            is_masked = placeholder in self._choices.hidden
            if each.is_named:
                is_masked = placeholder not in self._choices.shown
            found = SeenSecret(placeholder, each.label, each.is_named, is_masked, value)
            seen.setdefault(placeholder, found)
            if is_masked:
                self._placed[placeholder] = found
                pieces += [text[at : each.start], placeholder]
                at = each.end
        return MaskedText("".join((*pieces, text[at:])) if pieces else text, tuple(seen.values()))

    def _standing(self, text: str) -> Iterator[SeenSecret]:
        """Those that are masked in a text already: here, or in what was kept with its placeholders."""
        stand = set(PLACEHOLDER.findall(text)) if PLACEHOLDER_START in text else set()
        for value, label in list(self._known.items()) if stand - self._placed.keys() else ():
            placeholder = self._placeholder(value)
            if placeholder in stand:
                self._placed.setdefault(placeholder, SeenSecret(placeholder, label, True, True, value))
        return (self._placed[each] for each in stand if each in self._placed)

    def _everywhere(self, text: str) -> list[FoundSecret]:
        """What was found here, and what is known from elsewhere."""
        own = self._secrets_of(text)
        known = []
        for value, label in list(self._known.items()):
            if not _is_telling(value):
                continue
            at = text.find(value)
            while at >= 0:
                known.append(FoundSecret(at, at + len(value), label, is_named=True))
                at = text.find(value, at + len(value))
        if not known:
            return list(own)
        named = joined([*known, *(each for each in own if each.is_named)])
        rest = [each for each in own if not each.is_named and not any(_cross(each, one) for one in named)]
        return sorted([*named, *rest], key=lambda each: each.start)

    def _secrets_of(self, text: str) -> tuple[FoundSecret, ...]:
        if text not in self._found:
            self._found[text] = find_secrets(text)
        return self._found[text]

    def _placeholder(self, value: str) -> str:
        made = hmac.new(self._key, value.encode("utf-8", "surrogatepass"), hashlib.sha256)
        return f"{PLACEHOLDER_START}{made.hexdigest()[:_DIGITS]}"


class Unmasking:
    """Puts values back into an answer that arrives in pieces: a placeholder may be cut anywhere."""

    def __init__(self, values: Mapping[str, str], *, in_json: bool = False) -> None:
        self._values = {
            placeholder: json.dumps(value, ensure_ascii=False)[1:-1] if in_json else value
            for placeholder, value in values.items()
        }
        self._form = re.compile("|".join(map(re.escape, self._values))) if values else None
        self._begun = ""

    def feed(self, piece: str) -> str:
        """What is sure by now."""
        if self._form is None:
            return piece
        text = self._put_back(self._begun + piece)
        at = self._open_end(text)
        self._begun = text[at:]
        return text[:at]

    def finish(self) -> str:
        """What was held back; nothing more comes."""
        begun, self._begun = self._begun, ""
        return begun

    def whole(self, text: str) -> str:
        """A text that is all there."""
        return self._put_back(text) if self._form is not None else text

    def _put_back(self, text: str) -> str:
        return text if self._form is None else self._form.sub(lambda found: self._values[found[0]], text)

    def _open_end(self, text: str) -> int:
        """Where a placeholder may have begun that is not whole yet."""
        longest = len(PLACEHOLDER_START) + _DIGITS - 1
        for at in range(max(0, len(text) - longest), len(text)):
            if any(placeholder.startswith(text[at:]) for placeholder in self._values):
                return at
        return len(text)


def _is_telling(value: str) -> bool:
    """Whether a value is no word that stands anywhere."""
    return len(value) >= _LEAST_EVERYWHERE and not (value.isalpha() and value.islower()) and not value.isdigit()


def _cross(one: FoundSecret, other: FoundSecret) -> bool:
    return one.start < other.end and other.start < one.end
