"""Counting: what OpenAI's encoding gives, never an exception, never a hang."""

from __future__ import annotations

import functools
import hashlib
import socket
import threading
import tracemalloc
from pathlib import Path

import pytest
import tiktoken
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.errors import StoreError
from copilot_desktop.llm.catalogue import Catalogue
from copilot_desktop.llm.encodings import CL100K_BASE
from copilot_desktop.llm.profiles import Profile, ProviderKind
from copilot_desktop.llm.token_ranks import NO_TOKEN, TokenRanks
from copilot_desktop.llm.tokens import CountingStoppedError, ModelTokens, TokenCounter
from tests.support.token_table import TABLES, ranks_of_tokens, table_of

COUNTER = TokenCounter()
OLDER = TokenCounter(CL100K_BASE)
TABLE = TABLES / "o200k_base.ranks"
RANKS_SHA256 = {
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
}
"""Of OpenAI's own files, as tiktoken checks them."""
TOKENS = {"o200k_base": 199_998, "cl100k_base": 100_256}
CL100K_WORDS = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]"
    r"|\s+(?!\S)|\s"
)
O200K_WORDS = "|".join(
    [
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ]
)
WORDS = {"o200k_base": O200K_WORDS, "cl100k_base": CL100K_WORDS}
"""As OpenAI has them."""


@functools.cache
def all_tokens(name: str) -> tuple[bytes, ...]:
    ranks = TokenRanks(TABLES / f"{name}.ranks")
    return tuple(ranks.token(rank) for rank in range(TOKENS[name]))


@functools.cache
def openai_encoding(name: str) -> tiktoken.Encoding:
    ranks = {token: rank for rank, token in enumerate(all_tokens(name))}
    return tiktoken.Encoding(name, pat_str=WORDS[name], mergeable_ranks=ranks, special_tokens={})


def counted_by_openai(text: str) -> list[int]:
    return [len(openai_encoding(name).encode_ordinary(text)) for name in WORDS]


def counted(text: str) -> list[int]:
    return [COUNTER.count(text), OLDER.count(text)]


@pytest.mark.parametrize("name", WORDS)
def test_the_ranks_are_those_of_openai_and_every_one_is_found(name: str) -> None:
    tokens = all_tokens(name)
    assert hashlib.sha256(ranks_of_tokens(tokens)).hexdigest() == RANKS_SHA256[name]
    ranks = TokenRanks(TABLES / f"{name}.ranks")
    assert [ranks.rank(token) for token in tokens] == list(range(TOKENS[name]))
    assert ranks.rank(b"no token is as long as this one") == ranks.rank(b"") == NO_TOKEN


@pytest.mark.parametrize("kept", [0, 8, 100, 2_500_000, -1])
def test_a_damaged_file_of_ranks_is_named(tmp_path: Path, kept: int) -> None:
    (tmp_path / "a.ranks").write_bytes(TABLE.read_bytes()[:kept])
    with pytest.raises(FileNotFoundError, match="install the program again"):
        TokenRanks(tmp_path / "a.ranks")


def test_tokens_whose_hashes_meet_are_told_apart(tmp_path: Path) -> None:
    tokens = [bytes([first, second]) for first in range(16) for second in range(16)]
    (tmp_path / "a.ranks").write_bytes(table_of(tokens))
    ranks = TokenRanks(tmp_path / "a.ranks")
    assert [ranks.rank(token) for token in tokens] == list(range(256))


