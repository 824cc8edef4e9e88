# ruff: noqa: E501 - the cases are data, each on a line
"""Diffs without heading or header: lines that come and go in a fence, and prose and output that only looks like them."""

from __future__ import annotations

from tests.unit.edits.held_out.cases import BANK, GO, Case, block, crlf, put

_ONE = {"bank.py": BANK}
_TWO = {"bank.py": BANK, "shop.go": GO}
_LINES = "-        self.balance -= amount\n+        self.balance = self.balance - amount\n"
_DONE = {"bank.py": put(BANK, ("self.balance -= amount", "self.balance = self.balance - amount"))}
_SUMS = "-    return sum(account.balance for account in accounts)\n+    return sum(each.balance for each in accounts)\n"
_BOTH = {"bank.py": put(_DONE["bank.py"], ("sum(account.balance for account", "sum(each.balance for each"))}
_BODY = '             raise ValueError("not enough money")\n' + _LINES
_OWNER = "-\tOwner string\n+\tOwner *User\n"
_OWNED = {"shop.go": put(GO, ("Owner string", "Owner *User"))}
_NOTES = "- milk\n- eggs\n"


def _diff(lines: str, above: str = "", fence: str = "```", info: str = "diff") -> str:
    return f"{above}{fence}{info}\n{lines}{fence}\n"


