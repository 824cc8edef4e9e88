"""A change set as the files of a diff view: both texts, hunks in them, and how they stand."""

from __future__ import annotations

from copilot_desktop.edits.change_sets import Decision, HunkState, change_set_from
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.text.lines import split_lines
from copilot_desktop.ui.diff.content import DiffContent
from copilot_desktop.ui.diff.rows import DiffRow
from copilot_desktop.ui.diff.values import RowKind
from copilot_desktop.ui.review.change_files import ChangeFiles, diff_file

TEXT = "".join(f"{number}\n" for number in range(30))


def state_of(files: dict[str, str | None], hunks: tuple[Hunk, ...], base: dict[str, str]) -> ReviewState:
    made = change_set_from(Proposal(files, hunks), base, turn_id="t", title="", model="")
    return ReviewState().with_change_set(made, dict(made.base_texts))


def two_hunks() -> ReviewState:
    new = TEXT.replace("15\n", "x\ny\n").replace("25\n", "")
    hunks = (Hunk("a", 15, 16, "x\ny\n", "exact", 1.0), Hunk("a", 25, 26, "", "exact", 1.0))
    return state_of({"a": new}, hunks, {"a": TEXT})


def rows_of(state: ReviewState) -> list[DiffRow]:
    content = DiffContent()
    content.show_files(ChangeFiles().files(state.change_sets[0], state.texts))
    return list(content.rows)


def test_both_texts_stay_whatever_is_decided_and_numbers_count_them() -> None:
    state = two_hunks()
    for decided in (state, state.decide([state.hunks()[0].hunk_id], Decision.ACCEPTED)):
        change = decided.change_sets[0].files[0]
        file = diff_file(change, decided.texts["a"])
        assert "".join(file.old_lines) == TEXT
        assert "".join(file.new_lines) == TEXT.replace("15\n", "x\ny\n").replace("25\n", "")
        for row in (row for row in rows_of(decided) if row.kind is not RowKind.GAP):
            if row.old_number is not None:
                assert file.old_lines[row.old_number - 1] == f"{row.text}\n"
            if row.new_number is not None:
                assert file.new_lines[row.new_number - 1] == f"{row.text}\n"


def test_labels_say_how_hunks_stand() -> None:
    state = two_hunks()
    state = state.decide([state.hunks()[1].hunk_id], Decision.REJECTED)
    hunks = diff_file(state.change_sets[0].files[0], state.texts["a"]).hunks
    assert [(hunk.label.word, hunk.is_quiet) for hunk in hunks] == [("To review", False), ("Rejected", True)]
    assert [hunk.place_words for hunk in hunks] == ["Line 16", "Line 26"]


def test_a_conflict_shows_three_sides() -> None:
    state = two_hunks().text_changed("a", TEXT.replace("15\n", "mine\n"))
    assert state.hunks()[0].state is HunkState.CONFLICT
    rows = [row for row in rows_of(state) if row.hunk_id == state.hunks()[0].hunk_id]
    texts = [row.text for row in rows if row.kind in (RowKind.YOURS, RowKind.REMOVED, RowKind.ADDED)]
    assert texts == ["mine", "15", "x", "y"]
    assert [row.text for row in rows if row.kind is RowKind.NOTE] == [
        "Your file now",
        "What the model saw, and its proposal",
    ]


def test_new_deleted_and_renamed_files_say_so() -> None:
    state = state_of({"new": "a\n", "gone": None}, (), {"gone": "b\n"})
    files = ChangeFiles().files(state.change_sets[0], state.texts)
    assert {file.path: file.labels for file in files} == {"new": ("new file",), "gone": ("deleted",)}
    assert [split_lines("".join(file.old_lines)) for file in files] == [[], ["b\n"]]


def test_a_file_nothing_happened_to_is_the_same_value() -> None:
    state, files = two_hunks(), ChangeFiles()
    (first,) = files.files(state.change_sets[0], state.texts)
    assert files.files(state.change_sets[0], state.texts)[0] is first
    decided = state.decide([state.hunks()[0].hunk_id], Decision.REJECTED)
    assert files.files(decided.change_sets[0], decided.texts)[0] is not first


def test_lines_that_a_change_made_part_of_two_hunks_are_shown_once() -> None:
    hunks = (Hunk("a", 15, 16, "x\n", "exact", 1.0), Hunk("a", 17, 18, "y\n", "exact", 1.0))
    both = state_of({"a": TEXT.replace("15\n", "x\n").replace("17\n", "y\n")}, hunks, {"a": TEXT})
    now = TEXT.replace("15\n16\n17\n", "mine\nand mine\n")
    for rejected in ((), (0,), (1,), (0, 1)):
        state = both.decide([both.hunks()[at].hunk_id for at in rejected], Decision.REJECTED).text_changed("a", now)
        first, second = state.hunks()
        assert first.end > second.start
        file = diff_file(state.change_sets[0].files[0], now)
        assert "".join(file.old_lines) == now
        shown = {hunk.hunk_id: hunk.old for hunk in file.hunks}
        # What is to be decided has its lines.
        assert len(shown[second.hunk_id]) == (2 if rejected == (0,) else 0)
        for row in rows_of(state):
            if row.old_number is not None and row.kind is not RowKind.GAP:
                assert split_lines(now)[row.old_number - 1] == f"{row.text}\n"


def test_what_waits_for_a_file_that_is_gone_says_so() -> None:
    state = two_hunks().text_changed("a", None)
    file = diff_file(state.change_sets[0].files[0], state.texts["a"])
    assert file.labels == ("gone",)
    assert {hunk.label.sentence for hunk in file.hunks} == {
        "Conflict: the file is gone. Put it back, or reject the change"
    }
    rejected = state.decide([hunk.hunk_id for hunk in state.hunks()], Decision.REJECTED)
    file = diff_file(rejected.change_sets[0].files[0], None)
    assert {hunk.label.word for hunk in file.hunks} == {"Rejected"}
