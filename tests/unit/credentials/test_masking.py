"""Secrets are masked by placeholders that are the same in all of a conversation, and come back in what answers."""

from __future__ import annotations

import json
import random

import pytest

from copilot_desktop.credentials.masking import Masking, Unmasking
from copilot_desktop.credentials.placeholders import PLACEHOLDER, SecretChoices, strange_placeholder
from tests.support.planted_secrets import every_kind, private_key

TOKEN = "ghp_" + "a1B2" * 9
ADDRESS = "postgres://app:" + "hunter2x" + "@db/prod"


def test_the_same_value_has_the_same_placeholder() -> None:
    (one,) = Masking("talk").mask(f"a {TOKEN} b {TOKEN}").seen
    (again,) = Masking("talk").mask(f"{TOKEN}").seen
    (elsewhere,) = Masking("other").mask(f"{TOKEN}").seen
    assert one.placeholder == again.placeholder != elsewhere.placeholder
    assert PLACEHOLDER.fullmatch(one.placeholder)
    assert TOKEN not in repr(one)
    assert one.hint == "ghp_… (40 characters)"


def test_a_value_is_masked_wherever_it_stands() -> None:
    masking = Masking("talk")
    masking.learn([ADDRESS])
    made = masking.mask("PASSWORD is hunter2x, not hunter3")
    assert made.text == f"PASSWORD is {made.seen[0].placeholder}, not hunter3"
    # Only where their form shows it: short values, and plain words.
    masking.learn(["redis://:root@db"])
    assert masking.mask("the root of all").text == "the root of all"


def test_what_was_masked_stays_as_it_is() -> None:
    masking = Masking("talk")
    text = "\n".join(line for _name, line, _secret in every_kind())
    made = masking.mask(text)
    for each in (made.text, f"before\n{made.text}"):
        again = masking.mask(each)
        assert again.text == each
        assert {one.placeholder for one in again.seen} >= {one.placeholder for one in made.seen if one.is_masked}
    back = Unmasking({each.placeholder: each.value for each in made.seen if each.is_masked})
    assert back.whole(made.text) == text


def test_a_placeholder_that_was_kept_is_known_by_its_value() -> None:
    """As in a summary of turns that are not sent any more."""
    (seen,) = Masking("talk").mask(TOKEN).seen
    later = Masking("talk")
    later.learn([TOKEN])
    assert [each.value for each in later.mask(f"It was {seen.placeholder}.").seen] == [TOKEN]
    assert Masking("talk").mask(f"It was {seen.placeholder}.").seen == ()


def test_what_the_user_has_chosen() -> None:
    random_word = 'key = "q8Zr4TnVw2XkPb7LsD3mHf6c"'
    (named,), (maybe,) = Masking("talk").mask(TOKEN).seen, Masking("talk").mask(random_word).seen
    assert (named.is_masked, maybe.is_masked) == (True, False)
    chosen = Masking("talk", SecretChoices(frozenset([named.placeholder]), frozenset([maybe.placeholder])))
    assert chosen.mask(TOKEN).text == TOKEN
    assert chosen.mask(random_word).text == f'key = "{maybe.placeholder}"'
    # In another conversation it is another choice.
    assert Masking("other", SecretChoices(frozenset([named.placeholder]))).mask(TOKEN).text != TOKEN


def test_arguments_stay_json() -> None:
    masking, key = Masking("talk"), private_key(random.Random(1))  # noqa: S311 - no real ones
    arguments = json.dumps({"path": "a.py", "edits": [{"old": key, "new": f'"{TOKEN}"'}]})
    made = masking.mask_json(arguments)
    read = json.loads(made.text)["edits"][0]
    assert read["old"] == masking.mask(key).text
    back = Unmasking({each.placeholder: each.value for each in made.seen}, in_json=True)
    assert json.loads(back.whole(made.text)) == json.loads(arguments)
    assert masking.mask_json('{"a":  1}').text == '{"a":  1}'
    assert TOKEN not in masking.mask_json(f'{{"broken": "{TOKEN}').text


@pytest.mark.parametrize("size", [1, 2, 7, 23, 24, 25])
def test_an_answer_in_pieces(size: int) -> None:
    values = {"HIDDEN_SECRET_0123456789": "one", "HIDDEN_SECRET_abcdef0123": "two\nlines"}
    answer = "x HIDDEN_SECRET_0123456789, HIDDEN_SECRET_abcdef0123HIDDEN_SECRET_0123456789 HIDDEN_SECRET_000 HIDDEN"
    back = Unmasking(values)
    pieces = [back.feed(answer[at : at + size]) for at in range(0, len(answer), size)]
    assert "".join((*pieces, back.finish())) == "x one, two\nlinesone HIDDEN_SECRET_000 HIDDEN"


def test_an_invented_placeholder_is_strange() -> None:
    for word in ("HIDDEN_SECRET_0123456789", "hidden_secret_key", "HIDDEN-SECRET-01", "Hidden Secret 12"):
        assert strange_placeholder(f"a = '{word}'", "a = 1") == word
        assert not strange_placeholder(f"a = '{word}'", f"b = '{word}'")
    assert not strange_placeholder("the secret is hidden", "")


def random_words(count: int) -> list[str]:
    return [f"Zk3vQ9xT7mB2pL8wR4nY6cJ{at:02}" for at in range(count)]


def test_what_a_tool_tells_is_masked_also_where_it_only_looks_like_a_secret() -> None:
    words = random_words(80)
    masking = Masking("key")
    masking.learn((f"ask about {words[0]}",))
    masking.learn_unshown(("\n".join(words),))
    masked = masking.mask("\n".join(words))
    # More than a list has; but what the user has shown before is no news.
    assert [word for word in words if word in masked.text] == words[:1]
    assert [each.value for each in masked.seen if not each.is_masked] == words[:1]


def test_what_is_chosen_to_be_sent_is_not_masked_where_a_tool_tells_it() -> None:
    (word,) = random_words(1)
    first = Masking("key")
    first.learn_unshown((word,))
    (seen,) = first.mask(word).seen
    assert seen.is_masked
    chosen = Masking("key", SecretChoices(shown=frozenset({seen.placeholder})))
    chosen.learn_unshown((word,))
    assert chosen.mask(word).text == word


def test_a_named_secret_in_what_a_tool_tells_keeps_its_name() -> None:
    masking = Masking("key")
    token = "ghp_" + "a1B2" * 9
    masking.learn_unshown((f"TOKEN = '{token}'",))
    (seen,) = masking.mask(f"TOKEN = '{token}'").seen
    assert (seen.label, seen.value, seen.is_masked) == ("GitHub token", token, True)
