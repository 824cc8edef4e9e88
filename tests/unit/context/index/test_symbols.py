"""Symbols by a few letters of their names, from an index on disk."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from copilot_desktop.context.index.indexed_file import symbols_of
from copilot_desktop.context.index.schema import open_index
from copilot_desktop.context.index.symbols import FoundSymbol, find_symbols, symbols_in_texts
from copilot_desktop.text import fuzzy


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_index(tmp_path / "index.sqlite")) as opened:
        yield opened


def put(database: sqlite3.Connection, path: str, *names: str, kind: str = "function") -> None:
    """A file that defines these, one a line."""
    values = (path, 0, 0, b"", len(names), 0, 1, "")
    cursor = database.execute(
        """INSERT INTO files (path, modified_ns, size_bytes, hash, lines, characters, is_sure, problem)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        values,
    )
    rows = ((cursor.lastrowid, name, kind, at, at + 1, "", "") for at, name in enumerate(names))
    database.executemany("INSERT INTO symbols VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def found_names(found: tuple[FoundSymbol, ...]) -> list[str]:
    return [each.symbol.name for each in found]


def test_names_that_begin_so_come_first_however_they_are_written(database: sqlite3.Connection) -> None:
    put(database, "a.py", "void_voucher", "voucher_total", "Voucher", "vouchers", "unrelated")
    assert found_names(find_symbols(database, "vou", 10)) == ["Voucher", "vouchers", "voucher_total", "void_voucher"]
    assert found_names(find_symbols(database, "VOU", 1)) == ["Voucher"]


def test_where_enough_names_begin_so_the_shortest_are_given(database: sqlite3.Connection) -> None:
    put(database, "a.py", *(f"price{'s' * at}" for at in range(30)), "the_price")
    assert found_names(find_symbols(database, "price", 3)) == ["price", "prices", "pricess"]
    assert len(find_symbols(database, "price", 100)) == 31


def test_letters_that_mean_something_to_the_database_are_letters(database: sqlite3.Connection) -> None:
    put(database, "a.py", "_private", "private", "per%cent", "percent", "back\\slash")
    assert found_names(find_symbols(database, "_p", 10)) == ["_private"]
    assert found_names(find_symbols(database, "%", 10)) == ["per%cent"]
    assert found_names(find_symbols(database, "k\\", 10)) == ["back\\slash"]


def test_names_that_are_no_ascii_are_found(database: sqlite3.Connection) -> None:
    put(database, "a.py", "größe", "überzahl")
    assert found_names(find_symbols(database, "ü", 10)) == ["überzahl"]
    assert found_names(find_symbols(database, "gröz", 10)) == []
    assert found_names(find_symbols(database, "grö", 10)) == ["größe"]


def test_headings_take_no_place_of_symbols_nor_do_files_that_are_left_out(database: sqlite3.Connection) -> None:
    put(database, "read.md", *(f"Total{at}" for at in range(50)), kind="heading")
    put(database, "open.py", "total")
    put(database, "there.py", "total", "total_of_all")
    found = find_symbols(database, "total", 2, without=frozenset({"open.py"}))
    assert [(each.path, each.symbol.name) for each in found] == [("there.py", "total"), ("there.py", "total_of_all")]


def test_symbols_of_one_name_come_in_the_order_of_their_paths(database: sqlite3.Connection) -> None:
    for at in (3, 1, 2):
        put(database, f"module_{at}.py", "__init__")
    found = find_symbols(database, "__init", 2)
    assert [each.path for each in found] == ["module_1.py", "module_2.py"]


def test_no_name_fits_better_than_those_given(database: sqlite3.Connection) -> None:
    rng = random.Random(5)  # noqa: S311 - the same names each time
    words = ("basket", "price", "total", "Order", "item", "Voucher", "of", "count")
    names = sorted(
        {"".join(rng.choice((word, word.title(), f"_{word}")) for word in rng.sample(words, 3)) for _ in range(500)}
    )
    put(database, "a.py", *names)
    for _query in range(200):
        name = rng.choice(names)
        query = "".join(name[at] for at in sorted(rng.sample(range(len(name)), rng.randint(1, 5))))
        fitting = (matched for each in names if (matched := fuzzy.match(query, each)) is not None)
        best = sorted((matched.score for matched in fitting), reverse=True)
        assert [each.score for each in find_symbols(database, query, 20)] == best[:20], query


def put_texts(database: sqlite3.Connection, texts: dict[str, str]) -> None:
    for path, text in texts.items():
        put(database, path)
        (number,) = database.execute("SELECT id FROM files WHERE path = ?", (path,)).fetchone()
        rows = [
            (number, each.name, each.kind, each.lines.start, each.lines.end, each.outer, each.signature)
            for each in symbols_of(path, text)
        ]
        database.executemany("INSERT INTO symbols VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


SHOPS = {
    "cart.py": "class Cart:\n    def total(self): ...\n    def add(self): ...\n",
    "cart_view.py": "class CartView:\n    def total(self): ...\n",
    "my_cart.py": "class MyCart:\n    def total(self): ...\n",
    "lower.js": "class cart { total() { return 1 } }\n",
    "shop.py": "class Shop:\n    class Cart:\n        def totals(self): ...\n",
    "tools.py": "def total(): ...\ndef to_cart(): ...\n",
    "a.rs": "struct Cart {}\nimpl Show for Cart {\n fn to_words(&self) {}\n}\n",
    "a.go": "package a\ntype Cart struct{}\nfunc (c *Cart) Total() int { return 1 }\n",
    "a.cpp": "int Cart::total() { return 1; }\n",
}


@pytest.mark.parametrize("letters", ["Cart.to", "Cart::to", "Cart#to"])
def test_what_stands_in_a_class_is_found_by_its_name(database: sqlite3.Connection, letters: str) -> None:
    put_texts(database, SHOPS)
    found = [(each.path, each.symbol.name) for each in find_symbols(database, letters, 20)]
    assert set(found[:6]) == {
        ("cart.py", "total"),
        ("shop.py", "totals"),
        ("a.rs", "to_words"),
        ("a.go", "Total"),
        ("a.cpp", "Cart::total"),
        ("lower.js", "total"),
    }
    assert found[5] == ("lower.js", "total")
    assert found[6:] == [("cart_view.py", "total"), ("my_cart.py", "total")]


def test_an_exact_class_comes_before_others_also_where_few_are_wanted(database: sqlite3.Connection) -> None:
    put_texts(database, SHOPS)
    assert [each.path for each in find_symbols(database, "CartView.tot", 1)] == ["cart_view.py"]
    assert [each.path for each in find_symbols(database, "Shop.Cart.", 3)] == ["shop.py"]
    assert [each.symbol.name for each in find_symbols(database, "Cart.", 50) if each.path == "cart.py"] == [
        "total",
        "add",
    ]
    (total, *_others) = find_symbols(database, "Cart.tl", 5)
    assert total.positions == (0, 4)
    assert find_symbols(database, "Nothing.to", 5) == ()
    assert find_symbols(database, ".to", 5, without=frozenset({"cart.py"})) == ()
    assert "cart.py" not in {each.path for each in find_symbols(database, "Cart.to", 9, without=frozenset({"cart.py"}))}


def test_texts_that_stand_unsaved_are_searched_the_same_way() -> None:
    assert [(each.path, each.symbol.name) for each in symbols_in_texts(SHOPS, "Cart.add")] == [("cart.py", "add")]
    assert next(iter(symbols_in_texts(SHOPS, "CartView.to"))).path == "cart_view.py"
