from __future__ import annotations

from dataclasses import replace

import pytest

from copilot_desktop.context.collecting import item_of
from copilot_desktop.context.items import ContextItem
from copilot_desktop.conversation.selection_edit import one_block_proposal, placed_in, selection_proposal
from copilot_desktop.text.ranges import LineRange

TEXT = "class A:\n    def f(self):\n        return 1\n\n    x = 2\n"
METHOD = item_of("a.py", TEXT, LineRange(1, 3))


def result(answer: str, item: ContextItem = METHOD, text: str = TEXT) -> str | None:
    proposal = selection_proposal(answer, item, {"a.py": text})
    assert proposal.failures == ()
    return proposal.files["a.py"]


def test_exactly_the_selected_lines_are_replaced_and_are_not_amber() -> None:
    proposal = selection_proposal("```py\n    def f(self):\n        return 2\n```", METHOD, {"a.py": TEXT})
    (hunk,) = proposal.hunks
    assert (hunk.path, hunk.start, hunk.end) == ("a.py", 1, 3)
    assert (hunk.strategy, hunk.confidence, hunk.needs_look) == ("selection", 1.0, False)
    assert hunk.new_text == "    def f(self):\n        return 2\n"
    assert proposal.files["a.py"] == TEXT.replace("return 1", "return 2")


@pytest.mark.parametrize(
    "code",
    [
        "def f(self):\n    return 2\n",
        "        def f(self):\n            return 2\n",
        "\n    def f(self):\n        return 2\n\n",
        "    def f(self):\r\n        return 2\r\n",
    ],
)
def test_indentation_blank_edges_and_line_endings_become_the_file_s(code: str) -> None:
    assert result(f"```python\n{code}```") == TEXT.replace("return 1", "return 2")


def test_crlf_and_a_missing_final_newline_survive() -> None:
    text = "a = 1\r\nb = 2"
    assert result("```\nb = 3\nc = 4\n```", item_of("a.py", text, LineRange(1, 2)), text) == "a = 1\r\nb = 3\r\nc = 4"
    assert result("```\nz\ny\n```", item_of("a.py", text), text) == "z\r\ny"


def test_the_rest_of_a_line_selected_in_part_stays() -> None:
    text = "total = price + tax  # net\n"
    item = item_of("a.py", text, LineRange(0, 1), selected_text="price + tax")
    assert result("```\nprice * rate\n```", item, text) == "total = price * rate  # net\n"


@pytest.mark.parametrize(("line", "selected"), [("total = x + x\n", "x"), ("eee\n", "ee")])
def test_a_part_of_a_line_that_stands_there_twice_has_no_certain_place(line: str, selected: str) -> None:
    item = item_of("a.py", line, LineRange(0, 1), selected_text=selected)
    proposal = selection_proposal("```\ny\n```\n", item, {"a.py": line})
    assert proposal.files == {}
    assert [failure.reason for failure in proposal.failures] == ["ambiguous"]
    assert "Select the whole lines" in proposal.failures[0].message


def test_a_file_without_a_character_takes_the_answer() -> None:
    assert result("```\nx = 1\n```", item_of("a.py", ""), "") == "x = 1\n"


def test_a_diff_of_the_selection_is_placed_and_never_taken_for_its_text() -> None:
    line = METHOD.text.splitlines()[-1]
    answer = f"```diff\n-{line}\n+{line}  # yes\n```\n"
    proposal = selection_proposal(answer, METHOD, {"a.py": TEXT})
    assert proposal.files == {"a.py": TEXT.replace(line, f"{line}  # yes")}
    assert one_block_proposal(answer, METHOD, {"a.py": TEXT}) is None  # placed like any other edit


@pytest.mark.parametrize(
    ("answer", "reason"),
    [("```py\ndef f(", "cut_off"), ("Sure, I can help.", "malformed"), ("", "malformed")],
)
def test_an_answer_that_is_no_whole_block_is_a_failure(answer: str, reason: str) -> None:
    proposal = selection_proposal(answer, METHOD, {"a.py": TEXT})
    assert proposal.files == {}
    assert [failure.reason for failure in proposal.failures] == [reason]


def test_the_same_text_is_a_note_and_a_changed_file_a_failure() -> None:
    assert "as it is" in selection_proposal(f"```\n{METHOD.text}```", METHOD, {"a.py": TEXT}).notes[0]
    gone = selection_proposal("```\nx\n```", METHOD, {"a.py": "other\n"})
    assert [failure.reason for failure in gone.failures] == ["not_found"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"import os\r\n\r\n{TEXT}", LineRange(3, 5)),
        (TEXT, LineRange(1, 3)),
        (f"{TEXT}\n{TEXT}", LineRange(1, 3)),
        (f"\n{TEXT}\n{TEXT}", LineRange(1, 3)),
        ("nothing of it\n", LineRange(1, 3)),
    ],
)
def test_a_selection_is_found_again_where_it_stands_once(text: str, lines: LineRange) -> None:
    assert placed_in(METHOD, text) == replace(METHOD, lines=lines)


@pytest.mark.parametrize(
    "answer",
    [
        "```python\n    def f(self):\n        return 2\n```\n",
        "Here it is:\n\n```python\ndef f(self):\n    return 2\n```\nDone.",
        "a.py\n```python\n    def f(self):\n        return 2\n```\n",
    ],
)
def test_one_plain_block_is_the_selection_s_new_text(answer: str) -> None:
    proposal = one_block_proposal(answer, METHOD, {"a.py": TEXT})
    assert proposal is not None
    assert proposal.files == {"a.py": TEXT.replace("return 1", "return 2")}
    (hunk,) = proposal.hunks
    assert (hunk.start, hunk.end, hunk.needs_look, hunk.strategy) == (1, 3, False, "selection")
    assert (hunk.confidence, hunk.ignored) == (1.0, "")


@pytest.mark.parametrize(
    "code",
    ["        return 2\n", "class A:\n    def f(self):\n        return 2\n", "    def g(self): ...\n\n    x = 2\n"],
)
def test_one_plain_block_with_less_or_more_than_the_selection_is_amber(code: str) -> None:
    proposal = one_block_proposal(f"```python\n{code}```\n", METHOD, {"a.py": TEXT + "y = 3\nz = 4\n"})
    assert proposal is not None
    (hunk,) = proposal.hunks
    assert hunk.needs_look
    assert hunk.confidence < 0.95
    assert hunk.ignored


@pytest.mark.parametrize(
    "answer",
    [
        "It is fine.",
        "```\n<<<<<<< SEARCH\n        return 1\n=======\n        return 2\n>>>>>>> REPLACE\n```\n",
        "```\none\n```\nor\n```\ntwo\n```\n",
        "b.py\n```\nother = 1\n```\n",
        f"```\n{TEXT}```\n",
    ],
)
def test_another_answer_is_not_taken_for_the_selection(answer: str) -> None:
    assert one_block_proposal(answer, METHOD, {"a.py": TEXT}) is None


def test_one_block_that_was_cut_off_is_a_failure() -> None:
    proposal = one_block_proposal("```python\n    def f(", METHOD, {"a.py": TEXT})
    assert proposal is not None
    assert [failure.reason for failure in proposal.failures] == ["cut_off"]
