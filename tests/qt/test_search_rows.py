"""The rows of search results while files come, go and are folded up."""

from __future__ import annotations

import random

from copilot_desktop.ui.search.result_rows import ResultRows, Row, shown_path
from copilot_desktop.workspace.search.values import FileFound, FoundMatch


def found(path: str, *lines: int) -> FileFound:
    return FileFound(path, tuple(FoundMatch(line, 0, "x") for line in lines))


def listed(results: ResultRows) -> list[Row]:
    return list(results.rows())


def test_files_come_in_the_order_of_their_paths() -> None:
    results = ResultRows()
    results.add([found("b/z.py", 1), found("a.py", 1, 2)])
    results.add([found("b/A.py", 3)])
    assert listed(results) == [
        Row("a.py"), Row("a.py", 0), Row("a.py", 1), Row("b/A.py"), Row("b/A.py", 0), Row("b/z.py"), Row("b/z.py", 0),
    ]  # fmt: skip
    assert results.match_count == 4


def test_every_row_is_found_at_its_place() -> None:
    chance = random.Random(7)  # noqa: S311
    results = ResultRows()
    for _each in range(200):
        results.add([found(f"d{chance.randrange(9)}/f{chance.randrange(40)}", *range(chance.randrange(4)))])
        results.collapsed ^= {f"d{chance.randrange(9)}/f{chance.randrange(40)}"}
        rows = results.rows()
        assert [rows.place_of(row) for row in rows] == list(range(len(rows)))
        assert sum(not row.is_file for row in rows) <= results.match_count
        assert results.match_count == sum(len(each.matches) for each in results.files.values())
    assert Row("no/such") not in results.rows()
    assert Row(results.rows()[0].path, 99) not in results.rows()


def test_what_was_searched_again_replaces_what_was_known_also_below_folders() -> None:
    results = ResultRows()
    results.add([found("a.py", 1), found("d/b.py", 1), found("d/e/c.py", 1), found("dd.py", 1)])
    results.replace(["d", "a.py", "new.py"], [found("a.py", 5, 6), found("new.py", 1)])
    assert {path: [m.line for m in each.matches] for path, each in results.files.items()} == {
        "a.py": [5, 6], "dd.py": [1], "new.py": [1],
    }  # fmt: skip
    assert results.match_count == 4


def test_what_was_dismissed_stays_away_until_the_next_search() -> None:
    results = ResultRows()
    results.add([found("a.py", 1, 2), found("b.py", 1)])
    results.dismiss([Row("a.py", 0), Row("b.py")])
    results.replace(["a.py", "b.py"], [found("a.py", 1, 2, 3), found("b.py", 1)])
    assert listed(results) == [Row("a.py"), Row("a.py", 0), Row("a.py", 1)]
    assert [match.line for match in results.files["a.py"].matches] == [2, 3]
    results.clear()
    results.add([found("a.py", 1)])
    assert listed(results) == [Row("a.py"), Row("a.py", 0)]


def test_a_chosen_file_means_all_its_matches() -> None:
    results = ResultRows()
    results.add([found("a.py", 1, 2), found("b.py", 1, 2)])
    assert results.chosen([Row("a.py", 1), Row("a.py"), Row("b.py", 1)]) == (found("a.py", 1, 2), found("b.py", 2))


def test_names_that_no_screen_can_show_are_shown_by_signs() -> None:
    assert shown_path("d\nd/b\udcffad\u202e.py") == ("b?ad⟨U+202E⟩.py", "d⟨LF⟩d")
