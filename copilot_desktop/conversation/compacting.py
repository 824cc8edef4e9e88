"""The request that has the older turns of a branch summarised, and the summary of its answer. Import it on a worker."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from copilot_desktop.context.budget import ANSWER_FRAME_TOKENS, ASSUMED_INPUT_TOKENS, MESSAGE_TOKENS, input_limit
from copilot_desktop.conversation.events import TurnFinished
from copilot_desktop.conversation.learning_secrets import learn_turns
from copilot_desktop.conversation.prompts import messages_of_turn
from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.conversation.summaries import Summary, SummaryStore, summary_on, told_summary
from copilot_desktop.conversation.turns import Outcomes, StoredTurn, new_id
from copilot_desktop.credentials.masking import Masking
from copilot_desktop.credentials.placeholders import NO_CHOICES, SecretChoices
from copilot_desktop.errors import UsageError
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.llm.requests import Message, ModelRequest
from copilot_desktop.llm.tokens import ModelTokens
from copilot_desktop.resource_files import resource_path
from copilot_desktop.values import dataclass

SHARE_KEPT: Final = 4
"""The newest turns that take no more than one part in so many of what the model takes stay as they are."""
_SPARE: Final = 32
_LEAST_CHARACTERS: Final = 200
_CUT: Final = "\n[… the middle is left out …]\n"


@dataclass(frozen=True, slots=True)
class PlannedSummary:
    """A request that was not sent yet. `turn_count` turns up to `last_turn_id` would be in the summary, an older one
    with its turns among them; the newest `kept_count` stay as they are.

    `tokens` counts the request, `before_tokens` what goes along now in place of the summary. `cut_count`: of so many
    turns the middle is left out of the request.
    """

    request: ModelRequest
    conversation_id: str
    last_turn_id: str
    turn_count: int
    kept_count: int
    tokens: int
    before_tokens: int
    cut_count: int = 0


class Compactor:
    """Plans summaries and keeps them. May be used from any thread; blocks. `complete` fills in a profile's limits."""

    def __init__(self, store: ConversationStore, tokens: ModelTokens, complete: Callable[[Profile], Profile]) -> None:
        self.summaries = SummaryStore(store)
        self._store, self._tokens, self._complete = store, tokens, complete

    def plan(
        self,
        conversation_id: str,
        leaf_id: str,
        profile: Profile,
        outcomes: Outcomes,
        choices: SecretChoices = NO_CHOICES,
    ) -> PlannedSummary:
        """Plan the summary of a branch, given by its last turn. Raises UsageError with the reason, StoreError."""
        profile = self._complete(profile)
        branch = self._store.branch(conversation_id, leaf_id)
        before = summary_on([turn.turn_id for turn in branch], self.summaries.of_conversation(conversation_id))
        tokens = self._tokens.of(profile)
        planned = plan_summary(profile, branch, before, outcomes, tokens.count, choices)
        request = replace(planned.request, counted_tokens=tokens.counted(planned.tokens))
        return replace(planned, request=request)

    def keep(self, planned: PlannedSummary, answer: str, finished: TurnFinished) -> Summary:
        """Keep the summary that was answered. Raises UsageError where it would be no gain, StoreError."""
        made = Summary(
            planned.request.turn_id,
            planned.conversation_id,
            planned.last_turn_id,
            planned.turn_count,
            answer.strip(),
            planned.before_tokens,
            0,
            planned.request.profile.model,
            finished.cost_usd,
            time.time(),
        )
        made = self._counted(made, planned.request.profile)
        if made.after_tokens >= made.before_tokens:
            raise UsageError(
                f"The summary is no shorter than the turns ({made.after_tokens:,} to {made.before_tokens:,} tokens): "
                "nothing was changed.",
                advice="Ask again, or choose another model.",
            )
        self.summaries.save(made)
        return made

    def edit(self, summary: Summary, text: str, profile: Profile) -> Summary:
        """Keep another text for a summary. Raises StoreError."""
        edited = self._counted(replace(summary, text=text.strip()), profile)
        self.summaries.save(edited)
        return edited

    def _counted(self, summary: Summary, profile: Profile) -> Summary:
        return replace(summary, after_tokens=self._tokens.of(profile).count(told_summary(summary)))


