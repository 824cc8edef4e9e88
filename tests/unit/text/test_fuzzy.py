from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.text.fuzzy import best, match

FILES = [
    "src/basket.py",
    "src/orders.py",
    "tests/test_basket.py",
    "docs/basket.md",
    "src/big_asset_kit.py",
    "README.md",
]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("basket", "src/basket.py"),
        ("tbas", "tests/test_basket.py"),
        ("bak", "src/big_asset_kit.py"),
        ("rdm", "README.md"),
        ("src/ord", "src/orders.py"),
        ("ORDERS", "src/orders.py"),
        ("doc bas", "docs/basket.md"),
    ],
)
def test_the_best_name_comes_first(query: str, first: str) -> None:
    assert best(query, FILES, 10)[0][0] == first


@pytest.mark.parametrize(
    ("query", "first"), [("tog", "Edit: Toggle line comment"), ("logs", "Help: Open the folder of logs")]
)
def test_a_word_comes_before_letters_here_and_there(query: str, first: str) -> None:
    titles = ["View: Move tab to the next group", first, "Close tabs to the right", "File: Save all changes of groups"]
    name, found = best(query, titles, 10)[0]
    assert name == first
    assert first[found.positions[0] :].casefold().startswith(query)


def test_letters_in_another_order_are_not_found() -> None:
    assert match("yp", "basket.py") is None
    assert best("xyz", FILES, 10) == []


def test_a_bonus_lifts_a_name_and_no_letters_give_all() -> None:
    assert best("basket", FILES, 1, bonus=lambda name: 10_000 * (name == "docs/basket.md"))[0][0] == "docs/basket.md"
    assert len(best("", FILES, 10)) == len(FILES)


@given(st.text(max_size=8), st.text(max_size=30))
def test_positions_are_those_of_the_letters(query: str, name: str) -> None:
    found = match(query, name)
    if found is not None and query.isascii() and name.isascii():
        assert "".join(name[at].casefold() for at in found.positions) == "".join(query.casefold().split())
        assert list(found.positions) == sorted(set(found.positions))


@given(
    st.text(alphabet="aAbB/_. ", max_size=6), st.lists(st.text(alphabet="aAbB/_.", min_size=1, max_size=12), max_size=8)
)
def test_the_quick_filter_leaves_nothing_out(query: str, names: list[str]) -> None:
    wanted = {name for name in names if match(query, name) is not None}
    assert {name for name, _match in best(query, names, 100)} == wanted


def test_nasty_names_cost_little() -> None:
    names = ["a" * 4000 + "/" + "ab" * 500 for _number in range(50)]
    started = time.process_time()
    best("ababababababababab" * 3 + "c", names, 10)
    assert time.process_time() - started < 2


def test_many_files_are_searched_in_a_moment() -> None:
    words = ["basket", "order", "price", "util", "core", "view", "model", "index", "main", "test"]
    names = [
        "/".join(words[number // (7**depth) % len(words)] + str(number % 97) for depth in range(4)) + f"{number}.py"
        for number in range(30_000)
    ]
    started = time.process_time()
    assert len(best("prview", names, 50)) == 50
    assert time.process_time() - started < 2


def test_names_in_several_lines_are_found_whole() -> None:
    names = ["one.py", "two\nlines.py", "after.py"]
    assert [name for name, _match in best("lines", names, 5)] == ["two\nlines.py"]
    assert [name for name, _match in best("af", names, 5)] == ["after.py"]


def test_all_of_very_many_names_are_looked_through() -> None:
    names = [f"folder_{at % 70}/name_{at}.py" for at in range(7_000)]
    assert best("name_6999", names, 1)[0][0] == "folder_69/name_6999.py"
    assert best("NM_6999", names, 1)[0][0] == "folder_69/name_6999.py"
    assert len(best("zz", names, 5)) == 0


def test_words_as_they_were_typed_weigh_more_than_their_letters_apart() -> None:
    names = ("Make the index of the folder anew", "Show what the prompt is made of")
    ((first, found), _second) = best("made of", names, 2)
    assert first == names[1]
    assert "".join(first[at] for at in found.positions) == "madeof"
