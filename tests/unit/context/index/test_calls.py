"""Who calls whom: names of the syntax of several languages, matched with the files that define them."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot_desktop.context.index.calls import called_names, calls_of
from tests.unit.context.index.test_building import Indexed, make


@pytest.fixture
def indexed(tmp_path: Path) -> Indexed:
    (tmp_path / "project").mkdir()
    return Indexed(tmp_path / "project", tmp_path / "cache")


def calls(indexed: Indexed) -> list[tuple[str, str, str]]:
    return indexed.content()["calls"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("total(cart)\ncart.add_item(1)\n", "add_item total"),
        ("let x = shop::open(vec_of!(1), Cart::new());", "Cart new open vec_of"),
        ("if(wanted)while(more(1)){}", "more"),
        ("def price(cart: ShoppingCart) -> HTTPAnswer: ...", "HTTPAnswer ShoppingCart price"),
        ("LIMIT = 3\nnot_called = other\n", ""),
        ("größe(1)", "größe"),
        ("total\n(cart)", ""),
    ],
)
def test_names_before_a_parenthesis_and_names_of_types(text: str, names: str) -> None:
    assert called_names(text, frozenset({"if", "while"})) == names


def test_a_name_of_one_file_is_that_files(indexed: Indexed, tmp_path: Path) -> None:
    make(
        tmp_path / "project",
        cart_dot_py="def price():\n    return total_of([])\n\n\ndef total_of_own():\n    price()\n",
        money_dot_py="def total_of(items):\n    pass\n",
        page_dot_js="function total() { return total_of(1) }\n",
    )
    indexed.update()
    # Not what has the same name in another language, nor its own.
    assert calls(indexed) == [("cart.py", "money.py", "total_of")]
    assert [each.split() for each in calls_of(indexed.database, 1) if each] == [["total_of"]]


def test_of_several_it_is_the_imported_one_or_the_nearest(indexed: Indexed, tmp_path: Path) -> None:
    make(
        tmp_path / "project",
        a__money_dot_py="def total_of(items):\n    pass\n",
        b__money_dot_py="def total_of(items):\n    pass\n",
        a__cart_dot_py="def price():\n    return total_of([])\n",
        c__imports_dot_py="from b.money import total_of\n\n\ndef price():\n    return total_of([])\n",
        d__far_dot_py="def price():\n    return total_of([])\n",
    )
    for number in range(2):
        make(tmp_path / "project", **{f"e__more{number}_dot_py": "def total_of(items):\n    pass\n"})
    indexed.update()
    found = calls(indexed)
    assert ("c/imports.py", "b/money.py", "total_of") in found
    assert not any(source == "d/far.py" for source, _target, _names in found)
    for number in range(2):
        (tmp_path / "project" / f"e/more{number}.py").unlink()
    indexed.update()
    assert calls(indexed) == [
        ("a/cart.py", "a/money.py", "total_of"),
        ("c/imports.py", "b/money.py", "total_of"),
    ]


def test_a_plain_word_is_only_what_is_imported(indexed: Indexed, tmp_path: Path) -> None:
    make(
        tmp_path / "project",
        a__money_dot_py="class Money:\n    def total(self):\n        pass\n",
        b__cart_dot_py="from a.money import Money\n\n\ndef price():\n    return Money().total()\n",
        c__other_dot_py="import b.cart\n\n\ndef price():\n    return counter.total()\n",
    )
    indexed.update()
    assert ("b/cart.py", "a/money.py", "Money total") in calls(indexed)
    assert not any(source == "c/other.py" for source, _target, _names in calls(indexed))


def test_what_languages_bring_is_nobodys(indexed: Indexed, tmp_path: Path) -> None:
    make(
        tmp_path / "project",
        a_dot_py="class Rows:\n    def append(self, row):\n        pass\n",
        b_dot_py="import a\n\n\ndef fill(rows):\n    rows.append(1)\n",
    )
    indexed.update()
    assert calls(indexed) == []
