"""The rows of everything under review, and where keys lead in them."""

from __future__ import annotations

from copilot_desktop.edits.change_sets import ChangeSet, Decision, HunkState, change_set_from
from copilot_desktop.edits.grouping import ChangedDefinition
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.ui.review.entry_words import spoken_of
from copilot_desktop.ui.review.filtering import ListFilter, words_of
from copilot_desktop.ui.review.hunk_order import Move
from copilot_desktop.ui.review.listing import Key, Lister, Listing
from copilot_desktop.ui.review.standings import Standing

TEXT = "".join(f"line {number}\n" for number in range(9))


def turn(prompt: str, *paths: str) -> ChangeSet:
    """A change of the lines 1 and 5 of each path, the second of them uncertain."""
    hunks = [Hunk(path, at, at + 1, f"{prompt} {at}\n", "exact", 1.0, at == 5) for path in paths for at in (1, 5)]
    after = TEXT.replace("line 1\n", f"{prompt} 1\n").replace("line 5\n", f"{prompt} 5\n")
    proposal = Proposal(dict.fromkeys(paths, after), tuple(hunks))
    return change_set_from(
        proposal, dict.fromkeys(paths, TEXT), turn_id=prompt, title=prompt, model="model-x", prompt=prompt
    )


def two_turns() -> ReviewState:
    state = ReviewState().with_change_set(turn("First", "src/a.py", "b.py"), {"src/a.py": TEXT, "b.py": TEXT})
    return state.with_change_set(turn("Second", "c.py"), {"c.py": TEXT})


def listing(
    state: ReviewState,
    shown: ListFilter | None = None,
    viewed: frozenset[str] = frozenset(),
    definitions: dict[str, ChangedDefinition] | None = None,
    closed: frozenset[Key] = frozenset(),
) -> Listing:
    return Lister().listing(state.change_sets, shown or ListFilter(), viewed, definitions or {}, closed)


def keys(found: Listing) -> list[str]:
    return [" ".join(entry.key[:1] + entry.key[2:]) if entry.level < 3 else "hunk" for entry in found.entries]


def ids(state: ReviewState) -> list[str]:
    return [hunk.hunk_id for hunk in state.hunks()]


def test_all_turns_with_their_files_and_changes() -> None:
    found = listing(two_turns())
    assert keys(found) == [
        *("turn", "file src/a.py", "hunk", "hunk", "file b.py", "hunk", "hunk"),
        *("turn", "file c.py", "hunk", "hunk"),
    ]
    assert (found.files, found.added, found.removed, found.hidden) == (3, 6, 6, 0)
    assert found.standings == {Standing.TO_REVIEW: 6, Standing.UNCERTAIN: 3}
    again = two_turns().with_change_set(turn("Third", "b.py"), {"b.py": TEXT})
    assert listing(again).files == 3, "a file that two turns change is one file"


def test_changes_of_one_function_stand_below_its_name() -> None:
    state = two_turns()
    total = ChangedDefinition(("Basket", "total"), "method")
    found = listing(state, definitions=dict.fromkeys(ids(state)[:3], total))
    assert keys(found)[:6] == ["turn", "file src/a.py", "group src/a.py Basket total", "hunk", "hunk", "file b.py"]
    assert spoken_of(found.entries[2]) == "Method Basket.total, 2 changes, 2 added, 2 removed, 2 of 2 to review, open"
    assert spoken_of(found.entries[6]) == "Line 2, in Basket.total, 1 added, 1 removed: To review"


def test_rows_say_how_they_stand() -> None:
    state = two_turns()
    first = ids(state)[0]
    state = state.decide([first], Decision.ACCEPTED)
    found = listing(
        state, viewed=frozenset([first]), closed=frozenset({("file", state.change_sets[0].change_set_id, "b.py")})
    )
    said = [spoken_of(entry) for entry in found.entries]
    assert said[0].startswith("Turn: First, model-x, ")
    assert said[0].endswith(", 4 changes, 4 added, 4 removed, 3 of 4 to review, 1 viewed, open")
    assert said[1] == "src/a.py, modified, 2 changes, 2 added, 2 removed, 1 of 2 to review, 1 viewed, open"
    assert said[2] == "Line 2, 1 added, 1 removed: Accepted, viewed"
    assert said[3] == "Line 6, 1 added, 1 removed: Uncertain: look before accepting. Not quite certain"
    assert said[4].endswith("closed")
    assert said[5].startswith("Turn: Second")


