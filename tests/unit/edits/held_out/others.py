# ruff: noqa: E501 - the cases are data, each on a line
"""Tool arguments, whole files, shortened code, and answers that are no edit or not fit to be one."""

from __future__ import annotations

import json
from typing import Any

from tests.unit.edits.held_out.cases import BANK, GO, JS, Case, block, crlf, put

_ONE = {"bank.py": BANK}
_OLD, _NEW = "self.balance -= amount", "self.balance = 0"
_DONE = {"bank.py": put(BANK, (_OLD, _NEW))}


def _tool(old: str, new: str, path: str | None = "bank.py", **more: object) -> dict[str, Any]:
    named = {} if path is None else {"path": path}
    return {**named, "old_string": old, "new_string": new, **more}


_RAISE = 'raise ValueError("amount must be positive")'
TOOLS = [
    Case("a part of a line", _tool(_OLD, _NEW), _ONE, _DONE),
    Case("as JSON", json.dumps(_tool(_OLD, _NEW)), _ONE, _DONE),
    Case("as JSON in a fence", f"```json\n{json.dumps([_tool(_OLD, _NEW)], indent=2)}\n```\n", _ONE, _DONE),
    Case("other names of the arguments", {"filePath": "bank.py", "oldString": _OLD, "newString": _NEW}, _ONE, _DONE),
    Case("no path", _tool(_OLD, _NEW, None), _ONE, _DONE),
    Case("no path and two files", _tool(_OLD, _NEW, None), {**_ONE, "b.py": ""}, {}, ("no_path",)),
    Case("two places", _tool(_RAISE, "raise TypeError"), _ONE, {}, ("ambiguous",)),
    Case("all places", _tool(_RAISE, "raise TypeError", replace_all=True), _ONE, {"bank.py": BANK.replace(_RAISE, "raise TypeError")}),
    Case("places that cross each other", _tool("ab\nab\n", "x\n", "a.txt"), {"a.txt": "ab\nab\nab\n"}, {}, ("ambiguous",)),
    Case("escaped once too often", _tool('if amount > self.balance:\\n            raise ValueError(\\"not enough money\\")', 'if amount > 7:\\n            raise ValueError(\\"too little\\")'), _ONE, {"bank.py": put(BANK, ("amount > self.balance", "amount > 7"), ("not enough money", "too little"))}, is_amber=True),
    Case("backslashes that are meant", _tool("'\\n'", "'\\t'", "a.py"), {"a.py": "x = '\\n'\n"}, {"a.py": "x = '\\t'\n"}, is_amber=False),
    Case("a list for one path", {"path": "bank.py", "edits": [_tool(_OLD, _NEW, None), _tool("import os", "import sys", None)]}, _ONE, {"bank.py": put(BANK, (_OLD, _NEW), ("import os", "import sys"))}),
    Case("a new file", _tool("", "x = 1\n", "new.py"), _ONE, {"new.py": "x = 1\n"}),
    Case("a new file that exists", _tool("", "x = 1\n"), _ONE, {}, ("exists",)),
    Case("both empty", _tool("", ""), _ONE, {}, ("exists", "malformed")),
    Case("both empty and no file", _tool("", "", "n.py"), _ONE, {}, ("malformed",)),
    Case("old is new", _tool(_OLD, _OLD), _ONE, {}, notes=1),
    Case("old is new and not there", _tool("no such thing", "no such thing"), _ONE, {}, ("not_found",)),
    Case("old with other line ends", _tool("import os\nfrom decimal import Decimal", "import os"), {"bank.py": crlf(BANK)}, {"bank.py": crlf(put(BANK, ("import os\nfrom decimal import Decimal", "import os")))}),
    Case("removed with its line", _tool("import os\n", ""), _ONE, {"bank.py": put(BANK, ("import os\n", ""))}),
    Case("dollars", _tool("import os", "x = '$1 \\\\1'"), _ONE, {"bank.py": put(BANK, ("import os", "x = '$1 \\\\1'"))}),
    Case("not there", _tool("no such text", "x"), _ONE, {}, ("not_found",)),
    Case("no new text", {"path": "bank.py", "old_string": "import os"}, _ONE, {}, ("malformed",)),
    Case("an operation that creates", {"type": "create_file", "path": "n.py", "diff": "+x = 1\n+y = 2"}, _ONE, {"n.py": "x = 1\ny = 2"}),
    Case("an operation that deletes", {"type": "delete_file", "path": "bank.py"}, _ONE, {"bank.py": None}),
    Case("an operation that updates", {"type": "update_file", "path": "bank.py", "diff": f"@@ def withdraw(self, amount):\n-        {_OLD}\n+        {_NEW}\n"}, _ONE, _DONE),
    Case("the last of a cut list", [_tool("import os", "import sys"), _tool(_OLD, "self.bal")], _ONE, {"bank.py": put(BANK, ("import os", "import sys"))}, ("cut_off",), finished=False),
    Case("one on what another wrote", [_tool("import os", "import sys"), _tool("import sys\n", "import sys\nimport re\n")], _ONE, {"bank.py": put(BANK, ("import os\n", "import sys\nimport re\n"))}),
]  # fmt: skip
_REWRITTEN = put(BANK, (_OLD, _NEW), ("import os\n", ""))
WHOLE = [
    Case("under its name", f"bank.py\n```python\n{_REWRITTEN}```\n", _ONE, {"bank.py": _REWRITTEN}),
    Case("the only file", f"Here it is:\n```python\n{_REWRITTEN}```\n", _ONE, {"bank.py": _REWRITTEN}),
    Case("an example", "Use it so:\n```python\naccount = Account('x')\naccount.deposit(3)\n```\n", _ONE, {}),
    *[Case(f"a new file under {named!r}", f"{named}\n```python\nx = 1\n```\n", _ONE, {"lib/new file.py": "x = 1\n"}) for named in ("lib/new file.py", "`lib/new file.py`:", "New file: lib/new file.py", "lib/new file.py (new)")],
    Case("a new file with a blank after another", f"bank.py\n```python\n{_REWRITTEN}```\n\nlib/new file.py\n```python\nx = 1\n```\n", _ONE, {"bank.py": _REWRITTEN, "lib/new file.py": "x = 1\n"}),
    *[Case(f"an example under {said!r}", f"{said}\n```python\nx = 1\n```\n", _ONE, {}) for said in ("Tests for the bank in bank_test.py", "python lib/run.py", "Create lib/new.py with a test in test_new.py:", "Use it in lib/new.py:")],
    Case("a new file in a folder", "lib/new.py\n```python\nx = 1\n```\n", _ONE, {"lib/new.py": "x = 1\n"}),
    Case("the line ends of Windows", f"bank.py\n```python\n{_REWRITTEN}```\n", {"bank.py": crlf(BANK)}, {"bank.py": crlf(_REWRITTEN)}),
    Case("cut off", f"bank.py\n```python\n{_REWRITTEN[:300]}", _ONE, {}, ("cut_off",), format="whole_file", finished=False),
    Case("a fence in a file of Markdown", "README.md\n````markdown\n# Title\n\n```\ncode\n```\n````\n", _ONE, {"README.md": "# Title\n\n```\ncode\n```\n"}),
    Case("most of its lines go", f"bank.py\n```python\n{BANK[:430]}\n```\n", _ONE, {"bank.py": BANK[:430] + "\n"}, is_amber=True, format="whole_file"),
    Case("only prose", "The code is fine as it is; `bank.py` needs no change.\n", _ONE, {}),
    Case("only prose, asked for blocks", "The code is fine.\n", _ONE, {}, ("no_edit_found",), format="search_replace"),
    Case("nothing", "", _ONE, {}),
]  # fmt: skip
_DEPOSIT = """\
    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("amount must be positive")
        self.balance += amount
        self.log.append(("deposit", amount))
"""
_SHORTER = "    def deposit(self, amount):\n        self.balance += abs(amount)\n        self.log.append((\"deposit\", amount))\n"  # fmt: skip


