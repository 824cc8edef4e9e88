"""What the user has chosen for single secrets in what is sent: masked or as they are, once or for longer.

Kept in memory alone: after a restart all are masked again.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from copilot_desktop.context.budget import THIS_TURN, PartKind, RequestPart
from copilot_desktop.conversation.turns import TurnMode, TurnRequest
from copilot_desktop.credentials.placeholders import NO_CHOICES, SecretChoices, SeenSecret
from copilot_desktop.values import dataclass

APART: Final = ""
"""In the place of a conversation's id: findings and commit messages, which are asked for outside of any."""
_IN_PROMPT, _IN_TURN = "in your prompt", "in this turn so far"


class SecretUse(StrEnum):
    """What is done with a secret."""

    MASKED = "masked"
    SENT_ONCE = "sent_once"
    SENT = "sent"


class Way(StrEnum):
    """A way to ask. What is chosen for one request holds for the next one that goes this way, and for no other."""

    CHAT = "chat"
    IN_PLACE = "in_place"
    COMMENTS = "comments"
    REPAIR = "repair"
    FINDINGS = "findings"
    MESSAGE = "message"
    SUMMARY = "summary"

    @classmethod
    def of(cls, request: TurnRequest) -> Way:
        """That of a turn."""
        if request.repair is not None:
            return cls.REPAIR
        if request.refine is not None and request.refine.is_for_comments:
            return cls.COMMENTS
        return cls.IN_PLACE if request.mode is TurnMode.EDIT else cls.CHAT


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """A secret in what would be sent: in which conversation (`APART`: in none), and where it stands there."""

    conversation_id: str
    seen: SeenSecret
    where: str


@dataclass(frozen=True, slots=True)
class SecretRow:
    """One value, with all places where it stands, and how it is used on this way."""

    seen: SeenSecret
    where: str
    use: SecretUse
    way: Way
    places: tuple[SecretPlace, ...]


class ChosenSecrets:
    """Of one window. GUI thread. Each conversation has placeholders of its own, by which secrets are told apart."""

    def __init__(self) -> None:
        self._uses: dict[str, dict[str, SecretUse]] = {}
        self._once: dict[tuple[Way, str], set[str]] = {}

    def choose(self, row: SecretRow, use: SecretUse) -> None:
        """From now on it is used so; `SENT_ONCE`: until the next request of its way has left, and masked then."""
        for place in row.places:
            key, placeholder = (row.way, place.conversation_id), place.seen.placeholder
            self._once.setdefault(key, set()).discard(placeholder)
            if use is SecretUse.SENT_ONCE:
                self._once[key].add(placeholder)
            after = SecretUse.SENT if use is SecretUse.SENT else SecretUse.MASKED
            self._uses.setdefault(place.conversation_id, {})[placeholder] = after

    def rows(self, way: Way, places: Iterable[SecretPlace]) -> tuple[SecretRow, ...]:
        """Each value once, in the order in which they stand."""
        by_value: dict[str, list[SecretPlace]] = {}
        for place in places:
            by_value.setdefault(place.seen.value, []).append(place)
        return tuple(
            SecretRow(
                found[0].seen,
                ", ".join(dict.fromkeys(place.where for place in found)),
                self._use_of(way, found[0]),
                way,
                tuple(found),
            )
            for found in by_value.values()
        )

    def of(self, conversation_id: str, way: Way = Way.CHAT) -> SecretChoices:
        """All choices of a conversation, for the next request that goes this way."""
        uses = self._uses.get(conversation_id)
        if not uses:
            return NO_CHOICES
        once = self._once.get((way, conversation_id), set())
        hidden = frozenset(each for each, use in uses.items() if use is SecretUse.MASKED and each not in once)
        return SecretChoices(frozenset(uses) - hidden, hidden)

    def take(self, conversation_id: str, way: Way = Way.CHAT) -> SecretChoices:
        """The same for a request that leaves: what was chosen for it alone does not hold for the next one."""
        choices = self.of(conversation_id, way)
        self._once.pop((way, conversation_id), None)
        return choices

    def spend(self, way: Way) -> None:
        """What was chosen for one sending that has several requests has been used."""
        for key in [key for key in self._once if key[0] is way]:
            del self._once[key]

    def _use_of(self, way: Way, place: SecretPlace) -> SecretUse:
        """Named secrets are masked unless the user wants it otherwise, others are sent."""
        placeholder, conversation_id = place.seen.placeholder, place.conversation_id
        if placeholder in self._once.get((way, conversation_id), ()):
            return SecretUse.SENT_ONCE
        chosen = self._uses.get(conversation_id, {}).get(placeholder)
        if chosen is not None:
            return chosen
        return SecretUse.MASKED if place.seen.is_named else SecretUse.SENT


def places_in(conversation_id: str, parts: Iterable[RequestPart]) -> tuple[SecretPlace, ...]:
    """The secrets in the parts of a request, with where they stand."""
    return tuple(SecretPlace(conversation_id, seen, _where(part)) for part in parts for seen in part.secrets)


def _where(part: RequestPart) -> str:
    if part.kind is PartKind.HISTORY:
        return _IN_TURN if part.label == THIS_TURN else "in what the model has read before"
    return _IN_PROMPT if part.kind is PartKind.PROMPT else f"in {part.label}"
