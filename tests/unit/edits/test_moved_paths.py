"""A moved path takes its pending changes along, and never those of another file."""

from __future__ import annotations

from copilot_desktop.edits import propose
from copilot_desktop.edits.change_sets import change_set_from
from copilot_desktop.edits.changed_by import ChangedBy
from copilot_desktop.edits.moved_paths import path_moved
from copilot_desktop.edits.review import ReviewState

ANSWER = "src/a.py\n```\n<<<<<<< SEARCH\none\n=======\ntwo\n>>>>>>> REPLACE\n```\n"
FILES = {"src/a.py": "one\n"}


def reviewed() -> ReviewState:
    made = change_set_from(propose(ANSWER, FILES), FILES, turn_id="t", title="t", model="m")
    return ReviewState().with_change_set(made, FILES)


def test_a_file_and_a_folder_take_their_changes_along() -> None:
    state = path_moved(path_moved(reviewed(), "src/a.py", "src/b.py"), "src", "lib")
    assert [hunk.new_text for hunk in state.pending("lib/b.py")] == ["two\n"]
    assert set(state.texts) == {"lib/b.py"}
    assert state.change_sets[0].base_texts == {"lib/b.py": "one\n"}
    assert state.text_changed("lib/b.py", "zero\none\n", by=ChangedBy.TYPING).pending("lib/b.py")[0].start == 1


def test_what_is_not_there_or_would_collide_stays() -> None:
    state = reviewed()
    assert path_moved(state, "other", "x") is state
    assert path_moved(state, "src/a", "x") is state
    both = path_moved(state, "src/a.py", "b.py")
    made = change_set_from(propose(ANSWER, FILES), FILES, turn_id="t", title="t", model="m")
    two = both.with_change_set(made, FILES)
    assert path_moved(two, "src/a.py", "b.py") is two
