from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot_desktop.context.index.ranking import rank
from tests.unit.context.index.test_building import Indexed, make


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Indexed]:
    root = tmp_path / "shop"
    root.mkdir()
    make(
        root,
        shop__cart_dot_py="from shop import money\n\n\nclass ShoppingCart:\n    def add_item(self, item):\n        "
        "self.items.append(item)\n\n    def total_price(self):\n        return money.total(self.items)\n",
        shop__money_dot_py="def total(everything):\n    return sum(each.price for each in everything)\n",
        shop__mail_dot_py="def send_mail(address, text):\n    '''Send an invoice by mail.'''\n",
        shop__server_dot_py="from shop import cart, mail\n\n\ndef serve():\n    mail.send_mail('a', 'b')\n",
        locale__de_dot_po='msgid "send an invoice by mail"\nmsgstr "Rechnung"\n' * 50,
        README_dot_md="# The shop\n\nHow a cart is priced.\n",
    )
    indexed = Indexed(root, tmp_path / "cache")
    indexed.update()
    yield indexed
    indexed.close()


def test_words_of_the_question_find_the_file(shop: Indexed) -> None:
    assert shop.find("sending an invoice")[0] == "shop/mail.py"
    assert shop.find("Where is the total price computed?")[0] in ("shop/cart.py", "shop/money.py")


def test_a_name_as_it_is_written_goes_first(shop: Indexed) -> None:
    assert shop.find("What does ShoppingCart do?")[0] == "shop/cart.py"
    assert shop.find("rename `total`")[0] == "shop/money.py"
    assert shop.find("look at mail.py please")[0] == "shop/mail.py"


def test_what_is_imported_by_what_was_found_comes_along(shop: Indexed) -> None:
    found = rank(shop.database, "add_item", 10)
    assert found.files[0] == "shop/cart.py"
    assert any(each.path == "shop/server.py" and each.why == "imports shop/cart.py" for each in found.snippets)


def test_what_the_found_one_calls_comes_along_with_its_lines(shop: Indexed) -> None:
    found = rank(shop.database, "add_item", 10)
    called = next(each for each in found.snippets if each.path == "shop/money.py")
    assert (called.lines.start, called.lines.end, called.name) == (0, 2, "total")
    assert called.why == "is called by ShoppingCart in shop/cart.py"


def test_a_piece_says_what_it_calls_of_the_others_and_which_of_them_call_it(shop: Indexed) -> None:
    found = rank(shop.database, "send_mail when the server serves an invoice", 10).snippets
    whys = {each.name: each.why for each in found}
    assert whys["serve"] == "matches in serve, calls send_mail of shop/mail.py"
    assert whys["send_mail"] == "matches in send_mail, is called by serve in shop/server.py"


def test_types_are_used_and_not_called(shop: Indexed, tmp_path: Path) -> None:
    make(
        tmp_path / "shop",
        shop__checkout_dot_py="from shop.cart import ShoppingCart\n\n\ndef checkout(cart: ShoppingCart):\n    pass\n",
    )
    shop.builder.look_at(["shop/checkout.py"])
    whys = {each.name: each.why for each in rank(shop.database, "checkout of a ShoppingCart", 10).snippets}
    assert whys["checkout"] == "matches in checkout, uses ShoppingCart of shop/cart.py"
    assert "is used by checkout in shop/checkout.py" in whys["ShoppingCart"]


def test_snippets_are_lines_with_a_reason(shop: Indexed) -> None:
    best = rank(shop.database, "sending an invoice", 10).snippets[0]
    assert (best.path, best.lines.start, best.lines.end) == ("shop/mail.py", 0, 2)
    assert best.why == "matches in send_mail, is called by serve in shop/server.py"


def test_words_beside_each_other_are_the_name_that_they_make(shop: Indexed, tmp_path: Path) -> None:
    make(
        tmp_path / "shop",
        a_dot_py="price = 1\nlist(price)\n",
        b_dot_py="price_list = 1\n",
        c_dot_py="PriceList = 1\n",
    )
    shop.builder.bring_up_to_date()
    assert set(shop.find("The price list is wrong")[:2]) == {"b.py", "c.py"}


def test_guides_come_after_the_code_unless_they_are_asked_for(shop: Indexed, tmp_path: Path) -> None:
    make(
        tmp_path / "shop",
        guide_dot_md="Refund of a voucher\n",
        store_dot_py="# Refund of a voucher\n",
    )
    shop.builder.bring_up_to_date()
    assert shop.find("refund a voucher")[:2] == ("store.py", "guide.md")
    assert shop.find("refund a voucher in the guide")[0] == "guide.md"


def test_a_file_is_linked_to_what_it_calls_and_what_it_imports(shop: Indexed, tmp_path: Path) -> None:
    make(
        tmp_path / "shop",
        till__close_dot_go="package till\n\nfunc closeTheDrawer() {\n\tbookAmount()\n}\n",
        till__ledger_dot_go="package till\n\nfunc bookAmount() {\n}\n",
    )
    shop.builder.bring_up_to_date()
    found = rank(shop.database, "closing the drawer", 10)
    assert found.files[:2] == ("till/close.go", "till/ledger.go")
    called = next(each for each in found.snippets if each.path == "till/ledger.go")
    assert called.why == "is called by closeTheDrawer in till/close.go"


@pytest.mark.parametrize(
    "question", ["", "   ", "the of and", '"quoted" OR NEAR(', "*" * 50, "\0", "🦀", "ſtraße", "x" * 100_000]
)
def test_any_question_is_answered(shop: Indexed, question: str) -> None:
    assert isinstance(rank(shop.database, question, 5).files, tuple)


def test_no_more_than_asked_for(shop: Indexed) -> None:
    assert len(rank(shop.database, "shop cart mail money server total", 2).files) == 2