def test_sources_are_counted_as_openai_counts_them() -> None:
    for path in sorted(Path(__file__).parent.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert counted(text) == counted_by_openai(text), path.name


@given(st.text(min_size=1))
def test_any_text_is_counted_as_openai_counts_it(text: str) -> None:
    for each in (text, f"{text} {text}'{text}\n {text}" * 20):
        assert counted(each) == counted_by_openai(each)


def test_every_kind_of_character_is_counted_as_openai_counts_it() -> None:
    points = [*range(0x3100), *range(0x3100, 0xD800, 47), *range(0xF900, 0x10000), *range(0x10000, 0x20000, 31)]
    for first in range(0, len(points), 16):
        text = "".join(f"a{c}b {c}{c}Cd{c}1'{c} \n{c}" for c in map(chr, points[first : first + 16]))
        assert counted(text) == counted_by_openai(text), hex(points[first])


@pytest.mark.parametrize(
    ("text", "tokens"),
    # Taken from OpenAI's own tokenizer for o200k_base.
    [("", 0), ("hello world", 2), ("tiktoken is great!", 6), ("お誕生日おめでとう", 8), ("2 + 2 = 4", 7)],
)
def test_counts_are_those_of_the_encoding(text: str, tokens: int) -> None:
    assert COUNTER.count(text) == tokens


def test_names_of_special_tokens_are_ordinary_text() -> None:
    assert COUNTER.count("<|endoftext|>") > 1


@pytest.mark.parametrize("unit", ["a", " ", "\n", "!?", "é", "漢", "\u0301", "\t \n", "\u2028", "0", "'s"])
def test_long_runs_are_counted_in_linear_time(unit: str) -> None:
    assert COUNTER.count(unit * 200_000) > 1000


def test_cutting_long_text_costs_almost_nothing() -> None:
    line = "def total(items):\n    return sum(item.price for item in items)\n"
    whole, parts = COUNTER.count(line * 5000), COUNTER.count(line) * 5000
    assert abs(whole - parts) < 20


@given(st.text(st.characters(codec=None)))
def test_any_text_is_counted(text: str) -> None:
    assert 0 <= COUNTER.count(text) <= 4 * len(text)


def test_threads_share_one_counter_and_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    counter, counts = TokenCounter(), []
    threads = [threading.Thread(target=lambda: counts.append(counter.count("hello world"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [2, 2, 2, 2]


def test_a_text_that_was_counted_is_known_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a prompt is typed, the same history and files are counted with every pause."""
    counter, looked_up = TokenCounter(), []
    rank = TokenRanks.rank

    def look_up(ranks: TokenRanks, token: bytes) -> int:
        looked_up.append(token)
        return rank(ranks, token)

    monkeypatch.setattr(TokenRanks, "rank", look_up)
    text = "".join(f"value_{number} = names[{number}]\n" for number in range(5_000))
    tokens = counter.count(text)
    del looked_up[:]
    assert counter.count(text) == tokens
    assert looked_up == []
    assert counter.count(text + "one more") == tokens + 2


def test_a_long_text_is_counted_in_portions_that_stop_when_nobody_wants_the_count() -> None:
    counter, asked = TokenCounter(), []
    text = "one two three\n" * 30_000

    def is_wanted() -> bool:
        asked.append(True)
        return len(asked) < 3

    with pytest.raises(CountingStoppedError):
        counter.count(text, is_wanted)
    assert len(asked) == 3
    # What was broken off is not taken for the whole.
    assert counter.count(text) >= 30_000 * counter.count("one two three\n")


def test_the_memory_for_counting_does_not_grow_with_the_text() -> None:
    counter, text = TokenCounter(), "größer als zwei drei\n" * 100_000
    counter.count("größer als zwei drei\n" * 100)
    tracemalloc.start()
    counter.count(text)
    _now, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 8_000_000 < 4 * len(text)


def test_counts_for_another_model_are_scaled_within_bounds_and_those_of_openai_are_not() -> None:
    ratios: dict[str, float] = {"finer": 1.3, "wild": 90.0}
    tokens = ModelTokens(COUNTER, Catalogue.load().encoding_of, lambda _profile, model: ratios.get(model))

    def count(model: str) -> tuple[int, bool]:
        made = tokens.of(Profile("p", ProviderKind.CHAT, "http://x", model))
        return made.count("one two three four five"), made.is_exact

    assert count("unknown") == (5, False)
    assert count("finer") == (7, False)
    assert count("wild") == (15, False)
    ratios["gpt-5.6-luna"] = 2.0
    assert count("gpt-5.6-luna") == (5, True)
    # gpt-oss has an encoding of its own.
    exact = [count(model)[1] for model in ("gpt-4", "gpt-3.5-turbo-0125", "gpt-oss:20b", "openai/gpt-4o")]
    assert exact == [True, True, False, True]


@pytest.mark.parametrize(
    ("model", "tokens"), [("gpt-4o", 8), ("gpt-4.1-mini", 8), ("gpt-4", 9), ("gpt-4-turbo", 9), ("gpt-35-turbo", 9)]
)
def test_a_model_is_counted_by_its_own_encoding(model: str, tokens: int) -> None:
    made = ModelTokens(COUNTER, Catalogue.load().encoding_of, lambda _profile, _model: None)
    count = made.of(Profile("p", ProviderKind.CHAT, "http://x", model))
    # Both figures are from OpenAI's own examples.
    assert count.is_exact
    assert count.count("お誕生日おめでとう") == tokens


def test_a_ledger_that_cannot_be_read_leaves_the_count_as_it_is() -> None:
    def fail(_profile: str, _model: str) -> float | None:
        raise StoreError("no")

    made = ModelTokens(COUNTER, lambda _model: None, fail).of(Profile("p", ProviderKind.CHAT, "http://x", "m"))
    assert made.count("one two") == 2
