"""Findings read out of answers as models write them; nothing is lost, nothing is guessed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_desktop.conversation.findings.reading import ReadAnswer, read_findings
from copilot_desktop.conversation.findings.values import Finding, Severity
from copilot_desktop.edits import propose
from copilot_desktop.resource_files import resource_path
from copilot_desktop.text.ranges import LineRange

FILES = {"src/a.py": "def f():\n    return 1\n\n\ndef g():\n    return 2\n", "b.py": "x = 1\n"}
BLOCK = "<<<<<<< SEARCH\n    return 1\n=======\n    return 3\n>>>>>>> REPLACE"


def one(answer: str) -> Finding:
    (found,) = read_findings(answer, FILES).findings
    return found


def line(**more: object) -> str:
    value = {"path": "src/a.py", "lines": [2, 2], "quote": "return 1", "severity": "problem", "reason": "Why."}
    return json.dumps({**value, **more})


def test_a_finding_with_its_fix() -> None:
    found = one(f"{line()}\n{BLOCK}\n")
    assert found == Finding(
        ":0", "src/a.py", LineRange(1, 2), Severity.PROBLEM, "Why.", ("    return 1",), ("def f():", ""), BLOCK
    )
    made = propose(f"{found.path}\n```\n{found.fix}\n```\n", {found.path: FILES[found.path]}, "search_replace")
    assert made.files == {"src/a.py": FILES["src/a.py"].replace("1", "3")}


@pytest.mark.parametrize(
    ("more", "lines"),
    [
        ({"lines": "2-2"}, (1, 2)),
        ({"lines": "L5–6", "quote": ""}, (4, 6)),
        ({"lines": None, "line": 2}, (1, 2)),
        ({"lines": {"start": 5, "end": 6}, "quote": ""}, (4, 6)),
        ({"lines": [6, 5], "quote": "def g():"}, (4, 6)),
        ({"lines": ["5", 6.0], "quote": ""}, (4, 6)),
        # A wrong number is mended by what the line says; the nearest one that says so is meant.
        ({"lines": [40, 41]}, (1, 3)),
        ({"lines": [5, 5], "quote": "6 +     return 2"}, (5, 6)),
        # Beyond the end: as far as there are lines.
        ({"lines": [5, 60], "quote": "def g():"}, (4, 6)),
        ({"lines": None, "quote": ""}, None),
        ({"lines": [], "quote": ""}, None),
    ],
)
def test_lines_in_many_forms(more: dict[str, object], lines: tuple[int, int] | None) -> None:
    found = one(line(**more))
    assert found.lines == (None if lines is None else LineRange(*lines))
    assert not found.note


@pytest.mark.parametrize(
    ("more", "note"),
    [
        ({"lines": [90, 91], "quote": "no such line"}, "names lines that are not in the text"),
        ({"lines": [0, 0], "quote": ""}, "names lines that are not in the text"),
        ({"path": "other.py"}, "names a file that was not sent"),
        ({"path": "../../b.py"}, "names a file that was not sent"),
    ],
)
def test_what_has_no_place_is_kept_and_said(more: dict[str, object], note: str) -> None:
    found = one(line(**more))
    assert found.lines is None
    assert found.is_placeless
    assert found.reason == "Why."
    assert note in found.note


@pytest.mark.parametrize("path", ["a.py", "./src/a.py", "b/src/a.py", "src\\a.py"])
def test_the_file_that_is_meant(path: str) -> None:
    assert one(line(path=path)).path == "src/a.py"


@pytest.mark.parametrize(
    ("said", "severity"),
    [("High", Severity.PROBLEM), ("warning", Severity.DOUBT), ("nit", Severity.REMARK), (3, Severity.REMARK)],
)
def test_other_words_for_how_much_it_weighs(said: object, severity: Severity) -> None:
    assert one(line(severity=said)).severity is severity


def test_fixes_in_the_json_itself() -> None:
    assert one(line(fix=BLOCK)).fix == BLOCK
    assert one(line(fix={"search": "    return 1\n", "replace": "    return 3\n"})).fix == BLOCK
    assert one(line(fix=[{"old_string": "    return 1", "new_string": "    return 3"}])).fix == BLOCK
    told = one(line(fix="Return three."))
    assert (told.fix, told.reason) == ("", "Why. Fix: Return three.")


def test_several_blocks_and_one_that_is_cut_off() -> None:
    assert one(f"{line()}\n```\n{BLOCK}\n```\n{BLOCK}\n").fix == f"{BLOCK}\n{BLOCK}"
    read = read_findings(f"{line()}\n{BLOCK[:-16]}", FILES)
    assert read.findings[0].fix == ""
    assert "cut off" in read.findings[0].note
    assert "return 3" in read.rest


def test_lists_fences_and_prose() -> None:
    array = json.dumps([json.loads(line()), json.loads(line(path="b.py", lines=[1, 1], quote="x = 1"))], indent=1)
    for answer in (f"```json\n{array}\n```", json.dumps({"findings": json.loads(array)}), f"{line()},\n{line()},"):
        assert len(read_findings(answer, FILES).findings) == 2
    read = read_findings(f'Here they are:\n\n{line()}\n{{"path": broken\nThat is all.', FILES)
    assert len(read.findings) == 1
    assert read.rest == 'Here they are:\n\n{"path": broken\nThat is all.'


def test_answers_without_any() -> None:
    assert read_findings("[]", FILES) == ReadAnswer(says_none=True)
    assert read_findings('```json\n{"findings": []}\n```', FILES).says_none
    assert read_findings("All is well.", FILES) == ReadAnswer(rest="All is well.")
    assert read_findings('{"path": "b.py", "lines": [1, 1]}', FILES).rest == '{"path": "b.py", "lines": [1, 1]}'
    assert read_findings("", FILES) == ReadAnswer()


def test_the_example_of_the_prompt_is_read() -> None:
    prompt = resource_path("prompts", "findings.md").read_text(encoding="utf-8")
    cart = "\n" * 11 + "for item in items:\n    pass\n    return sum(item.price for item in items)\n"
    found = [each for each in read_findings(prompt, {"src/shop/cart.py": cart}).findings if not each.note]
    assert found[0].lines == LineRange(11, 14)
    assert propose(f"src/shop/cart.py\n```\n{found[0].fix}\n```", {"src/shop/cart.py": cart}).failures == ()


PIECES = st.sampled_from(
    [
        line(),
        line(lines=[9, 9]),
        BLOCK,
        BLOCK[:30],
        "[",
        "]",
        "{",
        "}",
        '{"a": ',
        "prose",
        "```",
        "[]",
        '["',
        line()[:40],
    ]
)


@given(st.lists(PIECES | st.text(max_size=12), max_size=8), st.sampled_from(["\n", "\r\n", ""]))
@settings(max_examples=60)
def test_no_answer_breaks_it_and_what_arrives_changes_no_id(pieces: list[str], ending: str) -> None:
    answer = ending.join(pieces)
    whole = read_findings(answer, FILES, "run")
    half = read_findings(answer[: len(answer) // 2], FILES, "run")
    assert [each.finding_id for each in whole.findings] == [f"run:{at}" for at in range(len(whole.findings))]
    assert all(each.lines is None or each.lines.end <= 6 for each in (*whole.findings, *half.findings))


def test_a_long_hostile_answer_is_read_at_once() -> None:
    for piece in ('{"', "[", '["a', "<<<<<<< SEARCH\n", "{\n}x\n", "`" * 9):
        read_findings(piece * 20_000, FILES)
        read_findings(f"{piece}\n" * 20_000, FILES)
