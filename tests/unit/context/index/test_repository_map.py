"""The map of a folder: the most important signatures within a budget, nothing that no model may see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot_desktop.context.index.repository_map import paths_in_map, repository_map
from tests.unit.context.index.test_building import Indexed, make


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Indexed]:
    root = tmp_path / "shop"
    root.mkdir()
    make(
        root,
        shop__money_dot_py="def total(items):\n    def inner():\n        pass\n    return inner\n\n\n"
        "def _spare():\n    pass\n",
        shop__cart_dot_py="from shop.money import total\n\n\nclass Cart:\n    def price(\n        self,\n    ):\n"
        "        return total([])\n",
        shop__mail_dot_py="from shop.money import total\nfrom shop.cart import Cart\n\n\ndef send():\n"
        "    total(Cart)\n",
        shop__lonely_dot_py="def nobody_asks():\n    pass\n",
        tests__test_money_dot_py="from shop.money import total\n\n\ndef test_total():\n    assert total([]) == 0\n",
        README_dot_md="# The shop\n",
    )
    indexed = Indexed(root, tmp_path / "cache")
    indexed.update()
    yield indexed
    indexed.close()


def draw(shop: Indexed, *focus: str, hidden: str = "", budget: int = 1_000) -> str:
    return repository_map(shop.database, focus, lambda path: path != hidden, lambda text: len(text) // 4, budget)


def test_signatures_stand_below_their_files_the_most_used_first(shop: Indexed) -> None:
    drawn = draw(shop)
    assert drawn.startswith("shop/money.py:\n  def total(items):\n")
    assert "shop/cart.py:\n  class Cart:\n    def price( …\n" in drawn
    assert "inner" not in drawn
    assert "The shop" not in drawn
    assert paths_in_map(drawn)[:2] == ("shop/money.py", "shop/cart.py")
    assert paths_in_map(drawn)[-1] in ("tests/test_money.py", "shop/lonely.py")


def test_what_the_user_works_on_weighs_more(shop: Indexed) -> None:
    def is_before(drawn: str) -> bool:
        paths = paths_in_map(drawn)
        return paths.index("shop/mail.py") < paths.index("shop/lonely.py")

    assert is_before(draw(shop, "shop/mail.py"))
    assert not is_before(draw(shop, "shop/lonely.py"))


def test_it_keeps_to_its_budget_and_says_the_first_things_first(shop: Indexed) -> None:
    whole = draw(shop)
    for budget in range(0, len(whole) // 4 + 1, 3):
        drawn = draw(shop, budget=budget)
        assert len(drawn) // 4 <= budget
    assert draw(shop, budget=10) == "shop/money.py:\n  def total(items):\n"
    assert draw(shop, budget=0) == ""


def test_what_no_model_may_see_is_not_in_it(shop: Indexed) -> None:
    drawn = draw(shop, hidden="shop/money.py")
    assert "money.py" not in drawn.replace("tests/test_money.py", "")
    assert "def total" not in drawn


def test_a_folder_without_symbols_has_no_map(tmp_path: Path) -> None:
    root = tmp_path / "empty"
    root.mkdir()
    make(root, notes_dot_txt="words\n")
    indexed = Indexed(root, tmp_path / "cache")
    indexed.update()
    assert draw(indexed) == ""
    indexed.close()


def test_what_is_called_is_important_where_nothing_is_imported(tmp_path: Path) -> None:
    root = tmp_path / "gin"
    root.mkdir()
    # Files of one package in Go do not name each other.
    make(
        root,
        a_dot_go="package shop\n\nfunc askNobody() {\n}\n",
        b_dot_go="package shop\n\nfunc openShop() {\n\tsumPrices()\n\tcloseTill()\n}\n",
        c_dot_go="package shop\n\nfunc closeShop() {\n\tsumPrices()\n}\n",
        d_dot_go="package shop\n\nfunc sumPrices() int {\n\treturn 1\n}\n",
        e_dot_go="package shop\n\nfunc closeTill() {\n}\n",
    )
    indexed = Indexed(root, tmp_path / "cache")
    indexed.update()
    assert paths_in_map(draw(indexed))[:2] == ("d.go", "e.go")
    assert draw(indexed, budget=10) == "d.go:\n  func sumPrices() int\n"
    indexed.close()
