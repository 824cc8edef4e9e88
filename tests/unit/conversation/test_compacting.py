"""Summaries in place of older turns: planned, priced, kept with their branch, and sent as what they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.conversation.compacting import Compactor, plan_summary
from copilot_desktop.conversation.events import TurnFinished, TurnStatus
from copilot_desktop.conversation.exporting import markdown_of
from copilot_desktop.conversation.planning import PlannedRequest, plan_request
from copilot_desktop.conversation.store import IN_MEMORY, ConversationStore
from copilot_desktop.conversation.summaries import Summary, SummaryStore, summary_on, told_summary
from copilot_desktop.conversation.turns import Conversation, StoredTurn, TurnRequest
from copilot_desktop.credentials.masking import Masking
from copilot_desktop.errors import UsageError
from copilot_desktop.llm.profiles import KeySource, Profile, ProviderKind
from copilot_desktop.llm.tokens import ModelTokens, TokenCounter
from tests.support.openai_server import OpenAIServer, ServerUsage
from tests.unit.conversation.conversing import Talk, converse

STRONG = Profile("p", ProviderKind.CHAT, "http://x", "m", KeySource.NONE, limit_tokens=10_000, max_output_tokens=1000)
SUMMARY = Summary("s", "c", "t1", 2, "They want speed.", 900, 20, "m", 0.002, 5.0)


def words(text: str) -> int:
    return len(text.split())


def past(*sizes: int) -> list[StoredTurn]:
    return [StoredTurn(f"t{n}", "c", f"turn{n}", answer="word " * size) for n, size in enumerate(sizes)]


def plan(turns: list[StoredTurn], summary: Summary | None, profile: Profile = STRONG) -> PlannedRequest:
    return plan_request(TurnRequest("t", "c", "And now?", (), {}, profile), turns, words, Masking(), summary)


@pytest.fixture
def store() -> Iterator[ConversationStore]:
    with closing(ConversationStore(IN_MEMORY)) as made:
        yield made


def talk(store: ConversationStore, *prompts: str) -> Conversation:
    """A conversation with a turn for each of the prompts, by their names."""
    made = store.new_conversation("/p", "Talk")
    parent = ""
    for prompt in prompts:
        store.save_turn(StoredTurn(prompt, made.conversation_id, prompt, answer="word " * 400, parent_id=parent))
        parent = prompt
    return made


def compactor(store: ConversationStore) -> Compactor:
    tokens = ModelTokens(TokenCounter(), lambda _model: "o200k_base", lambda _profile, _model: None)
    return Compactor(store, tokens, lambda profile: profile)


# What is sent


def test_the_summary_takes_the_place_of_its_turns_and_says_what_it_is() -> None:
    planned = plan(past(300, 300, 10), SUMMARY)
    roles = [message.role for message in planned.request.messages]
    assert roles == ["system", "user", "assistant", "user"]
    first = planned.request.messages[1].text
    assert first == (
        "[Summary of the first 2 turns of this conversation, which are not sent any more]\nThey want speed.\n"
        "[End of the summary]\n\nturn2"
    )
    kinds = {part.kind.value: (part.label, part.tokens) for part in planned.parts}
    assert kinds["summary"] == ("Summary of 2 earlier turns", words(told_summary(SUMMARY)))
    assert kinds["history"][0] == "1 earlier turn"
    assert planned.note == "The summary of 2 earlier turns went along in their place."
    assert planned.tokens == sum(part.tokens for part in planned.parts)


def test_after_the_last_turn_of_a_summary_the_prompt_itself_has_it() -> None:
    planned = plan(past(300, 300), SUMMARY)
    assert [message.role for message in planned.request.messages] == ["system", "user"]
    assert planned.request.messages[1].text.endswith("[End of the summary]\n\nAnd now?")


def test_a_summary_without_room_is_left_out_and_that_is_said() -> None:
    planned = plan(past(300, 300, 10), replace(SUMMARY, text="word " * 9000))
    assert "Summary" not in planned.request.messages[1].text
    assert planned.note.startswith("The summary of 2 earlier turns had no room and was left out.")


def test_the_rewriting_of_a_selection_has_neither_history_nor_summary() -> None:
    weak = replace(STRONG, is_weak=True)
    item = ContextItem("i", ItemKind.SELECTION, "a.py", "a = 1\n")
    planned = plan_request(TurnRequest("t", "c", "Do", (item,), {}, weak), past(3, 3), words, Masking(), SUMMARY)
    assert len(planned.request.messages) == 2
    assert "Summary" not in planned.request.messages[1].text


# Which turns


def test_the_newest_turns_that_take_a_quarter_stay() -> None:
    planned = plan_summary(STRONG, past(3000, 3000, 1000, 1000), None, {}, words)
    assert (planned.last_turn_id, planned.turn_count, planned.kept_count) == ("t1", 2, 2)
    assert planned.before_tokens == 2 * 3000 + 2 * (1 + 2 * 4)
    assert planned.request.purpose == "summary"
    told = planned.request.messages[1].text
    assert "turn0" in told
    assert "turn2" not in told
    assert planned.tokens == sum(words(each.text) + 4 for each in planned.request.messages) + 3


def test_one_that_is_asked_for_takes_the_older_half_where_all_would_fit() -> None:
    assert plan_summary(STRONG, past(10, 10, 10, 10), None, {}, words).last_turn_id == "t1"


def test_an_older_summary_goes_into_the_new_one() -> None:
    planned = plan_summary(STRONG, past(3000, 3000, 1000, 3000), SUMMARY, {}, words)
    assert (planned.last_turn_id, planned.turn_count) == ("t2", 3)
    told = planned.request.messages[1].text
    assert told.startswith(told_summary(SUMMARY))
    assert "turn0" not in told
    assert "turn2" in told
    assert planned.before_tokens == words(told_summary(SUMMARY)) + 1000 + 1 + 2 * 4


def test_files_are_named_and_not_sent_again_and_outcomes_are_told() -> None:
    item = ContextItem("i", ItemKind.FILE, "src/a.py", "SECRET BODY\n")
    turns = [replace(turn, items=(item,)) for turn in past(30, 30)]
    planned = plan_summary(STRONG, turns, None, {"t0": {"src/a.py": "The user took it."}}, words)
    told = planned.request.messages[1].text
    assert "(Shown: src/a.py)" in told
    assert "(What became of it: The user took it.)" in told
    assert "SECRET BODY" not in told


def test_secrets_of_the_turns_are_masked_also_where_an_answer_repeats_them() -> None:
    key = "ghp_" + "a1B2c3D4e5" * 3 + "f6G7H8"
    turns = past(30, 30)
    turns[0] = replace(turns[0], items=(ContextItem("i", ItemKind.FILE, "a.py", f'token = "{key}"\n'),))
    turns[0] = replace(turns[0], answer=f"It is {key} " + "word " * 30)
    planned = plan_summary(STRONG, turns, None, {}, words)
    assert key not in planned.request.messages[1].text
    # What comes back is kept in the conversation: as it came.
    assert planned.request.values_back == {}


def test_turns_that_the_model_cannot_take_lose_their_middle() -> None:
    turns = [replace(turn, answer=f"begin {turn.answer} end") for turn in past(8000, 8000, 20, 3000)]
    planned = plan_summary(STRONG, turns, None, {}, words)
    assert planned.tokens <= 9000
    assert planned.cut_count == 2
    told = planned.request.messages[1].text
    assert told.count("[… the middle is left out …]") == 2
    assert told.count("begin") == told.count("end") == 3


def test_nothing_to_summarise_and_a_model_that_is_too_small_are_sentences() -> None:
    with pytest.raises(UsageError, match="nothing to summarise"):
        plan_summary(STRONG, past(10), None, {}, words)
    with pytest.raises(UsageError, match="nothing to summarise"):
        plan_summary(STRONG, [], None, {}, words)
    with pytest.raises(UsageError, match="too small to summarise"):
        plan_summary(replace(STRONG, is_weak=True), past(10, 10), None, {}, words)


# What is kept


def test_a_summary_holds_for_the_branches_that_have_all_its_turns(store: ConversationStore) -> None:
    made = talk(store, "a", "b", "c")
    # Another answer to b: a branch that begins inside of what is summarised.
    store.save_turn(StoredTurn("b2", made.conversation_id, "b2", answer="x", parent_id="a"))
    kept = SummaryStore(store)
    kept.save(replace(SUMMARY, conversation_id=made.conversation_id, last_turn_id="b"))
    summaries = kept.of_conversation(made.conversation_id)
    assert summary_on(["a", "b", "c"], summaries) == summaries[0]
    assert summary_on(["a", "b2"], summaries) is None
    later = replace(summaries[0], summary_id="s2", last_turn_id="c", turn_count=3)
    kept.save(later)
    summaries = kept.of_conversation(made.conversation_id)
    assert summary_on(["a", "b", "c", "d"], summaries) == later
    kept.save(replace(later, is_used=False))
    assert summary_on(["a", "b", "c", "d"], kept.of_conversation(made.conversation_id)) == summaries[0]
    kept.delete(summaries[0].summary_id)
    assert summary_on(["a", "b", "c"], kept.of_conversation(made.conversation_id)) is None


def test_a_copy_of_a_branch_has_its_summary_and_a_shorter_one_not(store: ConversationStore) -> None:
    made = talk(store, "a", "b", "c")
    kept = SummaryStore(store)
    kept.save(replace(SUMMARY, conversation_id=made.conversation_id, last_turn_id="b"))
    copy = store.copy_branch(made, "c", "Copy")
    turns = store.turns(copy.conversation_id)
    (copied,) = kept.of_conversation(copy.conversation_id)
    assert (copied.last_turn_id, copied.text) == (turns[1].turn_id, SUMMARY.text)
    short = store.copy_branch(made, "a", "Short")
    assert kept.of_conversation(short.conversation_id) == ()
    store.delete(copy.conversation_id)
    store.forget_deleted(before=9e9)
    assert kept.of_conversation(copy.conversation_id) == ()


def test_a_file_of_version_8_is_migrated_and_keeps_summaries_from_then_on(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    with closing(ConversationStore(path)) as today:
        made = talk(today, "a", "b")
    with closing(sqlite3.connect(path)) as database:
        database.executescript("DROP TABLE summaries; PRAGMA user_version = 8;")
    summary = replace(SUMMARY, conversation_id=made.conversation_id, last_turn_id="a")
    with closing(ConversationStore(path)) as migrated:
        assert [turn.prompt for turn in migrated.turns(made.conversation_id)] == ["a", "b"]
        SummaryStore(migrated).save(summary)
    with closing(ConversationStore(path)) as again:
        assert SummaryStore(again).of_conversation(made.conversation_id) == (summary,)
    assert (tmp_path / "c.sqlite.version-8").stat().st_mode & 0o777 == 0o600


def test_a_summary_that_is_no_shorter_is_not_kept(store: ConversationStore) -> None:
    made = talk(store, "a", "b", "c")
    work = compactor(store)
    planned = work.plan(made.conversation_id, "c", STRONG, {})
    done = TurnFinished("x", TurnStatus.FINISHED, cost_usd=0.002)
    with pytest.raises(UsageError, match="no shorter than the turns"):
        work.keep(planned, "word " * 900, done)
    assert work.summaries.of_conversation(made.conversation_id) == ()
    summary = work.keep(planned, " Short. \n", done)
    assert (summary.text, summary.cost_usd, summary.before_tokens > 400) == ("Short.", 0.002, True)
    edited = work.edit(summary, "Shorter still, by hand.", STRONG)
    assert work.summaries.of_conversation(made.conversation_id) == (edited,)
    assert edited.after_tokens != summary.after_tokens


def test_an_export_has_turns_and_summary() -> None:
    conversation = Conversation("c", "Talk", "/p", 0.0, 0.0)
    text = markdown_of(conversation, past(2, 2, 2), summaries=(SUMMARY,))
    at = text.index("> They want speed.")
    assert text.index("turn1") < at < text.index("turn2")
    assert "*Summary of the 2 turns above, which is sent in their place:*" in text


# Asked of a server


def test_a_turn_after_it_sends_the_summary(tmp_path: Path) -> None:
    with OpenAIServer() as server:

        async def work(talk: Talk) -> None:
            server.answers("word " * 300)
            for prompt in ("first", "second", "third"):
                await talk.finished(talk.request(prompt))
            made = Compactor(talk.core.conversations, talk.core.counts, talk.core.catalogue.complete)
            last = talk.turns()[-1].turn_id
            planned = made.plan(talk.conversation_id, last, talk.profile, {})
            done = TurnFinished("x", TurnStatus.FINISHED)
            made.keep(planned, "The first question was answered.", done)
            server.answers("fine", usage=ServerUsage(600, 2))
            await talk.finished(talk.request("fourth"))

        converse(tmp_path, server, work)
        messages = server.requests[-1].body["messages"]
        assert [message["role"] for message in messages] == ["system", "user", "assistant", "user", "assistant", "user"]
        assert messages[1]["content"].startswith("[Summary of the first turn of this conversation")
        assert messages[1]["content"].endswith("second")