def _lazy(code: str, path: str = "bank.py") -> str:
    return f"{path}\n```\n{code}```\n"


_NEWS = "TBD\n===\nUnreleased changes.\n\nPlatform support:\n\n* the first of them\n* the second of them\n* the third of them\n* the fourth of them\n* the fifth of them\n"
_NESTED = "class A:\n    def run(self):\n        path = self.path()\n\n        def show(found):\n            mine = self.text or ''\n            print(found, mine)\n\n        self.read(path, show, lambda error: self.look(path))\n"
_BRACKETS = "function f() {\n\tif (one) {\n\t\tif (seen(one)) {\n\t\t\tbrokenPipe = true;\n\t\t}\n\t}\n\tif (logger) {\n\t\tstack();\n\t}\n}\n"
_SUMS_BODY = "    result = 0\n    for value in values:\n        result += value\n    return result\n"
_SUMS = f"def first(x):\n    return x\n\n\ndef sums(values):\n{_SUMS_BODY}\n\ndef last(x):\n    return x\n"
_SHOP = "class Shop:\n    def add(self, item):\n        self.items.append(item)\n\n    def total(self):\n        result = 0\n        for item in self.items:\n            result += item\n        return result\n\n    def clear(self):\n        self.items = []\n"
LAZY = [
    Case("a method between", _lazy(f"# ... existing code ...\n\nclass Account:\n    # ... existing code ...\n\n{_SHORTER}\n    # ... existing code ...\n\n# ... existing code ...\n"), _ONE, {"bank.py": put(BANK, (_DEPOSIT, _SHORTER))}, is_amber=True),
    Case("a method without its class", _lazy(f"# ... existing code ...\n\n{_SHORTER}\n# ... existing code ...\n"), _ONE, {"bank.py": put(BANK, (_DEPOSIT, _SHORTER))}),
    Case("the rest is unchanged", _lazy(f"class Account:\n    # ... other methods ...\n\n{_SHORTER}\n    # rest unchanged\n\n# rest of the file\n"), _ONE, {"bank.py": put(BANK, (_DEPOSIT, _SHORTER))}),
    Case("a function that returns, and a mark below it", _lazy("# ... existing code ...\n\ndef sums(values):\n    return sum(values)\n\n# ... existing code ...\n", "a.py"), {"a.py": _SUMS}, {"a.py": put(_SUMS, (_SUMS_BODY, "    return sum(values)\n"))}, is_amber=True),
    Case("a method that raises, and a mark below it", _lazy("class Shop:\n    # ... existing code ...\n\n    def total(self):\n        raise NotImplementedError\n\n    # ... existing code ...\n", "a.py"), {"a.py": _SHOP}, {"a.py": put(_SHOP, ("        result = 0\n        for item in self.items:\n            result += item\n        return result\n", "        raise NotImplementedError\n"))}, is_amber=True),
    Case("a function that may go on where something is left out", _lazy("# ... existing code ...\n\ndef sums(values):\n    result = 1\n\n# ... existing code ...\n", "a.py"), {"a.py": _SUMS}, {}, ("ambiguous",)),
    Case("a function that returns only sometimes where something is left out", _lazy("# ... existing code ...\n\ndef sums(values):\n    if not values:\n        return 0\n\n# ... existing code ...\n", "a.py"), {"a.py": _SUMS}, {}, ("ambiguous",)),
    Case("an import above all", _lazy('"""Accounts."""\n\nimport os\nimport re\nfrom decimal import Decimal\n\n# ... existing code ...\n'), _ONE, {"bank.py": put(BANK, ("import os\n", "import os\nimport re\n"))}),
    Case("a new method", _lazy("class Account:\n    # ... existing code ...\n\n    def close(self):\n        self.balance = 0\n\n# ... existing code ...\n"), _ONE, {"bank.py": put(BANK, ('        self.log.append(("withdraw", amount))\n', '        self.log.append(("withdraw", amount))\n\n    def close(self):\n        self.balance = 0\n'))}),
    Case("a function at the end", _lazy("# ... existing code ...\n\ndef total(accounts):\n    return 0\n"), _ONE, {"bank.py": put(BANK, ("sum(account.balance for account in accounts)", "0"))}),
    Case("JavaScript", _lazy("// ... existing code ...\n\nexport class Basket {\n  // ... existing code ...\n\n  total() {\n    return 0;\n  }\n}\n\n// ... existing code ...\n", "a.js"), {"a.js": JS}, {"a.js": put(JS, ("return sum(this.items.map((item) => item.price));", "return 0;"))}),
    Case("Go", _lazy('// ... existing code ...\n\nfunc (c *Cart) Add(item string) {\n\tc.Items = append(c.Items, item)\n}\n\n// ... existing code ...\n', "shop.go"), {"shop.go": GO}, {"shop.go": put(GO, ('\tif item == "" {\n\t\treturn\n\t}\n', ""))}),
    Case("nothing says where", _lazy("# ... existing code ...\nx = compute_it()\n# ... existing code ...\n"), _ONE, {}, ("not_found", "ambiguous")),
    Case("a new function that leaves a part out", _lazy("# ... existing code ...\n\ndef brand_new(x):\n    # ... existing code ...\n    return x\n"), _ONE, {}, ("not_found", "ambiguous")),
    Case("other lines than those at the top, and no mark above", _lazy("15.2.0 (2026)\n=============\nUnreleased changes.\n\nPlatform support:\n\n<!-- ... existing code ... -->\n", "news.md"), {"news.md": _NEWS}, {}, ("ambiguous",)),
    Case("other lines than those at the end, and no mark below", _lazy("<!-- ... existing code ... -->\nPlatform support:\n\nSorted by age.\n* the first of them\n", "news.md"), {"news.md": _NEWS}, {}, ("ambiguous",)),
    Case("a function inside a method", _lazy("# ... existing code ...\n        path = self.path()\n\n        def show(found):\n            mine = self.buffer.text\n            print(found, mine)\n\n        def say(error):\n            raise error\n\n        self.read(path, show, say)\n"), {"bank.py": _NESTED}, {}, ("ambiguous", "not_found")),
    Case("brackets of what is left out", _lazy("// ... existing code ...\n\t\t}\n\t}\n\tif (other) {\n\t\tbrokenPipe = true;\n\t}\n\tif (logger) {\n\t\t// ... existing code ...\n", "a.js"), {"a.js": _BRACKETS}, {}, ("ambiguous", "not_found")),
    Case("a line is gone between others", _lazy("# ... existing code ...\n        self.owner = owner\n        self.log = []\n        # ... existing code ...\n"), _ONE, {"bank.py": put(BANK, ("        self.balance = balance\n", ""))}),
    Case("words by themselves are no elision", block("import os\n", "# the existing code of others is unchanged by this\nimport os\n"), _ONE, {"bank.py": put(BANK, ("import os\n", "# the existing code of others is unchanged by this\nimport os\n"))}),
]  # fmt: skip
CASES = [*TOOLS, *WHOLE, *LAZY]
