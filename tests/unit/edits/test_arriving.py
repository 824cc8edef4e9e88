"""What an answer proposes while it arrives: never more than stands in it, and at its end the proposal."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from copilot_desktop.edits import ProposalStream, propose
from copilot_desktop.edits.arriving import ArrivingChanges, ArrivingChangeSet, placed_on, with_ids_of
from copilot_desktop.edits.change_sets import HunkState, change_set_from
from copilot_desktop.edits.marks import EditMarks
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.lined_text import LinedText
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from tests.unit.edits.blocks import PATH, block
from tests.unit.edits.random_edits import RandomEdit, edits
from tests.unit.edits.test_streaming import CASES

TEXT = "alpha = 1111\nbeta = 22222\ngamma = 3333\ndelta = 4444\n"


def growth(answer: str, files: dict[str, str] | None = None) -> list[tuple[str, int, int, str]]:
    """What grows after each line of an answer, without repeats."""
    stream = ProposalStream(files or {PATH: TEXT})
    seen: list[tuple[str, int, int, str]] = []
    for line in split_lines(answer):
        stream.feed(line)
        seen += [(hunk.path, hunk.start, hunk.end, hunk.new_text) for hunk in stream.arrived().growing]
    return list(dict.fromkeys(seen))


def test_lines_that_the_new_text_has_not_reached_stand_as_they_are() -> None:
    assert growth(block("beta = 22222\ngamma = 3333\ndelta = 4444\n", "beta = 22222\nnew = 1\ndelta = 4444\n")) == [
        (PATH, 1, 4, "beta = 22222\ngamma = 3333\ndelta = 4444\n"),
        (PATH, 1, 4, "beta = 22222\nnew = 1\ndelta = 4444\n"),
    ]


@pytest.mark.parametrize(
    ("answer", "grown"),
    [
        (
            f"*** Begin Patch\n*** Update File: {PATH}\n@@\n alpha = 1111\n-beta = 22222\n+beta = 3\n+more = 1\n",
            [
                (0, 2, "alpha = 1111\n"),
                (0, 2, "alpha = 1111\nbeta = 3\n"),
                (0, 2, "alpha = 1111\nbeta = 3\nmore = 1\n"),
            ],
        ),
        (
            f"--- a/{PATH}\n+++ b/{PATH}\n@@ -2,2 +2,2 @@\n-beta = 22222\n+beta = 3\n gamma = 3333\n",
            [(1, 2, ""), (1, 2, "beta = 3\n"), (1, 3, "beta = 3\ngamma = 3333\n")],
        ),
        (
            f"{PATH}\n```python\nalpha = 1111\nbeta = 3\ngamma = 3333\n",
            [(0, 4, "alpha = 1111\nbeta = 3\ngamma = 3333\ndelta = 4444\n")],
        ),
    ],
    ids=["patch", "diff", "whole"],
)
def test_the_open_block_of_every_format_grows(answer: str, grown: list[tuple[int, int, str]]) -> None:
    assert growth(answer) == [(PATH, *each) for each in grown]


def test_an_example_from_the_middle_of_a_file_does_not_grow() -> None:
    assert growth(f"{PATH}\n```python\ngamma = 3333\nprint(gamma)\nprint(1)\n") == []


def test_lines_that_only_stand_around_a_change_are_none() -> None:
    assert growth(f"*** Begin Patch\n*** Update File: {PATH}\n@@\n alpha = 1111\n beta = 22222\n") == []


def test_a_patch_that_only_adds_is_shown_once_its_place_is_known() -> None:
    added = f"*** Begin Patch\n*** Update File: {PATH}\n@@\n+new = 1\n"
    assert growth(added) == []
    assert growth(f"{added} beta = 22222\n") == [(PATH, 1, 2, "new = 1\nbeta = 22222\n")]


def test_a_file_below_the_fence_of_pairs_is_seen() -> None:
    pairs = block("beta = 22222\n", "beta = 3\n").replace(f"{PATH}\n", f"{PATH}\n```python\n") + "```\n\n"
    assert growth(f"{pairs}new.py\n```python\nx = 1\ny = 2\n")[-2:] == [
        ("new.py", 0, 0, "x = 1\n"),
        ("new.py", 0, 0, "x = 1\ny = 2\n"),
    ]
    stream = ProposalStream({PATH: TEXT})
    stream.feed(f"{pairs}new.py\n```python\nx = 1\n```\n")
    assert [hunk.path for hunk in stream.arrived().hunks] == [PATH, "new.py"]


def test_a_named_file_is_read_once_before_it_is_placed() -> None:
    asked: list[str] = []

    def read(path: str) -> str | None:
        asked.append(path)
        return TEXT if path == "b.py" else None

    stream = ProposalStream({}, read=read)
    answer = block("beta = 22222\n", "beta = 3\n").replace(PATH, "./b.py")
    stream.feed(answer + answer.replace("./b.py", "c.py") + answer.replace("22222", "x").replace("./b.py", "b.py"))
    arrived = stream.arrived()
    assert [(hunk.path, hunk.start, hunk.end) for hunk in arrived.hunks] == [("b.py", 1, 2)]
    assert asked == ["b.py", "c.py"]


@given(edits())
def test_what_has_arrived_at_the_end_is_the_proposal(edit: RandomEdit) -> None:
    files = {"a.txt": edit.text}
    stream = ProposalStream(files)
    stream.feed(edit.answer)
    proposal, arrived = propose(edit.answer, files), stream.arrived()
    assert not arrived.growing
    assert {(hunk.start, hunk.end, hunk.new_text) for hunk in arrived.hunks} == {
        (hunk.start, hunk.end, hunk.new_text) for hunk in proposal.hunks
    }


def test_prose_with_code_has_no_marks() -> None:
    marks = EditMarks({PATH})
    assert not marks.take("Use it so. It is -- as said -- simple:\n\n```python\ntotal(items)\n```\n\n---\n\nDone.\n")
    assert not marks.is_seen
    assert EditMarks({PATH}, any_fence=True).take("```\n")


@pytest.mark.parametrize("line", ["<<<<<<< SEARCH", "*** Update File: a.py", "diff --git a/a b/a", "```py:src/a.py"])
def test_marks_are_seen_in_pieces(line: str) -> None:
    marks = EditMarks(())
    assert not any(marks.take(piece) for piece in f"Prose.\r\n{line}")
    assert marks.take("\r\n")


if CASES.is_file():

    def test_every_public_case_that_edits_has_marks() -> None:
        for text in CASES.read_text(encoding="utf-8").splitlines():
            case = json.loads(text)
            # A bare body or a block without a name is an edit only where its format was asked for.
            if isinstance(case["input"], str) and propose(case["input"], case["files"]).hunks:
                marks = EditMarks(case["files"])
                is_named = "```" not in case["input"] or case["input"].lstrip()[:1] not in "{[`"
                assert marks.take(case["input"] + "\n") or not is_named, case["id"]


class Arriving:
    """The change set of an answer that comes line by line, on a text that is typed in."""

    def __init__(self, answer: str) -> None:
        self._stream = ProposalStream({PATH: TEXT})
        self._lines = iter(split_lines(answer))
        self._set = ArrivingChangeSet.begin("turn", "Title", "model")
        self._base = LinedText(TEXT)
        self.state = ReviewState()
        self.changes: ArrivingChanges | None = None

    def go_on(self, until: str) -> None:
        """Take lines up to one that begins so."""
        for line in self._lines:
            self._stream.feed(line)
            if line.startswith(until):
                break
        text = {PATH: self._base}.get
        self.changes = self._set.take(self._stream.arrived(), text)
        self.state = placed_on(self.state, self.changes.change_set, text)

    def shown(self) -> list[tuple[int, int, str, HunkState]]:
        return [(hunk.start, hunk.end, hunk.new_text, hunk.state) for hunk in self.state.hunks()]


def test_hunks_keep_their_ids_and_follow_what_is_typed() -> None:
    answer = block("beta = 22222\n", "b = 1\nb = 2\n") + block("delta = 4444\n", "d = 1\n")
    arriving = Arriving(answer)
    arriving.go_on("b = 1")
    (first,) = arriving.state.hunks()
    assert arriving.changes is not None
    assert arriving.changes.growing == {first.hunk_id}
    assert [(file.added_lines, file.removed_lines) for file in arriving.changes.files] == [(1, 1)]
    arriving.state = arriving.state.lines_edited(PATH, [LineEdit(LineRange(0, 0), "typed\ntyped too\n")])
    arriving.go_on(">>>>>>> REPLACE")
    assert arriving.shown() == [(3, 4, "b = 1\nb = 2\n", HunkState.MOVED)]
    assert arriving.changes.growing == frozenset()
    arriving.go_on(">>>>>>> REPLACE")
    assert [each[:3] for each in arriving.shown()] == [(3, 4, "b = 1\nb = 2\n"), (5, 6, "d = 1\n")]
    assert arriving.state.hunks()[0].hunk_id == first.hunk_id
    made = change_set_from(propose(answer, {PATH: TEXT}), {PATH: TEXT}, turn_id="turn", title="Title", model="model")
    final = with_ids_of(made, arriving.changes.change_set)
    assert [hunk.hunk_id for hunk in final.files[0].hunks] == [hunk.hunk_id for hunk in arriving.state.hunks()]


def test_a_hunk_whose_lines_are_typed_in_is_a_conflict_and_stays_one() -> None:
    arriving = Arriving(block("beta = 22222\n", "b = 1\nb = 2\n"))
    arriving.go_on("b = 1")
    arriving.state = arriving.state.lines_edited(PATH, [LineEdit(LineRange(1, 2), "beta = mine\n")])
    arriving.go_on(">>>>>>> REPLACE")
    assert arriving.shown() == [(1, 2, "b = 1\nb = 2\n", HunkState.CONFLICT)]


def test_the_end_of_a_fence_opens_nothing_whatever_stands_above() -> None:
    marks = EditMarks(())
    assert not marks.take("So:\n\n```python\nreturn 2\n```\n\nThat is all of it.\n\n~~~\nx.py\n~~~\n")
    assert marks.take("\nx.py\n```\n")


def test_arguments_that_end_with_their_line_change_no_line_more() -> None:
    text = "def total(items):\n    return sum(items)\n\n\ndef other():\n"
    for old, new, lines in (
        ("sum(items)\n", "sum(item.net)\n", (1, 2)),
        ("sum(items)\n\n", "sum(item.net)\n", (1, 3)),
        ("sum(items)\n", "sum(item.net) + ", (1, 3)),
    ):
        made = propose({"path": PATH, "old_string": old, "new_string": new}, {PATH: text})
        assert made.files == {PATH: text.replace(old, new)}
        assert [(hunk.start, hunk.end) for hunk in made.hunks] == [lines]
