# ruff: noqa: E501 - the cases are data, each on a line
"""Search/replace blocks: names, dialects, hints, and every level of the ladder."""

from __future__ import annotations

from tests.unit.edits.held_out.cases import BANK, GO, JS, Case, block, crlf, pair, put

_OLD, _NEW = "        self.balance -= amount\n", "        self.balance = self.balance - amount\n"
_IMPORTS = pair("import os\n", "import sys\n")
_DONE = {"bank.py": put(BANK, (_OLD, _NEW))}
_ONE = {"bank.py": BANK}
_TWO = {"bank.py": BANK, "shop.go": GO}
_PAIR = pair(_OLD, _NEW)
_TWICE = '        if amount <= 0:\n            raise ValueError("amount must be positive")\n'
_DEFINED = "        if amount <= Decimal(0):\n            raise ValueError('positive, please')\n"
_AT_16, _AT_22 = BANK.index(_TWICE), BANK.rindex(_TWICE)


def _hinted(line: int, right: bool = True) -> Case:
    answer = f"bank.py\n<<<<<<< SEARCH\n:start_line:{line}\n-------\n{_TWICE}=======\n{_DEFINED}>>>>>>> REPLACE\n"
    at = _AT_16 if line < 18 else _AT_22
    after = BANK[:at] + _DEFINED + BANK[at + len(_TWICE) :]
    return Case(
        f"a hint at line {line} between two equal places",
        answer,
        _ONE,
        {"bank.py": after} if right else {},
        () if right else ("ambiguous",),
    )


NAMES = [
    Case(f"named by {name!r}", f"I change it.\n\n{name}\n```python\n{_PAIR}```\nDone.\n", _TWO, _DONE)
    for name in (
        "**bank.py**", "`bank.py`", "### bank.py", "File: bank.py", "bank.py:", "1. `bank.py`", "./bank.py",
        "// bank.py", "# File path: bank.py", "**`bank.py`**:", "*** bank.py ***", "In `bank.py`, line 26:",
    )
] + [
    Case("named on the fence", f"```python:bank.py\n{_PAIR}```\n", _TWO, _DONE),
    Case("named on the fence behind a blank", f"```python bank.py\n{_PAIR}```\n", _TWO, _DONE),
    Case("named inside the fence", f"```\nbank.py\n{_PAIR}```\n", _TWO, _DONE),
    Case("the only file", f"Here you are:\n```\n{_PAIR}```\n", _ONE, _DONE),
    Case("no name and two files", f"```\n{_PAIR}```\n", _TWO, {}, ("no_path",)),
    Case(
        "the block before names the file",
        f"bank.py\n```\n{_PAIR}```\nAnd then:\n```\n{_IMPORTS}```\n",
        _TWO,
        {"bank.py": put(BANK, (_OLD, _NEW), ("import os\n", "import sys\n"))},
    ),
    Case("the other dialect", f"bank.py\n------- SEARCH\n{_OLD}=======\n{_NEW}+++++++ REPLACE\n", _TWO, _DONE),
    Case("source tags", f"bank.py\n<source>\n{_PAIR}</source>\n", _TWO, _DONE),
    Case("five backticks", f"bank.py\n`````\n{_PAIR}`````\n", _TWO, _DONE),
    Case("tildes", f"bank.py\n~~~python\n{_PAIR}~~~\n", _TWO, _DONE),
    Case("no fence", f"bank.py\n{_PAIR}", _TWO, _DONE),
    Case("the answer's lines end as on Windows", crlf(f"bank.py\n```\n{_PAIR}```\n"), _TWO, _DONE),
    Case("a name with blanks in its folder", block("x = 1\n", "x = 2\n", "my docs/a.txt"), {"my docs/a.txt": "x = 1\n"}, {"my docs/a.txt": "x = 2\n"}),
    Case("a file that is not there", block("x = 1\n", "x = 2\n", "other.py"), _ONE, {}, ("no_file",)),
    Case("a name of another case", block(_OLD, _NEW, "Bank.py"), _ONE, {}, ("no_file",)),
]  # fmt: skip
_NOTES = "docs/my notes.md"
_WIDE = ("docs/my notes.md", "app/[id]/page.tsx", "app/(shop)/[...slug]/page.tsx", "routes/$id.tsx", "docs/R&D plan.md", "docs/it's me.md", "größe/über blick.md", "docs/日本 語.md", "@types/a+b.d.ts", "C#.md", "my notes.md")  # fmt: skip
_BOTH = {"bank.py": BANK, _NOTES: "import os\n"}


