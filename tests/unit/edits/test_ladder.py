"""Each level of the ladder finds what it is for, at its confidence, and keeps what the model did not change."""

from __future__ import annotations

import pytest

from tests.unit.edits.blocks import PATH, block, placed, reason, result

FUNCTION = "def total(items):\n    count = len(items)\n    return count\n"


@pytest.mark.parametrize(
    ("text", "old", "new", "after", "strategy", "confidence"),
    [
        pytest.param(FUNCTION, "    return count\n", "    return 2\n", FUNCTION[:-6] + "2\n", "exact", 1.0, id="exact"),
        pytest.param(
            "one line of text\r\ntwo\r\n",
            "one line of text\n",
            "one\nmore\n",
            "one\r\nmore\r\ntwo\r\n",
            "line_endings",
            0.99,
            id="line endings",
        ),
        pytest.param(
            "first line here  \nsecond line\t\n",
            "first line here\nsecond line\n",
            "first line here\nchanged\n",
            "first line here  \nchanged\n",
            "trailing_blanks",
            0.97,
            id="trailing blanks",
        ),
        pytest.param(
            "class A:\n\tdef run(self):\n\t\tself.go()\n",
            "def run(self):\n    self.go()\n",
            "def run(self):\n    self.stop()\n    if self:\n        pass\n",
            "class A:\n\tdef run(self):\n\t\tself.stop()\n\t\tif self:\n\t\t\tpass\n",
            "indentation",
            0.95,
            id="indentation into tabs",
        ),
        pytest.param(
            "say(“hello – you”)\nstop()\n",
            'say("hello - you")\nstop()\n',
            'say("hello - you")\ngo()\n',
            "say(“hello – you”)\ngo()\n",
            "look_alikes",
            0.93,
            id="look-alikes",
        ),
        pytest.param(
            "alpha = call(1)\n\n   beta = call(2)\n",
            "alpha = call(1)\n  beta = call(2)\n",
            "alpha = call(1)\n  beta = call(3)\n",
            "alpha = call(1)\n\n   beta = call(3)\n",
            "trimmed",
            0.85,
            id="blank lines free",
        ),
        pytest.param(
            "alpha   =  call(1)\nbeta = 2\n",
            "alpha = call(1)\nbeta = 2\n",
            "alpha = call(1)\nbeta = 3\n",
            "alpha   =  call(1)\nbeta = 3\n",
            "blanks_inside",
            0.8,
            id="blanks inside",
        ),
        pytest.param(
            "def f():\n    one()\n    two()\n    three()\n    return 1\n",
            "def f():\n...\n    return 1\n",
            "def g():\n...\n    return 2\n",
            "def g():\n    one()\n    two()\n    three()\n    return 2\n",
            "elisions",
            0.8,
            id="elisions",
        ),
        pytest.param(
            "def compute_the_total(items, rate):\n    subtotal = sum(items)\n    return subtotal * rate\n",
            "def compute_the_totals(items, rate):\n    subtotal = sum(items)\n    return subtotal * rate\n",
            "def compute_the_totals(items, rate):\n    subtotal = sum(items)\n    return subtotal\n",
            "def compute_the_total(items, rate):\n    subtotal = sum(items)\n    return subtotal\n",
            "likeness",
            0.845,
            id="likeness",
        ),
    ],
)
def test_a_level_places_what_it_is_for(
    text: str, old: str, new: str, after: str, strategy: str, confidence: float
) -> None:
    found = result(text, block(old, new))
    assert found[:2] == (after, strategy)
    assert found[2] == pytest.approx(confidence, abs=0.003)


@pytest.mark.parametrize(
    ("old", "new", "ignored"),
    [
        ("2 |     count = len(items)\n3 |     return count\n", "2 |     return len(items)\n", "line numbers"),
        (
            "    count = len(items)\\n    return count\n",
            "    size = len(items)\\n    return size\n",
            "one level of escaping",
        ),
        ("```python\n    count = len(items)\n    return count\n```\n", "    return len(items)\n", "fence lines"),
        ("\n    count = len(items)\n    return count\n\n", "\n    return len(items)\n\n", "blank first or last lines"),
    ],
)
def test_traces_of_the_model_are_undone_and_named(old: str, new: str, ignored: str) -> None:
    rest = "\n\nRATE = 3\nLIMIT = 4\n"
    proposal = placed(FUNCTION + rest, block(old, new))
    assert proposal.failures == ()
    size = "    size = len(items)\n    return size\n" if "escaping" in ignored else "    return len(items)\n"
    assert proposal.files == {PATH: "def total(items):\n" + size + rest}
    (hunk,) = proposal.hunks
    assert (hunk.strategy, hunk.ignored, hunk.needs_look) == ("traces", ignored, True)
    assert hunk.confidence == pytest.approx(0.92 if ignored == "line numbers" else 0.9)


def test_entities_are_undone_only_where_the_match_proves_it() -> None:
    text = "if alpha < b && c:\n    go()\n"
    assert result(text, block("if alpha &lt; b &amp;&amp; c:\n", "if a &gt; b:\n"))[0] == "if a > b:\n    go()\n"
    # The file holds the entity itself: it is text.
    assert (
        result("<p>a &lt; b and c</p>\n", block("<p>a &lt; b and c</p>\n", "<p>a &gt; b</p>\n"))[0]
        == "<p>a &gt; b</p>\n"
    )


def test_numbers_that_do_not_count_up_are_text() -> None:
    assert (
        reason("alpha beta gamma\ndelta epsilon\n", block("7: alpha beta gamma\n3: delta epsilon\n", "x\n"))
        == "not_found"
    )