def test_filters_by_words_turn_and_how_changes_stand() -> None:
    state = two_turns()
    state = state.decide(ids(state)[:1], Decision.REJECTED)
    second = state.change_sets[1].change_set_id

    def left(**wanted: object) -> list[int]:
        found = listing(state, ListFilter(**wanted), viewed=frozenset(ids(state)[2:3]))  # type: ignore[arg-type]
        assert len(found.hunks) + found.hidden == 6
        return [ids(state).index(hunk_id) for hunk_id in found.order.ids()]

    assert left(words=words_of("SRC a.py")) == [0, 1]
    assert left(words=words_of("second")) == left(turn=second) == [4, 5]
    assert left(standings=frozenset({Standing.REJECTED})) == [0]
    assert left(standings=frozenset({Standing.REJECTED, Standing.UNCERTAIN})) == [0, 1, 3, 5]
    assert left(is_unviewed=True, words=words_of("b.py")) == [3]
    assert left(words=words_of("nothing")) == []


def test_counts_are_of_what_the_words_let_through_and_only_of_what_waits() -> None:
    state = two_turns()
    hunks = ids(state)
    state = state.text_changed("c.py", TEXT.replace("line 1", "mine")).decide(hunks[:1], Decision.ACCEPTED)
    found = listing(state, ListFilter(words=words_of("b.py")), viewed=frozenset(hunks[2:4]))
    assert (found.unviewed, found.standings[Standing.TO_REVIEW]) == (0, 2)
    found = listing(state, viewed=frozenset(hunks[2:4]))
    assert found.unviewed == 3, "what is decided does not wait to be viewed"
    assert found.standings[Standing.CONFLICT] == 1
    assert listing(state, ListFilter(is_unviewed=True), frozenset(hunks[2:4])).hunk_ids == (hunks[1], *hunks[4:])
    rejected = state.decide([hunks[4]], Decision.REJECTED)
    edited = state.text_changed("src/a.py", state.texts["src/a.py"].replace("First 1", "mine"))  # type: ignore[union-attr]
    assert [edited.hunk(hunks[0])[2].state, edited.hunk(hunks[0])[2].decision] == [
        HunkState.CONFLICT,
        Decision.ACCEPTED,
    ]
    assert listing(edited).standings[Standing.CONFLICT] == 1, "an accepted one does not wait"
    assert Standing.CONFLICT not in listing(rejected).standings


def test_keys_walk_over_all_turns_and_pass_over_what_is_hidden() -> None:
    state = two_turns()
    hunks = ids(state)
    order = listing(state).order
    assert order.target(hunks[3], Move.NEXT) == hunks[4]
    assert order.target(hunks[2], Move.NEXT_FILE) == hunks[4]
    assert order.target(hunks[5], Move.PREVIOUS_FILE) == hunks[2]
    assert order.target(hunks[5], Move.NEXT) == hunks[5]
    assert order.target(hunks[1], Move.PREVIOUS_FILE) == hunks[0]
    assert order.target(hunks[5], Move.NEXT_UNDECIDED, {hunks[0]}) == hunks[1]
    narrowed = listing(state, ListFilter(standings=frozenset({Standing.UNCERTAIN}))).order
    assert narrowed.target(hunks[0], Move.NEXT) == hunks[1]
    assert narrowed.target(hunks[1], Move.NEXT) == hunks[3]
    assert narrowed.target(hunks[4], Move.PREVIOUS_FILE) == hunks[3]
    assert narrowed.target("gone", Move.NEXT) == hunks[1]