def _after_bank(named: str, change: str = _IMPORTS) -> str:
    """A block for bank.py, and one below another line whose old text stands in bank.py as well."""
    return f"bank.py\n```\n{_PAIR}```\n\n{named}\n```\n{change}```\n"


NAMED = (
    [Case(f"{name} is not the file before", _after_bank(name), _TWO, _DONE, ("no_file",)) for name in _WIDE]
    + [
        Case(f"{name} is known", _after_bank(name), {"bank.py": BANK, name: "import os\n"}, {**_DONE, name: "import sys\n"})
        for name in _WIDE
    ]
    + [
        Case(f"a name with a blank as {named!r}", _after_bank(named), _BOTH, {**_DONE, _NOTES: "import sys\n"})
        for named in (
            "`docs/my notes.md`", "**docs/my notes.md**", "### docs/my notes.md:", "1. docs/my notes.md", "File: docs/my notes.md",
            "docs/my notes.md (modified)", "- `docs/my notes.md`", "Now change docs/my notes.md:", "docs/my notes.md: other imports", "#### 2. `docs/my notes.md` — changed",
        )
    ]
    + [
        Case(f"{said!r} is no name", _after_bank(said), _TWO, {"bank.py": put(BANK, (_OLD, _NEW), ("import os\n", "import sys\n"))})
        for said in ("Here is the change in the notes:", "And the input/output handling:", "Now self.items:", "See https://example.org/a b.md for it.")
    ]
    + [
        Case(f"{said!r} is about another file", _after_bank(said), _TWO, _DONE, ("no_file",))
        for said in ("Update docs/x.md:", "Then in `docs/x.md`:", "Tests for the bank in bank_test.py", "docs/x.md: other imports")
    ]
    + [
        Case("a name with a blank on the fence", f"```markdown docs/my notes.md\n{_IMPORTS}```\n", _BOTH, {_NOTES: "import sys\n"}),
        Case("a new file with a blank after another", _after_bank("docs/new file.md", pair("", "# New\n")), _TWO, {**_DONE, "docs/new file.md": "# New\n"}),
    ]
)  # fmt: skip
HINTS = [
    _hinted(16),
    _hinted(22),
    _hinted(15),
    _hinted(23),
    _hinted(19, right=False),
    _hinted(60, right=False),
    Case(
        "a hint that is wrong of a text that is there once",
        f"bank.py\n<<<<<<< SEARCH\n:start_line:3\n-------\n{_OLD}=======\n{_NEW}>>>>>>> REPLACE\n",
        _ONE,
        _DONE,
    ),
    Case("two equal places", block(_TWICE, _DEFINED), _ONE, {}, ("ambiguous",)),
]
_README = "# How\n\n<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n\nThat is all.\n"
_RST = "Title\n=======\n\nText of it.\n\nMore\n=======\n\nThe end of it.\n"
_HEADINGS = "1.1\n======\nNot yet written, and none of it.\n\n1.0.0 (2020-10-10)\n======\nThe first.\n"
MARKS = [
    Case(
        "marks inside the code",
        block(_README, _README.replace("new", "newer"), "README.md"),
        {"README.md": _README},
        {"README.md": _README.replace("new", "newer")},
    ),
    Case(
        "a divider inside the old text",
        block("Title\n=======\n\nText of it.\n", "Title\n=======\n\nOther text.\n", "a.rst"),
        {"a.rst": _RST},
        {"a.rst": put(_RST, ("Text of it", "Other text"))},
    ),
    Case(
        "a divider inside the new text alone",
        block("Text of it.\n", "Text of it.\n\nSub\n=======\n", "a.rst"),
        {"a.rst": _RST},
        {"a.rst": put(_RST, ("Text of it.\n", "Text of it.\n\nSub\n=======\n"))},
    ),
    Case("headings in a block of which a line is stale", block("1.1\n======\nNot yet written, and none of it.\n\n2.0.0 (2020-10-10)\n", "1.2\n======\nAll of it is written.\n\n2.0.0 (2020-10-10)\n", "a.md"), {"a.md": _HEADINGS}, {"a.md": put(_HEADINGS, ("1.1\n", "1.2\n"), ("Not yet written, and none of it.", "All of it is written."))}),
    Case("headings of seven signs in a block of which a line is stale", block("1.1\n=======\nNot yet written, and none of it.\n\n2.0.0 (2020-10-10)\n", "1.2\n=======\nAll of it is written.\n\n2.0.0 (2020-10-10)\n", "a.md"), {"a.md": _HEADINGS.replace("======", "=======")}, {}, ("malformed",)),
    Case("no divider", "bank.py\n<<<<<<< SEARCH\nimport os\n>>>>>>> REPLACE\n", _ONE, {}, ("malformed",)),
    Case(
        "no end, though the answer is finished",
        f"bank.py\n{_PAIR}<<<<<<< SEARCH\nimport os\n=======\nimport sys\n",
        _ONE,
        _DONE,
        ("cut_off",),
    ),
    Case("no end of the first", f"bank.py\n<<<<<<< SEARCH\nimport os\n=======\nimport sys\n{_PAIR}", _ONE, _DONE, ("cut_off",)),
]  # fmt: skip
_NUMBERED = "".join(f"{26 + index} | {line}\n" for index, line in enumerate(BANK.split("\n")[25:27]))
_ENTITIES = "if (a < b && c > 0) {\n  go();\n}\n"
_BLANKS = "def f(a,b):\n    return  a+b\n\n\ndef g( x ):\n    return x\n"
LADDER = [
    Case("blanks at line ends of the file", block("x = 1\ny = 2\n", "x = 1\ny = 3\n", "a.txt"), {"a.txt": "x = 1  \ny = 2\t\nz\n"}, {"a.txt": "x = 1  \ny = 3\nz\n"}, is_amber=False),
    Case("indentation lost", block("self.balance -= amount\n", "self.balance = 0\nself.log = None\n"), _ONE, {"bank.py": put(BANK, (_OLD, "        self.balance = 0\n        self.log = None\n"))}),
    Case("indentation of the first line lost", block('def total(accounts):\n    return sum(account.balance for account in accounts)\n', 'def total(accounts):\n    return 0\n'), _ONE, {"bank.py": put(BANK, ("sum(account.balance for account in accounts)", "0"))}),
    Case("only the first line has lost it", block("if amount > self.balance:\n            raise ValueError(\"not enough money\")\n", "if amount >= self.balance:\n            raise ValueError(\"not enough money\")\n"), _ONE, {"bank.py": put(BANK, ("amount > self", "amount >= self"))}),
    Case("blanks for tabs", block('    if item == "" {\n        return\n    }\n', '    if item == "" {\n        panic("no item")\n    }\n', "shop.go"), {"shop.go": GO}, {"shop.go": put(GO, ("\t\treturn\n", '\t\tpanic("no item")\n'))}, is_amber=False),
    Case("two blanks for tabs and a deeper new line", block("  c.Items = append(c.Items, item)\n", "  for range 2 {\n    c.Items = append(c.Items, item)\n  }\n", "shop.go"), {"shop.go": GO}, {"shop.go": put(GO, ("\tc.Items = append(c.Items, item)\n", "\tfor range 2 {\n\t\tc.Items = append(c.Items, item)\n\t}\n"))}),
    Case("smart quotes", block("            raise ValueError(“not enough money”)\n", "            raise ValueError(“too little money”)\n"), _ONE, {"bank.py": put(BANK, ("not enough", "too little"))}, is_amber=True),
    Case("blanks that do not break", block("        self.balance\xa0-= amount\n", _NEW), _ONE, _DONE, is_amber=True),
    Case("a long dash", block("# 10 – 20 per page\n", "# 10 – 30 per page\n", "a.py"), {"a.py": "# 10 - 20 per page\nx = 1\n"}, {"a.py": "# 10 - 30 per page\nx = 1\n"}),
    Case("accents apart", block("name = 'cafe\u0301'\n", "name = 'the cafe\u0301'\n", "a.py"), {"a.py": "name = 'caf\xe9'\n"}, {"a.py": "name = 'the cafe\u0301'\n"}),
    Case("line numbers in front", block(_NUMBERED, _NUMBERED.replace("-= amount", "= 0")), _ONE, {"bank.py": put(BANK, ("self.balance -= amount", "self.balance = 0"))}, is_amber=True),
    Case("entities of HTML", block("if (a &lt; b &amp;&amp; c &gt; 0) {\n  go();\n}\n", "if (a &lt; b) {\n  go();\n}\n", "a.js"), {"a.js": _ENTITIES}, {"a.js": "if (a < b) {\n  go();\n}\n"}, is_amber=True),
    Case("entities that are the file's own", block("&lt;b&gt; bold\n", "&lt;i&gt; slanted\n", "a.html"), {"a.html": "<p>\n&lt;b&gt; bold\n</p>\n"}, {"a.html": "<p>\n&lt;i&gt; slanted\n</p>\n"}, is_amber=False),
    Case("fences inside the halves", block(f"```python\n{_OLD}```\n", f"```python\n{_NEW}```\n"), _ONE, _DONE),
    Case("blank first and last lines", block(f"\n{_OLD}\n", f"\n{_NEW}\n"), _ONE, _DONE),
    Case("blank lines left out", block("import os\nfrom decimal import Decimal\nclass Account:\n", "import sys\nfrom decimal import Decimal\nclass Account:\n"), _ONE, {"bank.py": put(BANK, ("import os", "import sys"))}, is_amber=True),
    Case("blanks inside lines", block("def f(a, b):\n    return a + b\n", "def f(a, b):\n    return a - b\n", "a.py"), {"a.py": _BLANKS}, {"a.py": put(_BLANKS, ("    return  a+b", "    return a - b"))}, is_amber=True),
    Case("words are not joined", block("returnsum(account.balance for account in accounts)\n", "return 0\n"), _ONE, {}, ("not_found",)),
    Case("no folding of case", block("        Self.Balance -= Amount\n", _NEW), _ONE, {}, ("not_found",)),
    Case("an elision in the old text", block("    def deposit(self, amount):\n        ...\n        self.log.append((\"deposit\", amount))\n", "    def deposit(self, amount):\n        ...\n        self.log.append((\"in\", amount))\n"), _ONE, {"bank.py": put(BANK, ('"deposit"', '"in"'))}, is_amber=True),
    Case("an elision with a piece that is there twice", block("        if amount <= 0:\n        ...\n        self.log.append((\"deposit\", amount))\n", "        if amount < 0:\n        ...\n        self.log.append((\"in\", amount))\n"), _ONE, {}, ("not_found",)),
    Case("an elision that the new text drops", block("    def deposit(self, amount):\n        ...\n        self.log.append((\"deposit\", amount))\n", "    def deposit(self, amount):\n        pass\n"), _ONE, {}, ("not_found",)),
    Case("a placeholder in the new text", block('    def deposit(self, amount):\n        if amount <= 0:\n', '    def deposit(self, amount, note=""):\n        # ... rest of the method ...\n'), _ONE, {}, ("placeholder",)),
    Case("a placeholder that is the file's", block("# ... existing code ...\nx = 1\n", "# ... existing code ...\nx = 2\n", "a.py"), {"a.py": "# ... existing code ...\nx = 1\n"}, {"a.py": "# ... existing code ...\nx = 2\n"}),
    Case("a letter wrong in a line", block("        self.balanse -= amount\n        self.log.append((\"withdraw\", amount))\n", "        self.balanse -= amount\n        self.log.append((\"taken\", amount))\n"), _ONE, {"bank.py": put(BANK, ('("withdraw"', '("taken"'))}, is_amber=True),
    Case("a number wrong in the only line", block("limit = 200 + margin_of_all\n", "limit = 300 + margin_of_all\n", "a.py"), {"a.py": "limit = 100 + margin_of_all\nx = 0\n"}, {}, ("not_found",)),
    Case("as like one place as another", block("value_three = read(3, 'x')\n", "value = 0\n", "a.py"), {"a.py": "value_thres = read(3, 'x')\nx = 0\nvalue_thred = read(3, 'x')\n"}, {}, ("not_found",)),
    Case("nothing of it is there", block("no such line at all\n", "x\n"), _ONE, {}, ("not_found",)),
    Case("old is new", block(_OLD, _OLD), _ONE, {}, notes=1),
    Case("old is new and not there", block("nothing like it\n", "nothing like it\n"), _ONE, {}, ("not_found",)),
    Case("already applied", block("        self.balance = 7 * amount\n", _OLD), _ONE, {}, notes=1),
    Case("a part of a line", block("owner, balance=0\n", "owner, balance=1\n"), _ONE, {"bank.py": put(BANK, ("balance=0", "balance=1"))}),
    Case("a part of a line that is there twice", "bank.py\n" + pair("must be positive\n", "must be more\n"), _ONE, {}, ("ambiguous",)),
    Case("a part inside a word", block("count\n", "number\n", "a.py"), {"a.py": "discounted = 1\n"}, {}, ("not_found",)),
    Case("a bracket that is there once", block("}\n", "};\n", "a.js"), {"a.js": "let a = {\n  b: 1,\n}\n"}, {"a.js": "let a = {\n  b: 1,\n};\n"}),
    Case("a bracket that is there twice", block("}\n", "};\n", "shop.go"), {"shop.go": GO}, {}, ("ambiguous",)),
    Case("few characters that are indented otherwise elsewhere", block("  ]\n", "  ]\n  x\n", "a.json"), {"a.json": "[\n    [\n    ]\n]\n"}, {}, ("ambiguous", "not_found")),
]  # fmt: skip
_COMMENTED = "int a = 1;  // keep   this\nint b = 2;\t\nint c = 3;\n"
BYTES = [
    Case("unchanged lines keep their blanks", block("int a = 1;  // keep   this\nint b = 2;\nint c = 3;\n", "int a = 1;  // keep   this\nint b = 2;\nint c = 4;\n", "a.c"), {"a.c": _COMMENTED}, {"a.c": put(_COMMENTED, ("c = 3", "c = 4"))}),
    Case("dollars and backslashes", block("import os\n", "pattern = r'\\1 $1 \\g<0> $& \\n'\n"), _ONE, {"bank.py": put(BANK, ("import os", "pattern = r'\\1 $1 \\g<0> $& \\n'"))}),
    Case("a file with the line ends of Windows", block(_OLD, _NEW + "        pass\n"), {"bank.py": crlf(BANK)}, {"bank.py": crlf(put(BANK, (_OLD, _NEW + "        pass\n")))}, is_amber=False),
    Case("line ends of both kinds", block("b\nc\n", "b\nx\ny\nc\n", "a.txt"), {"a.txt": "aaa\r\nb\nc\r\nddd\n"}, {"a.txt": "aaa\r\nb\nx\r\ny\r\nc\r\nddd\n"}),
    Case("lone returns", block("second line\n", "line two\n", "a.txt"), {"a.txt": "first line\rsecond line\rthird line\r"}, {"a.txt": "first line\rline two\rthird line\r"}),
    Case("no newline at the end", block("last line of it\n", "the last line\nand one more\n", "a.txt"), {"a.txt": "first line\nlast line of it"}, {"a.txt": "first line\nthe last line\nand one more"}),
    Case("a form feed and a line separator are text", block("a\x0cb\u2028c = 1\n", "a\x0cb\u2028c = 2\n", "a.txt"), {"a.txt": "x\na\x0cb\u2028c = 1\ny\n"}, {"a.txt": "x\na\x0cb\u2028c = 2\ny\n"}),
    Case("NUL characters that come new", block("import os\n", "import o\0s\n"), _ONE, {}, ("malformed",)),
    Case("NUL characters in a new file", block("", "x\0 = 1\n", "new.py"), _ONE, {}, ("malformed",)),
    Case("NUL characters that come new with characters", {"path": "bank.py", "old_string": "import os", "new_string": "import o\0s"}, _ONE, {}, ("malformed",)),
    Case("NUL characters", block("a\0b = 1 of it\n", "a\0b = 2 of it\n", "a.txt"), {"a.txt": "x\na\0b = 1 of it\n"}, {"a.txt": "x\na\0b = 2 of it\n"}),
    Case("all lines removed at the end", block("line two\nline three\n", "", "a.txt"), {"a.txt": "line one\nline two\nline three\n"}, {"a.txt": "line one\n"}, is_amber=True),
]  # fmt: skip
_A, _B = ("import os\n", "import sys\n"), ("        self.log = []\n", "        self.log = None\n")
MANY = [
    Case("two in one fence", f"bank.py\n```\n{pair(*_A)}{pair(*_B)}```\n", _TWO, {"bank.py": put(BANK, _A, _B)}),
    Case("from the bottom up", block(*_B) + block(*_A), _ONE, {"bank.py": put(BANK, _A, _B)}),
    Case("one on what another wrote", block(*_A) + block("import sys\n", "import sys\nimport re\n"), _ONE, {"bank.py": put(BANK, ("import os\n", "import sys\nimport re\n"))}),
    Case("two that cross", block(_OLD, _NEW) + block(_OLD + '        self.log.append(("withdraw", amount))\n', "        pass\n"), _ONE, _DONE, ("overlap",)),
    Case("the same block twice", block(*_A) + block(*_A), _ONE, {"bank.py": put(BANK, _A)}, notes=1),
    Case("two files", block(*_A) + block("\tOwner string\n", "\tOwner *User\n", "shop.go"), _TWO, {"bank.py": put(BANK, _A), "shop.go": put(GO, ("Owner string", "Owner *User"))}),
    Case("one of two is refused", block(*_A) + block("no such text here\n", "x\n"), _ONE, {"bank.py": put(BANK, _A)}, ("not_found",)),
    Case("blocks that touch", block("import os\n", "import re\n") + block("from decimal import Decimal\n", "from math import inf\n"), _ONE, {"bank.py": put(BANK, ("import os\nfrom decimal import Decimal\n", "import re\nfrom math import inf\n"))}),
    Case("a short line that stands there already", block("port: 9090\n", "port: 8080\n", "c.yaml"), {"c.yaml": "name: shop\nport: 8080\n"}, {}, notes=1),
    Case("a short line that stands there twice already", block("port: 9090\n", "port: 8080\n", "c.yaml"), {"c.yaml": "a:\n  port: 8080\nb:\n  port: 8080\n"}, {}, ("not_found",)),
    Case("a short line that stands there for another reason", block("x = load()\n", "return\n"), {"bank.py": "def f():\n    return\n"}, {}, ("not_found",)),
    Case("a new file", block("", "x = 1\n", "new.py"), _ONE, {"new.py": "x = 1\n"}),
    Case("an empty file", block("", "x = 1\n", "a.py"), {"a.py": ""}, {"a.py": "x = 1\n"}),
    Case("an empty old text on a file", block("", "x = 1\n"), _ONE, {}, ("exists",)),
    Case("a class and its use", block("    add(item) {\n        this.items.push(item);\n", "    add(item, count = 1) {\n        this.items.push(item, count);\n", "a.js"), {"a.js": JS}, {"a.js": put(JS, ("add(item) {\n    this.items.push(item);", "add(item, count = 1) {\n    this.items.push(item, count);"))}),
    Case("broken by the edit", block("def total(accounts):\n", "def total(accounts:\n"), _ONE, {"bank.py": put(BANK, ("total(accounts)", "total(accounts"))}, is_amber=True),
]  # fmt: skip
CASES = [*NAMES, *NAMED, *HINTS, *MARKS, *LADDER, *BYTES, *MANY]
