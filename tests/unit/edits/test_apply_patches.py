"""`apply_patch`: all orders, anchors, wrappings; what is not closed or not found is refused."""

from __future__ import annotations

import pytest
from hypothesis import given

from copilot_desktop.edits import propose
from copilot_desktop.text.lines import split_lines, without_ending
from tests.unit.edits.random_edits import RandomEdit, edits

TEXT = (
    "class One:\n    def run(self):\n        value = compute()\n        return value\n\n"
    "class Two:\n    def run(self):\n        value = compute()\n        return value\n"
)
CHUNK = "-        value = compute()\n+        value = 2\n"


def _patch(body: str, path: str = "a.py") -> str:
    return f"*** Begin Patch\n*** Update File: {path}\n{body}*** End Patch\n"


@given(edits())
def test_a_random_edit_as_a_patch_is_placed_as_written(edit: RandomEdit) -> None:
    contents = [without_ending(line) for line in split_lines(edit.text)]
    body = ""
    for (start, end), new in zip(edit.ranges, edit.replacements, strict=True):
        removed = "".join(f"-{line}\n" for line in contents[start:end])
        body += "@@\n" + removed + "".join(f"+{line}\n" for line in new)
    proposal = propose(_patch(body, "a.txt"), {"a.txt": edit.text})
    assert proposal.failures == ()
    after = proposal.files.get("a.txt", edit.text)
    assert tuple(without_ending(line) for line in split_lines(after or "")) == edit.contents


@pytest.mark.parametrize(
    "wrapping",
    [
        "{}",
        "```\n{}```\n",
        "Done:\n```patch\n{}```\nThat is all.\n",
        "apply_patch <<'EOF'\n{}EOF\n",
        "cat <<EOF\n{}EOF\n",
    ],
)
def test_one_patch_adds_updates_moves_and_deletes(wrapping: str) -> None:
    patch = (
        "*** Begin Patch\n*** Add File: new/b.py\n+x = 1\n+\n+y = 2\n*** Delete File: gone.txt\n"
        "*** Update File: a.py\n*** Move to: c.py\n@@ class Two:\n" + CHUNK + "*** End Patch\n"
    )
    proposal = propose(wrapping.format(patch), {"a.py": TEXT, "gone.txt": "x\n"})
    assert proposal.failures == ()
    after = TEXT[: TEXT.index("class Two")] + TEXT[TEXT.index("class Two") :].replace("compute()", "2")
    assert proposal.files == {"new/b.py": "x = 1\n\ny = 2\n", "gone.txt": None, "a.py": None, "c.py": after}
    assert [hunk.strategy for hunk in proposal.hunks if hunk.path == "c.py"] == ["rename:a.py"]


def test_anchors_choose_between_equal_places_and_a_doubtful_one_does_not() -> None:
    files = {"a.py": TEXT}
    placed = propose(_patch("@@ class Two:\n@@     def run(self):\n" + CHUNK), files)
    assert [hunk.start for hunk in placed.hunks] == [7]
    first = propose(_patch("@@ class One:\n" + CHUNK), files)
    assert [hunk.start for hunk in first.hunks] == [2]
    doubtful = propose(_patch("@@     def run(self):\n" + CHUNK), files)
    assert [failure.reason for failure in doubtful.failures] == ["ambiguous"]
    assert [failure.reason for failure in propose(_patch("@@\n" + CHUNK), files).failures] == ["ambiguous"]


@pytest.mark.parametrize("anchors", ["@@ class Three:\n", "@@ class Two:\n@@ class One:\n"])
def test_an_anchor_not_found_or_out_of_order_refuses_the_chunk(anchors: str) -> None:
    proposal = propose(_patch(anchors + CHUNK), {"a.py": TEXT})
    assert [failure.reason for failure in proposal.failures] == ["not_found"]
    assert proposal.files == {}


@pytest.mark.parametrize(
    ("anchors", "said", "start"),
    [
        ("@@ class Three:\n", "is not in a.py: “class Three:”. The block's own lines stand in line 6.", 5),
        ("@@ line two\n@@ line one\n", "does not come below “line two” in a.py: “line one” is in line 2. The ", 5),
        (
            "@@ last line\n",
            "is not above it in a.py: “last line” is in line 7. The block's own lines stand in",
            5,
        ),
    ],
)
def test_a_refused_anchor_is_named_and_where_the_lines_stand(anchors: str, said: str, start: int) -> None:
    text = "class One:\nline one\nline two\nline three\nline four\nfirst_line = compute()\nlast line\n"
    (failure,) = propose(_patch(f"{anchors}-first_line = compute()\n+first_line = 2\n"), {"a.py": text}).failures
    assert failure.reason == "not_found"
    assert failure.message.startswith("The line this block is said to stand below ")
    assert said in failure.message
    assert failure.candidates == (("a.py", start, start + 1, 0.79),)