MEANT = [
    Case("only a line that goes and one that comes", _diff(_LINES), _ONE, _DONE),
    Case("in a fence without a language", _diff(_LINES, info=""), _ONE, _DONE),
    Case("in a fence of patch", _diff(_LINES, info="patch"), _ONE, _DONE),
    Case("in a fence of tildes", _diff(_LINES, fence="~~~"), _ONE, _DONE),
    Case("with a line of context", _diff(_BODY), _ONE, _DONE),
    Case("context without its blank", _diff(_BODY.replace("             raise", "            raise")), _ONE, _DONE),
    Case("the indentation lost", _diff("-self.balance -= amount\n+self.balance = self.balance - amount\n"), _ONE, _DONE),
    Case("a blank behind each mark, and the indentation lost", _diff("- self.balance -= amount\n+ self.balance = self.balance - amount\n"), _ONE, _DONE),
    Case("under the name of its file", _diff(_LINES, "bank.py\n"), _TWO, _DONE),
    Case("under the name, without a language", _diff(_LINES, "bank.py\n", info=""), _TWO, _DONE),
    Case("under a heading with the name", _diff(_LINES, "### `bank.py`\n\n"), _TWO, _DONE),
    Case("below a sentence that tells the file", _diff(_LINES, "In `bank.py`, write it out:\n\n"), _TWO, _DONE),
    Case("the name on the fence", _diff(_LINES, info="diff bank.py"), _TWO, _DONE),
    Case("the name on the fence, behind a colon", _diff(_LINES, info="diff:bank.py"), _TWO, _DONE),
    Case("a heading below a fence with the name", _diff(f"@@ -24,2 +24,2 @@\n{_BODY}", info="diff bank.py"), _TWO, _DONE),
    Case("two fences with their names", f"{_diff(_LINES, 'bank.py' + chr(10))}\n{_diff(_OWNER, 'shop.go' + chr(10))}", _TWO, {**_DONE, **_OWNED}),
    Case("two changes with a gap between them", _diff(f"{_LINES}\n{_SUMS}"), _ONE, _BOTH),
    Case("two changes with an elision between them", _diff(f"{_LINES}...\n{_SUMS}"), _ONE, _BOTH),
    Case("two changes far from one another, without a gap", _diff(f"{_LINES}{_SUMS}"), _ONE, _BOTH),
    Case("two changes with context and a gap between them", _diff(f"{_BODY}\n def total(accounts):\n{_SUMS}"), _ONE, _BOTH),
    Case("two changes with context and no gap", _diff(f"{_BODY} def total(accounts):\n{_SUMS}"), _ONE, _BOTH),
    Case("two lines that stand together", _diff('-        self.balance -= amount\n-        self.log.append(("withdraw", amount))\n+        self.move(-amount)\n'), _ONE, {"bank.py": put(BANK, ('        self.balance -= amount\n        self.log.append(("withdraw", amount))\n', "        self.move(-amount)\n"))}),
    Case("a blank line that goes", _diff("-import os\n-from decimal import Decimal\n-\n+import sys\n"), _ONE, {"bank.py": put(BANK, ("import os\nfrom decimal import Decimal\n\n", "import sys\n"))}),
    Case("a line that only goes", _diff("-import os\n"), _ONE, {"bank.py": put(BANK, ("import os\n", ""))}),
    Case("the lines of Windows", _diff(_LINES), {"bank.py": crlf(BANK)}, {"bank.py": crlf(_DONE["bank.py"])}),
    Case("an answer with the lines of Windows", crlf(_diff(_LINES)), _ONE, _DONE),
    Case("in an item of a list", "1. Write it out:\n\n   ```diff\n" + "".join(f"   {line}\n" for line in _LINES.splitlines()) + "   ```\n", _ONE, _DONE),
    Case("words of a text", _diff("-Install with pip\n+Install with uv\n"), {"a.md": "# Shop\n\nInstall with pip\n"}, {"a.md": "# Shop\n\nInstall with uv\n"}),
    Case("beside a block of another format", block("import os\n", "import sys\n") + _diff(_LINES, "\n"), _ONE, {"bank.py": put(_DONE["bank.py"], ("import os", "import sys"))}),
    Case("asked for as a diff", _diff(_LINES), _ONE, _DONE, format="unified_diff"),
    Case("asked for as another format", _diff(_LINES), _ONE, _DONE, format="search_replace"),
    Case("asked for as shortened code", _diff(_LINES), _ONE, _DONE, format="lazy_edit"),
    Case("asked for as a whole file", _diff(_LINES), _ONE, _DONE, format="whole_file"),
]  # fmt: skip
REFUSED = [
    Case("of several files and without a name", _diff(_LINES), _TWO, {}, ("no_path",)),
    Case("the same without a language", _diff(_LINES, info=""), _TWO, {}, ("no_path",)),
    Case("of no file at all", _diff(_LINES), {}, {}, ("no_path",)),
    Case("of no file at all, without a language", _diff(_LINES, info=""), {}, {}, ("no_path",)),
    Case("under the name of a file that is not there", _diff(_LINES, "other.py\n"), _ONE, {}, ("no_file",)),
    Case("lines that stand in no file", _diff("-    nothing_like_it(1)\n+    something(1)\n"), _ONE, {}, ("not_found",)),
    Case("words that stand in no file any more", _diff("-Install the shop with pip\n+Install the shop with uv\n"), {"a.md": "# Shop\n\nNothing of it\n"}, {}, ("not_found",)),
    Case("two equal places", _diff('-            raise ValueError("amount must be positive")\n+            raise TypeError\n'), _ONE, {}, ("ambiguous",)),
    Case("only lines that come", _diff("+        self.check(amount)\n"), _ONE, {}, ("exists",)),
    Case("only lines that come, under a name", _diff("+x = 1\n+y = 2\n", "new.py\n"), _ONE, {"new.py": "x = 1\ny = 2\n"}),
    Case("only lines that come, with a gap", _diff("+import sys\n\n+        self.check(amount)\n"), _ONE, {}, ("exists",)),
    Case("lines that come below a gap", _diff(f"{_LINES}\n+        self.check(amount)\n"), _ONE, {}, ("not_found",)),
    Case("lines that come before others go", _diff(f"+import sys\n{_LINES}"), _ONE, _DONE, ("exists",)),
    Case("cut off", f"```diff\n{_LINES}", _ONE, {}, ("cut_off",), finished=False),
    Case("one of two is not there", _diff(f"{_LINES}\n-    nothing_like_it(1)\n+    something(1)\n"), _ONE, _DONE, ("not_found",)),
]  # fmt: skip
NO_EDITS = [
    Case("what speaks for it and against it", _diff("+ Starts at once\n+ Needs no server\n- Takes more memory\n"), _ONE, {}),
    Case("the same without a language", _diff("+ Starts at once\n- Takes more memory\n", info=""), _ONE, {}),
    Case("what a test expected and got", _diff("- Expected  - 1\n+ Received  + 1\n\n  Object {\n-   \"a\": 1,\n+   \"a\": 2,\n  }\n"), _ONE, {}),
    Case("the same without a language", _diff("- Expected\n+ Received\n\n- import os\n+ import sys\n", info=""), _ONE, {}),
    Case("a list", _diff("- first of all\n- then that\n", info=""), _ONE, {}),
    Case("a list of both signs", _diff("- old habits\n+ new hopes\n", info=""), _ONE, {}),
    Case("a trace of a shell", _diff("+ pip install shop\n+ python -m shop\n", info=""), _ONE, {}),
    Case("a list of files", _diff("-rw-r--r-- 1 root root 12 bank.py\n-rw-r--r-- 1 root root 99 shop.go\n", info=""), _TWO, {}),
    Case("options of a command", _diff("-v  say more\n-q  say less\n", info=""), _ONE, {}),
    Case("numbers", _diff("-1\n+1\n", info=""), _ONE, {}),
    Case("YAML", _diff("- name: shop\n  uses: python\n", info="yaml"), _ONE, {}),
    Case("a diff in the output of a console", _diff("$ git diff\n-import os\n+import sys\n", info="console"), _ONE, {}),
    Case("a language and marks", _diff("-import os\n+import sys\n", info="text"), _ONE, {}),
    Case("the front of a page", _diff("---\ntitle: Shop\n---\n", info=""), _ONE, {}),
    Case("a plan", _diff("  # shop.bank will be changed\n  ~ resource \"bank\" {\n      - size = 1\n      + size = 2\n", info=""), _ONE, {}),
    Case("a list with boxes", _diff("- [ ] read it\n- [x] wrote it\n", info=""), _ONE, {}),
]  # fmt: skip
OTHERS = [
    Case("a summary below the block that it tells of", block("        self.balance -= amount\n", "        self.balance = self.balance - amount\n") + "\nIn short:\n\n" + _diff(_LINES), _TWO, _DONE),
    Case("a summary above the block that it tells of", "This changes:\n\n" + _diff(_LINES) + "\n" + block("        self.balance -= amount\n", "        self.balance = self.balance - amount\n"), _TWO, _DONE),
    Case("a summary above the whole file", "This changes:\n\n" + _diff(_LINES) + "\nbank.py\n```python\n" + _DONE["bank.py"] + "```\n", _TWO, _DONE),
    Case("a list that becomes another one", "todo.md\n```\n- milk\n- bread\n```\n", {"todo.md": _NOTES}, {"todo.md": "- milk\n- bread\n"}),
    Case("a patch that is a file", "fix.patch\n```diff\n-import os\n+import sys\n```\n", _ONE, {"fix.patch": "-import os\n+import sys\n"}),
    Case("a diff in the text of a block", "readme.md\n" + "````\n<<<<<<< SEARCH\nSee below.\n=======\n```diff\n-import os\n+import sys\n```\n>>>>>>> REPLACE\n````\n", {"readme.md": "See below.\n", **_ONE}, {"readme.md": "```diff\n-import os\n+import sys\n```\n"}),
    Case("the same in a fence of three", "readme.md\n" + "```\n<<<<<<< SEARCH\nSee below.\n=======\n```diff\n-import os\n+import sys\n```\n>>>>>>> REPLACE\n```\n", {"readme.md": "See below.\n", **_ONE}, {"readme.md": "```diff\n-import os\n+import sys\n```\n"}),
    Case("a diff in a file that is written whole", "notes.md\n````markdown\n# Notes\n\n```diff\n-import os\n+import sys\n```\n````\n", _ONE, {"notes.md": "# Notes\n\n```diff\n-import os\n+import sys\n```\n"}),
    Case("a diff in a patch", "*** Begin Patch\n*** Add File: notes.md\n+```diff\n+-import os\n++import sys\n+```\n*** End Patch\n", _ONE, {"notes.md": "```diff\n-import os\n+import sys\n```\n"}),
]  # fmt: skip
CASES = [*MEANT, *REFUSED, *NO_EDITS, *OTHERS]
