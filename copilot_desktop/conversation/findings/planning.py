"""The request that asks a model for findings on changes, bounded by what the model takes. Import it on a worker."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Final

from copilot_desktop.context.budget import ASSUMED_INPUT_TOKENS, MESSAGE_TOKENS, input_limit
from copilot_desktop.conversation.changes_text import LeftOut, ShownChanges, shown_changes, shown_name
from copilot_desktop.conversation.findings.store import Dismissed
from copilot_desktop.conversation.prompts import masked_prompt
from copilot_desktop.conversation.turns import new_id
from copilot_desktop.credentials.masking import Masking, Unmasking
from copilot_desktop.credentials.placeholders import NO_CHOICES, PLACEHOLDER_START, SecretChoices
from copilot_desktop.errors import NeverSendError, NothingToSendError, UsageError
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.llm.requests import Message, ModelRequest
from copilot_desktop.resource_files import resource_path
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.git.values import FileSides

_TOLD: Final = 40
"""Dismissed findings that the model is told of, the newest ones."""
_SPARE: Final = 64
_KEY: Final = secrets.token_hex(16)
"""Of this run of the program, so that what the user has chosen for a value holds for the next question."""


@dataclass(frozen=True, slots=True)
class PlannedReview:
    """A request that was not sent yet, with what it shows and leaves out. `tokens` counts all of it."""

    request: ModelRequest
    shown: ShownChanges
    tokens: int


def plan_findings(
    profile: Profile,
    sides: Sequence[FileSides],
    left_out: Sequence[LeftOut],
    dismissed: Sequence[Dismissed],
    count_tokens: Callable[[str], int],
    choices: SecretChoices = NO_CHOICES,
) -> PlannedReview:
    """Plan it. Raises UsageError with the reason where nothing can be asked."""
    if profile.is_weak:
        raise UsageError(
            "The built-in model is too small to review changes.", advice="Choose another model in the status bar."
        )
    system = resource_path("prompts", "findings.md").read_text(encoding="utf-8")
    told = _told(dismissed, {each.change.path for each in sides})
    return plan_about_changes(
        profile, system, told, (sides, left_out), count_tokens, purpose="review", masking=masking_apart(choices)
    )


def masking_apart(choices: SecretChoices) -> Masking:
    """For a question outside of any conversation: what its answer says is kept elsewhere, so no value goes there."""
    return Masking(_KEY, choices, turns_back=False)


def fix_with_values(fix: str, text: str) -> str:
    """A kept fix as it is placed in its file: placeholders for secrets that stand in this text are these again.

    Of an earlier run of the program they are unknown, and stay: then the fix is refused.
    """
    seen = masking_apart(NO_CHOICES).mask(text).seen
    return Unmasking({each.placeholder: each.value for each in seen}).whole(fix)


def plan_about_changes(
    profile: Profile,
    system: str,
    told: str,
    changes: tuple[Sequence[FileSides], Sequence[LeftOut]],
    count_tokens: Callable[[str], int],
    *,
    purpose: str,
    masking: Masking,
) -> PlannedReview:
    """A request about changes: what is `told` stands above them. Raises UsageError where none of them can be sent."""
    allowed = input_limit(profile.limit_tokens, profile.max_output_tokens)
    allowed = ASSUMED_INPUT_TOKENS if allowed is None else allowed
    told = masking.mask(told).text
    fixed = count_tokens(system) + count_tokens(told) + 2 * MESSAGE_TOKENS + _SPARE
    shown = shown_changes(*changes, allowed - fixed, count_tokens, masking)
    if not shown.text:
        raise _nothing_left(shown.left_out)
    text = f"{told}\n\n{shown.text}" if told else shown.text
    if PLACEHOLDER_START in text:
        system = f"{system}\n{masked_prompt()}"
    messages = (Message("system", system), Message("user", text))
    request = ModelRequest(new_id(), new_id(), profile, messages, purpose=purpose, masking=masking)
    return PlannedReview(request, shown, sum(count_tokens(each.text) + MESSAGE_TOKENS for each in request.messages))


def left_out_words(left_out: Sequence[LeftOut]) -> str:
    """What is not sent, as a sentence; "" where all is."""
    if not left_out:
        return ""
    reasons: dict[str, list[str]] = {}
    for each in left_out:
        reasons.setdefault(each.reason, []).append(shown_name(each.path))
    return "Not sent: " + "; ".join(f"{_named(paths)} ({reason})" for reason, paths in reasons.items()) + "."


def hidden_of(left_out: Sequence[LeftOut]) -> tuple[NeverSendError, ...]:
    """The files among them that the user can allow."""
    return tuple(each.hidden for each in left_out if each.hidden is not None)


def _named(paths: Sequence[str]) -> str:
    shown = ", ".join(paths[:_NAMED])
    return shown if len(paths) <= _NAMED else f"{shown} and {len(paths) - _NAMED} more"


_NAMED: Final = 3


def _told(dismissed: Sequence[Dismissed], paths: set[str]) -> str:
    known = [each for each in dismissed if each.path in paths][-_TOLD:]
    if not known:
        return ""
    lines = [f"- {shown_name(each.path)}: {each.reason}" for each in known]
    return "\n".join(
        ["The user has read these findings and does not want them again, however they are worded:", *lines]
    )


def _nothing_left(left_out: Sequence[LeftOut]) -> UsageError:
    if not left_out:
        return UsageError("There is no change to be sent.", advice="Change something, or compare other sides.")
    return NothingToSendError(
        "Nothing was sent: none of these changes can be.",
        advice=left_out_words(left_out),
        hidden=hidden_of(left_out),
    )