def test_several_places_never_fall_through_to_a_looser_level() -> None:
    # Exactly twice and, with another indentation, once more: still a question of the first two.
    text = "value = compute()\nother\nvalue = compute()\nif x:\n    value = compute()\n"
    proposal = placed(text, block("value = compute()\n", "value = 2\n"))
    assert [failure.reason for failure in proposal.failures] == ["ambiguous"]
    assert [place[:3] for place in proposal.failures[0].candidates] == [(PATH, 0, 1), (PATH, 2, 3)]
    assert "lines 1, 3." in proposal.failures[0].message


def test_words_are_never_joined_and_case_counts() -> None:
    assert reason("return values[0]\nend of file\n", block("returnvalues[0]\n", "x\n")) == "not_found"
    assert reason("return Values[0]\nend of file\n", block("return values[0]\n", "x\n")) == "not_found"


def test_a_part_of_a_word_is_not_the_place() -> None:
    assert reason("discount = 1\nother = 2\n", block("count = 1\n", "count = 2\n")) == "not_found"
    assert result("x = old_name(1)\n", block("old_name(1)\n", "new_name(1)\n"))[0] == "x = new_name(1)\n"


def test_one_line_that_is_nearly_another_is_not_the_place() -> None:
    assert reason("retry_limit_seconds = 11\nother\n", block("retry_limit_seconds = 10\n", "x = 1\n")) == "not_found"


def test_elisions_that_would_delete_what_is_left_out_are_refused() -> None:
    text = "def f():\n    one()\n    two()\n    return 1\n"
    assert reason(text, block("def f():\n...\n    return 1\n", "def f():\n    return 2\n")) == "not_found"


@pytest.mark.parametrize("text", ["}\n}\n", "    }\n  }\n"])
def test_a_tiny_block_with_several_places_is_refused(text: str) -> None:
    assert reason("start of it\n" + text, block("}\n", "};\n")) == "ambiguous"


def test_a_tiny_block_is_placed_exactly_or_as_the_only_whole_line() -> None:
    assert result("a = 1\nb = 2\n", block("b = 2\n", "b = 3\n"))[0] == "a = 1\nb = 3\n"
    assert result("if a:\n    b = 2\n", block("b = 2\n", "b = 3\n"))[0] == "if a:\n    b = 3\n"
    assert reason("b  =  2\nother line\n", block("b = 2\n", "b = 3\n")) == "not_found"


def test_look_alikes_the_match_proves_are_not_written() -> None:
    text = 'say("hello", 1 - 2)\nstop(now, then)\n'
    old, new = "say(“hello”, 1 – 2)\nstop(now, then)\n", "say(‘bye’, “you”, 3 – 2)\nstop(now, then)\n"
    after = result(text, block(old, new))
    assert after[:2] == ("say('bye', \"you\", 3 - 2)\nstop(now, then)\n", "look_alikes")


def test_look_alikes_the_file_has_are_kept_and_new_ones_written_as_they_are() -> None:
    text = "say(“hello”)\nstop(now, then)\n"
    assert result(text, block("say(“hello”)\n", "say(“bye” – now)\n"))[0] == "say(“bye” – now)\nstop(now, then)\n"


def test_what_is_put_before_a_blank_line_stays_before_it_where_blank_lines_are_free() -> None:
    text = "alpha = call(1)\n\n   beta = call(2)\ngamma = call(3)\n"
    old = "alpha = call(1)\n\n  beta = call(2)\n\ngamma = call(3)\n"
    new = "alpha = call(1)\nnew = call(4)\n\n  beta = call(2)\n\ngamma = call(3)\n"
    assert result(text, block(old, new))[:2] == (text.replace("\n\n", "\nnew = call(4)\n\n", 1), "trimmed")


def test_blanks_at_signs_are_ignored_but_not_those_between_words() -> None:
    text = "alpha = call( 1,2 )\nbeta = alpha\n"
    assert result(text, block("alpha=call(1, 2)\nbeta = alpha\n", "alpha=call(1, 2)\nbeta = 3\n"))[0] == (
        "alpha = call( 1,2 )\nbeta = 3\n"
    )
    assert reason("return values\nlong enough\n", block("returnvalues\nlong enough\n", "x\n")) == "not_found"


def test_lines_left_out_before_the_first_and_after_the_last_line_say_nothing() -> None:
    text = "def f():\n    one()\n    two()\n    three()\n    return 1\n"
    assert result(text, block("...\n    two()\n    three()\n...\n", "...\n    two()\n    four()\n...\n"))[0] == (
        text.replace("three", "four")
    )


def test_every_line_may_differ_a_little_where_no_other_place_is_like_it() -> None:
    text = "def compute_the_total(items, rate):\n    subtotal = sum(item.price for item in items)\nx = 1\ny = 2\n"
    old = "def compute_the_totals(items, rate):\n    subtotals = sum(item.price for item in items)\n"
    after = result(text, block(old, old + "    return subtotals\n"))
    assert after[1] == "likeness"
    assert after[0] == text.replace("x = 1\n", "    return subtotals\nx = 1\n")


@pytest.mark.parametrize(
    ("text", "old", "new", "after"),
    [
        (
            "a:\n  b:\n    c()\n",
            "\tb:\n\t\tc()\n",
            "\tb:\n\t\tc()\n\t\td:\n\t\t\te()\n",
            "a:\n  b:\n    c()\n    d:\n      e()\n",
        ),
        (
            "a:\n\tb:\n\t\tc()\n",
            "  b:\n    c()\n",
            "  b:\n    c()\n    d:\n      e()\n",
            "a:\n\tb:\n\t\tc()\n\t\td:\n\t\t\te()\n",
        ),
    ],
)
def test_deeper_new_lines_are_indented_as_the_file_is(text: str, old: str, new: str, after: str) -> None:
    assert result(text, block(old, new))[0] == after