def plan_summary(
    profile: Profile,
    branch: Sequence[StoredTurn],
    before: Summary | None,
    outcomes: Outcomes,
    count_tokens: Callable[[str], int],
    choices: SecretChoices = NO_CHOICES,
) -> PlannedSummary:
    """Plan it for a branch of which `before` is the summary up to now. Raises UsageError with the reason."""
    if profile.is_weak:
        raise UsageError(
            "The built-in model is too small to summarise a conversation. What does not fit is left out, the oldest "
            "turns first.",
            advice="Choose another model in the status bar.",
        )
    ids = [turn.turn_id for turn in branch]
    start = 0 if before is None else ids.index(before.last_turn_id) + 1
    allowed = input_limit(profile.limit_tokens, profile.max_output_tokens) or ASSUMED_INPUT_TOKENS
    sizes = [_sent_tokens(turn, outcomes, count_tokens) for turn in branch]
    until = _until(sizes, start, allowed // SHARE_KEPT)
    covered = [turn for turn in branch[start:until] if turn.answer]
    if not covered:
        raise UsageError(
            "There is nothing to summarise: the newest turn stays as it is, and no other one is before it.",
            advice="Ask something first." if not branch else "",
        )
    system = resource_path("prompts", "summary.md").read_text(encoding="utf-8")
    masking = _masking_of(branch, outcomes, choices)
    told = masking.mask(told_summary(before)).text if before is not None else ""
    fixed = count_tokens(system) + count_tokens(told) + 2 * MESSAGE_TOKENS + ANSWER_FRAME_TOKENS
    texts, cut_count = _shortened(
        [masking.mask(_turn_text(turn, outcomes)).text for turn in covered], allowed - fixed - _SPARE, count_tokens
    )
    user = told + "\n\n".join(texts)
    return PlannedSummary(
        ModelRequest(
            new_id(),
            new_id(),
            profile,
            (Message("system", system), Message("user", user)),
            purpose="summary",
            masking=masking,
        ),
        branch[0].conversation_id,
        branch[until - 1].turn_id,
        until,
        len(branch) - until,
        fixed - count_tokens(told) + count_tokens(user),
        sum(sizes[start:until]) + count_tokens(told),
        cut_count,
    )


def _masking_of(branch: Sequence[StoredTurn], outcomes: Outcomes, choices: SecretChoices) -> Masking:
    """Of all that the turns show: they are masked before they are shortened, since half of a secret is not known as
    one. What the answer says of one is kept as it comes."""
    masking = Masking(branch[0].conversation_id, choices, turns_back=False)
    learn_turns(masking, branch)
    masking.learn(
        text for turn in branch for message in messages_of_turn(turn, outcomes, None) for text in message.texts
    )
    return masking


def _until(sizes: Sequence[int], start: int, room: int) -> int:
    """Up to where turns are summarised: the newest ones that fit into the room stay, and the last one always does."""
    until = len(sizes) - 1
    left = room - (sizes[-1] if sizes else 0)
    while until > start and sizes[until - 1] <= left:
        until -= 1
        left -= sizes[until]
    if until <= start < len(sizes) - 1:
        # All of them would fit: the older half is summarised all the same, since that was asked for.
        return start + (len(sizes) - start) // 2
    return max(until, start)


def _sent_tokens(turn: StoredTurn, outcomes: Outcomes, count_tokens: Callable[[str], int]) -> int:
    if not turn.answer:
        return 0
    return sum(count_tokens(message.text) + MESSAGE_TOKENS for message in messages_of_turn(turn, outcomes, None))


def _turn_text(turn: StoredTurn, outcomes: Outcomes) -> str:
    known = outcomes.get(turn.turn_id) or outcomes.get(turn.origin_id) or {}
    shown = ", ".join(item.path or item.label for item in turn.items)
    pieces = ["## User", turn.prompt.strip(), f"(Shown: {shown})" if shown else "", "## Model", turn.answer.strip()]
    if known:
        pieces.append("(What became of it: " + " ".join(known.values()) + ")")
    return "\n\n".join(filter(None, pieces))


def _shortened(texts: list[str], room: int, count_tokens: Callable[[str], int]) -> tuple[list[str], int]:
    """The texts within the room, of the longest ones without their middle, and of how many that is."""
    sizes = [count_tokens(text) for text in texts]
    if sum(sizes) <= room:
        return texts, 0
    most = max(sizes)
    made = texts
    while sum(sizes) > room:
        most = most * 9 // 10
        if most < _LEAST_CHARACTERS // 4:
            raise UsageError(
                f"These {len(texts)} turns are too many to be summarised by a model that takes so little.",
                advice="Choose a model that takes more.",
            )
        made = [
            _without_middle(text, most * len(text) // size) if size > most else text
            for text, size in zip(texts, map(count_tokens, texts), strict=True)
        ]
        sizes = [count_tokens(text) for text in made]
    return made, sum(new != old for new, old in zip(made, texts, strict=True))


def _without_middle(text: str, characters: int) -> str:
    half = max((characters - len(_CUT)) // 2, _LEAST_CHARACTERS // 4)
    return f"{text[:half].rstrip()}{_CUT}{text[len(text) - half :].lstrip()}"
