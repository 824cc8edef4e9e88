"""What the user has chosen for single secrets in what is sent: masked or as they are, once or in a conversation.

Kept in memory alone: after a restart all are masked again.
"""

from __future__ import annotations

from enum import StrEnum

from copilot_desktop.credentials.placeholders import NO_CHOICES, SecretChoices, SeenSecret


class SecretUse(StrEnum):
    """What is done with a secret."""

    MASKED = "masked"
    SENT_ONCE = "sent_once"
    SENT = "sent"


class ChosenSecrets:
    """Of one window. GUI thread. Each conversation has placeholders of its own, by which secrets are told apart."""

    def __init__(self) -> None:
        self._uses: dict[str, dict[str, SecretUse]] = {}

    def choose(self, conversation_id: str, placeholder: str, use: SecretUse) -> None:
        """From now on it is used so in this conversation; `SENT_ONCE`: until the next prompt has left."""
        self._uses.setdefault(conversation_id, {})[placeholder] = use

    def use_of(self, conversation_id: str, seen: SeenSecret) -> SecretUse:
        """How one is used: named secrets are masked unless the user wants it otherwise, others are sent."""
        chosen = self._uses.get(conversation_id, {}).get(seen.placeholder)
        if chosen is not None:
            return chosen
        return SecretUse.MASKED if seen.is_named else SecretUse.SENT

    def of(self, conversation_id: str) -> SecretChoices:
        """All choices of a conversation, for the next prompt."""
        uses = self._uses.get(conversation_id)
        if not uses:
            return NO_CHOICES
        hidden = frozenset(each for each, use in uses.items() if use is SecretUse.MASKED)
        return SecretChoices(frozenset(uses) - hidden, hidden)

    def take(self, conversation_id: str) -> SecretChoices:
        """The same for a prompt that leaves: what was chosen for it alone does not hold for the next one."""
        choices = self.of(conversation_id)
        uses = self._uses.get(conversation_id, {})
        for placeholder in [each for each, use in uses.items() if use is SecretUse.SENT_ONCE]:
            uses[placeholder] = SecretUse.MASKED
        return choices