def test_lines_that_are_only_added_go_below_their_anchor_or_to_the_end() -> None:
    text = "start of it\nanchor line\nend of it"
    assert propose(_patch("@@\n+more\n"), {"a.py": text}).files == {"a.py": text + "\nmore"}
    assert propose(_patch("@@ anchor line\n+more\n"), {"a.py": text}).files == {
        "a.py": "start of it\nanchor line\nmore\nend of it"
    }
    twice = propose(_patch("@@ anchor line\n+more\n"), {"a.py": "anchor line\nother\nanchor line\n"})
    assert [failure.reason for failure in twice.failures] == ["ambiguous"]
    assert propose(_patch("@@\n+more\n"), {"a.py": ""}).files == {"a.py": "more\n"}


def test_two_additions_at_one_line_are_one_hunk() -> None:
    proposal = propose(_patch("@@\n+more\n@@\n+more\n"), {"a.py": "start of it\n"})
    assert proposal.files == {"a.py": "start of it\nmore\nmore\n"}
    assert [(hunk.start, hunk.end, hunk.new_text) for hunk in proposal.hunks] == [(1, 1, "more\nmore\n")]


def test_the_end_of_file_mark_chooses_the_last_of_equal_places() -> None:
    text = "value = compute()\nmiddle\nvalue = compute()\n"
    marked = propose(_patch("@@\n-value = compute()\n+value = 2\n*** End of File\n"), {"a.py": text})
    assert marked.files == {"a.py": "value = compute()\nmiddle\nvalue = 2\n"}


def test_a_file_that_is_there_is_replaced_only_after_a_look() -> None:
    added = propose("*** Begin Patch\n*** Add File: a.py\n+x = 1\n*** End Patch\n", {"a.py": TEXT})
    assert (added.files, added.hunks[0].needs_look) == ({"a.py": "x = 1\n"}, True)
    files = {"a.py": TEXT, "b.py": "other\n"}
    moved = propose("*** Begin Patch\n*** Update File: a.py\n*** Move to: b.py\n*** End Patch\n", files)
    assert moved.files == {"a.py": None, "b.py": TEXT}
    assert all(hunk.needs_look for hunk in moved.hunks)


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ("*** Begin Patch\n*** Update File: a.py\n@@ class One:\n" + CHUNK, "cut_off"),
        ("*** Begin Patch\n*** Add File: b.py\n+x = 1\n", "cut_off"),
        ("*** Begin Patch\n", "cut_off"),
        ("*** Begin Patch\n*** Rewrite File: a.py\n+x\n*** End Patch\n", "malformed"),
        (_patch("@@ class One:\n-        value = compute()\nvalue = 2\n"), "malformed"),
        ("*** Begin Patch\n*** Add File: b.py\n+x = 1\ny = 2\n*** End Patch\n", "malformed"),
        ("*** Begin Patch\n*** Delete File: b.py\n*** End Patch\n", "no_file"),
        (_patch("@@\n" + CHUNK, "b.py"), "no_file"),
        (_patch("@@\n" + CHUNK, "../a.py"), "unsafe_path"),
        ("*** Begin Patch\n*** Update File: a.py\n*** Move to: /etc/a\n*** End Patch\n", "unsafe_path"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_reason(patch: str, expected: str) -> None:
    proposal = propose(patch, {"a.py": TEXT})
    assert [failure.reason for failure in proposal.failures] == [expected]
    assert proposal.files == {}


def test_the_operation_of_a_single_file_needs_no_frame() -> None:
    create = {"type": "create_file", "path": "b.py", "diff": "+x = 1\n+y = 2"}
    assert propose(create, {}).files == {"b.py": "x = 1\ny = 2"}
    update = {"type": "update_file", "path": "a.py", "diff": "@@ class Two:\n" + CHUNK.rstrip("\n")}
    assert [hunk.start for hunk in propose(update, {"a.py": TEXT}).hunks] == [7]
    assert propose({"type": "delete_file", "path": "a.py"}, {"a.py": TEXT}).files == {"a.py": None}


def test_a_bare_body_is_cut_off_only_when_the_answer_was() -> None:
    bare = "*** Update File: a.py\n@@ class One:\n" + CHUNK
    assert propose(bare, {"a.py": TEXT}).failures == ()
    assert [failure.reason for failure in propose(bare, {"a.py": TEXT}, finished=False).failures] == ["cut_off"]
