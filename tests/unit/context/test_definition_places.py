"""Where a name is defined: what is certain, and what is only possible."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from copilot_desktop.context.definition_places import Asked, DefinitionPlace, KnownFolder, Nearness, definition_places
from copilot_desktop.context.index.imports import ImportedFiles, imported
from copilot_desktop.context.index.indexed_file import symbols_of
from copilot_desktop.context.index.symbols import FoundSymbol

FILES = {
    "shop/money.py": "RATE = 3\n\n\ndef total(items):\n    return sum(items)\n\n\ndef spare():\n    pass\n",
    "shop/cart.py": (
        "from shop.money import RATE, total\n"
        "from shop import money\n"
        "import json\n"
        "\n"
        "\n"
        "class Cart:\n"
        "    size: int = 0\n"
        "\n"
        "    def __init__(self, items):\n"
        "        self.items = items\n"
        "\n"
        "    def price(self):\n"
        "        price = total(self.items) * RATE\n"
        "        return self.rounded(price) + self.size\n"
        "\n"
        "    def rounded(self, value):\n"
        "        return money.spare() or json.dumps(value)\n"
    ),
    "shop/orders.py": (
        "from shop.cart import Cart\n\n\ndef order(cart: Cart):\n    return cart.price() + cart.items + cart.total()\n"
    ),
    "other/total.py": "class Total:\n    def total(self):\n        pass\n",
    "tests/test_money.py": "def total():\n    pass\n",
    "web/util.ts": "export function total(a) { return a; }\n",
    "web/app.ts": 'import { total } from "./util";\ntotal(1);\n',
}


def places(path: str, needle: str, name: str, live: Mapping[str, str] | None = None) -> tuple[DefinitionPlace, ...]:
    """What is found for a name that stands in a piece of a file."""
    texts = FILES | dict(live or {})
    text = texts[path]
    at = text.index(needle) + needle.index(name)
    line, column = text.count("\n", 0, at), at - text.rfind("\n", 0, at) - 1
    named = [
        FoundSymbol(file, symbol)
        for file, content in FILES.items()
        for symbol in symbols_of(file, content)
        if symbol.name == name
    ]
    links = ImportedFiles(FILES).links({path: imported(path, FILES[path])})
    folder = KnownFolder(named, [target for _source, target in links], live or {}, FILES.get)
    return definition_places(Asked(path, text, name, line, column), folder)


@pytest.mark.parametrize(
    ("path", "needle", "name", "expected"),
    [
        ("shop/cart.py", "total(self", "total", "shop/money.py:4 function"),
        ("shop/cart.py", "* RATE", "RATE", "shop/money.py:1 variable"),
        ("shop/cart.py", "money.spare", "spare", "shop/money.py:8 function"),
        ("shop/cart.py", "money.spare", "money", "shop/money.py:1 module"),
        ("shop/cart.py", "self.rounded", "rounded", "shop/cart.py:16 method"),
        ("shop/cart.py", "(self.items", "items", "shop/cart.py:10 variable"),
        ("shop/cart.py", "+ self.size", "size", "shop/cart.py:7 variable"),
        ("shop/cart.py", "(price)", "price", "shop/cart.py:13 variable"),
        ("shop/cart.py", "dumps(value", "value", "shop/cart.py:16 variable"),
        ("shop/orders.py", "cart: Cart", "Cart", "shop/cart.py:6 class"),
        ("web/app.ts", "total(1)", "total", "web/util.ts:1 function"),
        ("shop/money.py", "sum(items)", "items", "shop/money.py:4 variable"),
    ],
)
def test_what_is_certain_is_the_only_place(path: str, needle: str, name: str, expected: str) -> None:
    (found,) = places(path, needle, name)
    assert f"{found.path}:{found.lines.start + 1} {found.kind}" == expected
    assert found.nearness is Nearness.CERTAIN


def test_a_method_of_something_unknown_is_offered_with_the_imported_one_first() -> None:
    (found,) = places("shop/orders.py", "cart.price", "price")
    assert (found.path, found.kind, found.outer) == ("shop/cart.py", "method", "Cart")
    assert found.nearness is Nearness.IMPORTED
    (field,) = places("shop/orders.py", "cart.items", "items")
    assert (field.path, field.lines.start, field.outer) == ("shop/cart.py", 9, "Cart")
    found_all = places("shop/orders.py", "cart.total", "total")
    assert [each.path for each in found_all] == [
        "shop/money.py",
        "other/total.py",
        "web/util.ts",
        "tests/test_money.py",
    ]


def test_what_comes_from_outside_is_nowhere() -> None:
    assert places("shop/cart.py", "json.dumps", "dumps") == ()


def test_unsaved_texts_count_as_they_stand_and_not_as_they_are_on_disk() -> None:
    live = {"shop/money.py": "\n\n" + FILES["shop/money.py"].replace("def spare", "def unsaved")}
    (found,) = places("shop/cart.py", "total(self", "total", live)
    assert (found.path, found.lines.start) == ("shop/money.py", 5)
    assert places("shop/cart.py", "money.spare", "spare", live) == ()
