# ruff: noqa: E501 - the cases are data, each on a line
"""Blocks whose old text is indented otherwise than the file: whose indentation the new text has, if it can be told."""

from __future__ import annotations

from tests.unit.edits.held_out.cases import BANK, GO, JS, Case, Files, block, put

_AMOUNT = '        self.balance += amount\n        self.log.append(("deposit", amount))\n'
_LOGGED = '        self.balance += amount\n        self.log.append(("paid in", amount))\n'
_CHECK = '        if amount > self.balance:\n            raise ValueError("not enough money")\n'
_CHECKED = '        if amount > self.balance + 10:\n            raise ValueError("far too little")\n'
_SUM = "    return sum(account.balance for account in accounts)\n"
_INIT = "    def __init__(self, owner, balance=0):\n        self.owner = owner\n        self.balance = balance\n"
_BANK = {"bank.py": BANK}


def moved(text: str, by: int) -> str:
    """The text so many columns to the right, or to the left as far as that goes."""
    return "".join(
        " " * max(0, len(line) - len(line.lstrip()) + by) + line.lstrip(" ") for line in text.splitlines(True)
    )


def halved(text: str) -> str:
    """The text with half its indentation: two blanks for each level instead of four."""
    return "".join(" " * ((len(line) - len(line.lstrip())) // 2) + line.lstrip(" ") for line in text.splitlines(True))


def _case(
    name: str, old: str, new: str, *changes: tuple[str, str], is_amber: bool = False, files: Files = _BANK
) -> Case:
    (path, text), *_ = files.items()
    return Case(name, block(old, new, path), files, {path: put(text, *changes)}, is_amber=is_amber)


def _unclear(name: str, old: str, new: str, files: Files = _BANK) -> Case:
    return Case(name, block(old, new, next(iter(files))), files, {}, ("ambiguous",))


AS_OLD = [
    _case(f"both {by} columns to the left", moved(_CHECK, -by), moved(_CHECKED, -by), (_CHECK, _CHECKED))
    for by in (2, 4, 6, 8)
] + [
    _case("both deeper", moved(_CHECK, 3), moved(_CHECKED, 3), (_CHECK, _CHECKED)),
    _case(
        "both without indentation, and another level around",
        moved(_SUM, -4),
        "if accounts:\n    return sum(account.balance for account in accounts)\nreturn 0\n",
        (_SUM, "    if accounts:\n    " + _SUM + "    return 0\n"),
    ),
    _case(
        "a line of another depth first",
        moved(_CHECK, -4),
        "    # Not below zero.\n" + moved(_CHECKED, -4),
        (_CHECK, "        # Not below zero.\n" + _CHECKED),
    ),
    _case(
        "levels of two for levels of four, and one more level",
        "def total(accounts):\n" + halved(_SUM),
        "def total(accounts):\n  if accounts:\n    return 1\n" + halved(_SUM),
        ("def total(accounts):\n", "def total(accounts):\n    if accounts:\n        return 1\n"),
    ),
    _case(
        "levels of two in a class",
        halved("class Account:\n    \"\"\"Holds money.\"\"\"\n\n" + _INIT),
        halved("class Account:\n    \"\"\"Holds money.\"\"\"\n\n" + _INIT + "        if not owner:\n            raise OSError\n"),
        ("        self.balance = balance\n", "        self.balance = balance\n        if not owner:\n            raise OSError\n"),
        is_amber=True,
    ),
    _case(
        "tabs for blanks, one level more",
        "\t\tself.balance += amount\n",
        "\t\tif amount:\n\t\t\tself.balance += amount\n",
        ("        self.balance += amount\n", "        if amount:\n            self.balance += amount\n"),
    ),
    _case(
        "a chain goes on below the line that lost its indentation",
        "return sum(this.items.map((item) => item.price));\n",
        "return this.items\n  .map((item) => item.price)\n  .reduce(sum);\n",
        (
            "    return sum(this.items.map((item) => item.price));\n",
            "    return this.items\n      .map((item) => item.price)\n      .reduce(sum);\n",
        ),
        files={"basket.js": JS},
    ),
]  # fmt: skip
AS_FILE = [
    _case(f"the old text {by} columns to the left alone", moved(_CHECK, -by), _CHECKED, (_CHECK, _CHECKED), is_amber=True)
    for by in (2, 4, 8)
] + [
    _case("the old text deeper alone", moved(_CHECK, 2), _CHECKED, (_CHECK, _CHECKED), is_amber=True),
    _case("the old text has levels of two, the new one of four", halved(_CHECK), _CHECKED, (_CHECK, _CHECKED), is_amber=True),
    _case(
        "the old text has levels of two below a line at the left",
        "def total(accounts):\n" + halved(_SUM),
        "def total(accounts):\n    found = list(accounts)\n    return sum(account.balance for account in found)\n",
        (_SUM, "    found = list(accounts)\n    return sum(account.balance for account in found)\n"),
        is_amber=True,
    ),
    _case(
        "blanks inside lines differ as well",
        "  return sum(account.balance  for account in accounts)\n",
        "    return sum(account.balance for account in accounts if account)\n",
        (_SUM, "    return sum(account.balance for account in accounts if account)\n"),
        is_amber=True,
    ),
    _case(
        "a line that stays is as deep as in the file, too",
        moved(_AMOUNT, -8),
        _LOGGED,
        (_AMOUNT, _LOGGED),
        is_amber=True,
    ),
    _case(
        "tabs in the new text as in the file",
        "    c.Items = append(c.Items, item)\n",
        "\tc.Items = append(c.Items, item, item)\n",
        ("append(c.Items, item)", "append(c.Items, item, item)"),
        files={"shop.go": GO},
    ),
    _case(
        "tabs in the new text as in the file, deeper",
        "    for _, item := range c.Items {\n      fmt.Println(item)\n",
        "\tfor _, item := range c.Items {\n\t\tfmt.Print(item)\n",
        ("fmt.Println(item)", "fmt.Print(item)"),
        is_amber=True,
        files={"shop.go": GO},
    ),
    _case(
        "the first line of the old text alone lost its indentation",
        _CHECK.lstrip(),
        _CHECKED,
        (_CHECK, _CHECKED),
        is_amber=True,
    ),
]  # fmt: skip


def _given(name: str, old: str, new: str, *changes: tuple[str, str], refused: tuple[str, ...] = ()) -> Case:
    """The same as a tool's arguments, character by character."""
    right = {} if refused else {"bank.py": put(BANK, *changes)}
    answer = {"path": "bank.py", "old_string": old, "new_string": new}
    return Case(f"given as arguments: {name}", answer, _BANK, right, refused)


ARGUMENTS = [
    _given("the first line lost its indentation in both", _CHECK.strip(), _CHECKED.strip(), (_CHECK, _CHECKED)),
    _given("in the old text alone", _CHECK.strip(), _CHECKED, (_CHECK, _CHECKED)),
    _given("in one line of the old text", "return sum(account.balance for account in accounts)", "    return 0", (_SUM, "    return 0\n")),
    _given("in a part of the old line", "return sum(account.balance", "    return max(account.balance", ("return sum", "return max")),
    _given("the same, but for it", "return sum(account.balance for account in accounts)", _SUM.rstrip(), refused=("ambiguous",)),
]  # fmt: skip
FIRST_LINE = [
    _case("the first line of both lost its indentation", _CHECK.lstrip(), _CHECKED.lstrip(), (_CHECK, _CHECKED)),
    _case(
        "the first line of both, and a second new one",
        "self.balance -= amount\n",
        "self.balance -= amount\n        self.touched = True\n",
        ("        self.balance -= amount\n", "        self.balance -= amount\n        self.touched = True\n"),
    ),
    _case(
        "the first line of both, and a block below it",
        "self.balance -= amount\n",
        "if amount:\n            self.balance -= amount\n        self.touched = True\n",
        (
            "        self.balance -= amount\n",
            "        if amount:\n            self.balance -= amount\n        self.touched = True\n",
        ),
    ),
]
UNCLEAR = [
    _unclear("the new text deeper than either", moved(_CHECK, -4), moved(_CHECKED, 4)),
    _unclear("the new text less deep than either", moved(_CHECK, -4), moved(_CHECKED, -8)),
    _unclear("the same line as deep as in the file", "return sum(account.balance for account in accounts)\n", _SUM),
    _unclear("a line that stays as in the old text", moved(_AMOUNT, -4), "        self.paid = True\n" + moved(_AMOUNT, -4)),
    _unclear(
        "a list in a text, of which the second line may be below the first",
        "- apples and pears\n",
        "- apples and plums\n  - only ripe ones\n",
        {"list.md": "- fruit\n  - apples and pears\n  - cherries\n"},
    ),
]  # fmt: skip
_LIST = "items:\n    one:   1\n    two: 2\n\n    three: 3\n"
BLANKS = [
    Case(
        "what goes below a blank line stays below it, blanks inside lines aside",
        block("  one: 1\n  two: 2\n\n", "  one: 1\n  two: 2\n\n  more: 2\n\n", "a.yaml"),
        {"a.yaml": _LIST},
        {"a.yaml": put(_LIST, ("\n    three", "\n    more: 2\n\n    three"))},
    ),
    Case(
        "and above one as well",
        block("\n  two: 2\n  three: 3\n", "  more: 2\n\n  two: 2\n  three: 3\n", "a.yaml"),
        {"a.yaml": "one: 1\n\n    two:   2\n    three: 3\n"},
        {"a.yaml": "one: 1\n    more: 2\n\n    two:   2\n    three: 3\n"},
    ),
]
CASES = [*BLANKS, *AS_OLD, *AS_FILE, *ARGUMENTS, *FIRST_LINE, *UNCLEAR]
