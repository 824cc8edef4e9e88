"""The request that asks a model to draft a commit message, and the message in its answer. Import it on a worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from copilot_desktop.context.budget import ASSUMED_INPUT_TOKENS, input_limit
from copilot_desktop.conversation.changes_text import LeftOut
from copilot_desktop.conversation.findings.planning import PlannedReview, masking_apart, plan_about_changes
from copilot_desktop.credentials.masking import Masking
from copilot_desktop.credentials.placeholders import NO_CHOICES, SecretChoices
from copilot_desktop.errors import UsageError
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.resource_files import resource_path
from copilot_desktop.workspace.git.values import FileSides

EXAMPLES: Final = 20
"""Messages of the repository that the model is shown at most."""
_LONGEST_EXAMPLE: Final = 1_000
_SHARE: Final = 4
"""The examples take no more than one part in so many of what the model takes."""


def plan_message(
    profile: Profile,
    changes: tuple[Sequence[FileSides], Sequence[LeftOut]],
    messages: Sequence[str],
    typed: str,
    count_tokens: Callable[[str], int],
    choices: SecretChoices = NO_CHOICES,
) -> PlannedReview:
    """Plan it, in the style of `messages`, the newest first; `typed` is what the user has begun to write.

    Raises UsageError with the reason where nothing can be asked.
    """
    if not any(changes):
        raise UsageError("Nothing is staged, so there is no message to draft.", advice="Stage changes first.")
    if profile.is_weak:
        # It says something, and that is not about the change.
        raise UsageError(
            "The built-in model is too small to draft a message.", advice="Choose another model in the status bar."
        )
    system = resource_path("prompts", "commit_message.md").read_text(encoding="utf-8")
    allowed = input_limit(profile.limit_tokens, profile.max_output_tokens) or ASSUMED_INPUT_TOKENS
    masking = masking_apart(choices)
    told = _examples(messages, allowed // _SHARE, count_tokens, masking)
    if typed.strip():
        told = f"{told}\n\nThe user has begun to write this; keep what it says:\n\n{typed.strip()}".strip()
    try:
        return plan_about_changes(
            profile, system, told, changes, count_tokens, purpose="commit message", masking=masking
        )
    except UsageError:
        if not messages:
            raise
        # A model that takes little may have room for the changes alone.
        return plan_message(profile, changes, (), typed, count_tokens, choices)


def _examples(messages: Sequence[str], room: int, count_tokens: Callable[[str], int], masking: Masking) -> str:
    taken: list[str] = []
    for message in messages[:EXAMPLES]:
        text = masking.mask(message).text
        if len(text) > _LONGEST_EXAMPLE:
            text = f"{text[:_LONGEST_EXAMPLE].rstrip()} …"
        room -= count_tokens(text)
        if room < 0:
            break
        taken.append(text)
    if not taken:
        return "There is no commit to take the style from."
    return "The last messages, the newest first:\n\n" + "\n\n---\n\n".join(taken)
