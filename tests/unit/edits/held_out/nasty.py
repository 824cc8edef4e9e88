# ruff: noqa: E501 - the cases are data, each on a line
"""Answers as a weak model writes them, with what a person would make of each."""

from __future__ import annotations

from tests.unit.edits.held_out.cases import BANK, GO, JS, Case, block, crlf, pair, put

_OLD, _NEW = "        self.balance -= amount\n", "        self.balance = self.balance - amount\n"
_DONE = {"bank.py": put(BANK, (_OLD, _NEW))}
_ONE = {"bank.py": BANK}
_TWO = {"bank.py": BANK, "shop.go": GO}
_JS = {"basket.js": JS}
_GO = {"shop.go": GO}
_TOTAL = "    return sum(account.balance for account in accounts)\n"
_TOTALLED = "    return sum(account.balance for account in list(accounts))\n"
_SUMMED = {"bank.py": put(BANK, (_TOTAL, _TOTALLED))}
_PUSH = "    this.items.push(item);\n"
_PUSHED = {"basket.js": put(JS, (_PUSH, "    this.items.unshift(item);\n"))}
_V4A = "*** Begin Patch\n{}*** End Patch\n"


def v4a(body: str, path: str = "bank.py") -> str:
    return _V4A.format(f"*** Update File: {path}\n{body}")


PAIRS = [
    Case("prose between fence and mark", f"bank.py\n```python\nHere is the change:\n{pair(_OLD, _NEW)}```\n", _ONE, _DONE),
    Case("marks with too many signs", f"bank.py\n<<<<<<<<<< SEARCH\n{_OLD}==========\n{_NEW}>>>>>>>>>> REPLACE\n", _ONE, {}, ("malformed",)),
    Case("marks in small letters", f"bank.py\n<<<<<<< search\n{_OLD}=======\n{_NEW}>>>>>>> replace\n", _ONE, _DONE),
    Case("marks with blanks before", f"bank.py\n  <<<<<<< SEARCH\n{_OLD}  =======\n{_NEW}  >>>>>>> REPLACE\n", _ONE, _DONE),
    Case("ORIGINAL and UPDATED", f"bank.py\n<<<<<<< ORIGINAL\n{_OLD}=======\n{_NEW}>>>>>>> UPDATED\n", _ONE, _DONE),
    Case("SEARCH with the name behind it", f"<<<<<<< SEARCH bank.py\n{_OLD}=======\n{_NEW}>>>>>>> REPLACE\n", _TWO, _DONE),
    Case("a whole line quoted with its number", block(f"30: {_OLD}", f"30: {_NEW}"), _ONE, _DONE),
    Case("smart quotes and a trailing blank", block('            raise ValueError(“not enough money”) \n', '            raise ValueError(“too little”) \n'), _ONE, {"bank.py": put(BANK, ('"not enough money"', '"too little"'))}),
    Case("the same block twice", block(_OLD, _NEW) + block(_OLD, _NEW), _ONE, _DONE),
    Case("a second block on what the first wrote", block(_OLD, _NEW) + block(_NEW, _NEW.replace("amount", "int(amount)")), _ONE, {"bank.py": put(BANK, (_OLD, _NEW.replace("amount", "int(amount)")))}),
    Case("a stale line in the middle", block("    def withdraw(self, amount):\n        if amount < 0:\n            raise ValueError(\"amount must be positive\")\n        if amount > self.balance:\n", "    def withdraw(self, amount):\n        if amount < 0:\n            raise ValueError(\"amount must be positive\")\n        if amount > self.balance + 1:\n"), _ONE, {"bank.py": put(BANK, ("        if amount > self.balance:\n", "        if amount > self.balance + 1:\n"))}, is_amber=True),
    Case("an invented line first", block("    # withdraws money from it\n    def withdraw(self, amount):\n", "    # withdraws money from it\n    def withdraw(self, amount, fee=0):\n"), _ONE, {}, ("not_found",)),
    Case("the end of a function that stands twice", block('            raise ValueError("amount must be positive")\n', "            return\n"), _ONE, {}, ("ambiguous",)),
    Case("letter case", block("        Self.Balance -= Amount\n", _NEW), _ONE, {}, ("not_found",)),
    Case("two words joined", block("        self.balance-=amount\n        self.log.append((\"withdraw\", amount))\n", "        self.balance-=amount\n        self.log.append((\"out\", amount))\n"), _ONE, {"bank.py": put(BANK, ('("withdraw", amount)', '("out", amount)'))}, is_amber=True),
    Case("dots in both texts", block("    def withdraw(self, amount):\n        ...\n        self.balance -= amount\n", "    def withdraw(self, amount, fee=0):\n        ...\n        self.balance -= amount + fee\n"), _ONE, {"bank.py": put(BANK, ("withdraw(self, amount)", "withdraw(self, amount, fee=0)"), (_OLD, "        self.balance -= amount + fee\n"))}, is_amber=True),
    Case("dots in the new text alone", block("    def withdraw(self, amount):\n        if amount <= 0:\n", "    def withdraw(self, amount):\n        # ... rest of the method ...\n"), _ONE, {}, ("placeholder",)),
    Case("an empty new text deletes", block("        self.log = []\n", ""), _ONE, {"bank.py": put(BANK, ("        self.log = []\n", ""))}),
    Case("a file with the line ends of Windows", block(_OLD, _NEW), {"bank.py": crlf(BANK)}, {"bank.py": crlf(_DONE["bank.py"])}),
    Case("a mark that lost its end, another block below", f"bank.py\n```\n<<<<<<< SEARCH\n{_OLD}=======\n{_NEW}```\n\n{block(_TOTAL, _TOTALLED)}", _ONE, _SUMMED, ("cut_off",)),
]  # fmt: skip
DIFFS = [
    Case("numbers that are all wrong", f"--- a/bank.py\n+++ b/bank.py\n@@ -900,3 +900,3 @@\n             raise ValueError(\"not enough money\")\n-{_OLD}+{_NEW}         self.log.append((\"withdraw\", amount))\n", _ONE, _DONE),
    Case("the heading has only signs", f"```diff\n--- bank.py\n+++ bank.py\n@@\n-{_TOTAL}+{_TOTALLED}```\n", _TWO, _SUMMED),
    Case("blanks lost before context", f"--- bank.py\n+++ bank.py\n@@ @@\ndef total(accounts):\n-{_TOTAL}+{_TOTALLED}", _ONE, _SUMMED),
    Case("two hunks, the second stale", f"--- bank.py\n+++ bank.py\n@@ -28 +28 @@\n-{_OLD}+{_NEW}@@ -40 +40 @@\n-    return min(account.balance for account in others)\n+    return 0\n", _ONE, _DONE, ("not_found",)),
    Case("a new file", "--- /dev/null\n+++ b/new.py\n@@ -0,0 +1,2 @@\n+import os\n+print(os.sep)\n", _ONE, {"new.py": "import os\nprint(os.sep)\n"}),
    Case("a file deleted", "diff --git a/shop.go b/shop.go\ndeleted file mode 100644\n--- a/shop.go\n+++ /dev/null\n", _TWO, {"shop.go": None}),
    Case("a rename", "diff --git a/shop.go b/cart.go\nrename from shop.go\nrename to cart.go\n", _TWO, {"shop.go": None, "cart.go": GO}),
    Case("tabs turned into blanks", "--- a/shop.go\n+++ b/shop.go\n@@ -15,1 +15,1 @@\n-    c.Items = append(c.Items, item)\n+    c.Items = append(c.Items, item, item)\n", _GO, {"shop.go": put(GO, ("append(c.Items, item)", "append(c.Items, item, item)"))}),
    Case("chatter right behind", f"--- bank.py\n+++ bank.py\n@@ -34,2 +34,2 @@\n def total(accounts):\n-{_TOTAL}+{_TOTALLED}\nThis makes a list first.\n", _ONE, _SUMMED),
    Case("a path outside", f"--- a/../bank.py\n+++ b/../bank.py\n@@ -1 +1 @@\n-{_TOTAL}+{_TOTALLED}", _ONE, {}, ("unsafe_path",)),
    Case("a diff in a list", "1. bank.py\n```diff\n@@ -34,2 +34,2 @@\n def total(accounts):\n-" + _TOTAL + "+" + _TOTALLED + "```\n", _TWO, _SUMMED),
]  # fmt: skip
PATCHES = [
    Case("context that is a class", v4a(f"@@ class Account:\n@@     def withdraw(self, amount):\n-{_OLD}+{_NEW}"), _ONE, _DONE),
    Case("an anchor that is not there", v4a(f"@@ def transfer(self):\n-{_OLD}+{_NEW}"), _ONE, {}, ("not_found",)),
    Case("numbers behind the signs", v4a(f"@@ -27,1 +27,1 @@\n-{_OLD}+{_NEW}"), _ONE, _DONE),
    Case("no end", f"*** Begin Patch\n*** Update File: bank.py\n@@\n-{_OLD}+{_NEW}", _ONE, {}, ("cut_off",)),
    Case("no begin and no end", f"*** Update File: bank.py\n@@\n-{_OLD}+{_NEW}", _ONE, _DONE),
    Case("in the line of a shell", f"apply_patch <<'EOF'\n{v4a(f'@@{chr(10)}-{_OLD}+{_NEW}')}EOF\n", _ONE, _DONE),
    Case("lines added at the end of the file", v4a("@@\n+\n+def count(accounts):\n+    return len(accounts)\n*** End of File\n"), _ONE, {"bank.py": BANK + "\ndef count(accounts):\n    return len(accounts)\n"}),
    Case("a new file without signs before its lines", _V4A.format("*** Add File: new.py\n+import os\n+\n+print(os.sep)\n"), _ONE, {"new.py": "import os\n\nprint(os.sep)\n"}),
    Case("a file deleted that is not there", _V4A.format("*** Delete File: gone.py\n"), _ONE, {}, ("no_file",)),
    Case("a move with a change", _V4A.format(f"*** Update File: bank.py\n*** Move to: money/bank.py\n@@\n-{_OLD}+{_NEW}"), _ONE, {"bank.py": None, "money/bank.py": _DONE["bank.py"]}),
    Case("a blank lost before context", v4a(f"@@\ndef total(accounts):\n-{_TOTAL}+{_TOTALLED}"), _ONE, {}, ("malformed",)),
    Case("two equal places", v4a('@@\n-            raise ValueError("amount must be positive")\n+            return\n'), _ONE, {}, ("ambiguous",)),
]  # fmt: skip
ARGUMENTS = [
    Case("escaped once too often", {"path": "bank.py", "old_string": "    def deposit(self, amount):\\n        if amount <= 0:", "new_string": "    def deposit(self, amount):\\n        if amount < 1:"}, _ONE, {"bank.py": BANK.replace("amount <= 0", "amount < 1", 1)}),
    Case("as text", '{"path": "bank.py", "old_string": "self.balance -= amount", "new_string": "self.balance -= abs(amount)"}', _ONE, {"bank.py": put(BANK, ("self.balance -= amount", "self.balance -= abs(amount)"))}),
    Case("in a fence", '```json\n{"path": "bank.py", "old_string": "import os\\n", "new_string": ""}\n```\n', _ONE, {"bank.py": put(BANK, ("import os\n", ""))}, format="old_new_string"),
    Case("all of several", {"path": "bank.py", "old_string": "amount <= 0", "new_string": "amount < 1", "replace_all": True}, _ONE, {"bank.py": BANK.replace("amount <= 0", "amount < 1")}),
    Case("one of several", {"path": "bank.py", "old_string": "amount <= 0", "new_string": "amount < 1"}, _ONE, {}, ("ambiguous",)),
    Case("a list of edits", {"path": "bank.py", "edits": [{"old_string": "import os\n", "new_string": "import sys\n"}, {"old_string": "import sys\n", "new_string": "import re\n"}]}, _ONE, {"bank.py": put(BANK, ("import os\n", "import re\n"))}),
    Case("no old text for a file that is there", {"path": "bank.py", "old_string": "", "new_string": "x = 1\n"}, _ONE, {}, ("exists",)),
    Case("no old text for a new file", {"path": "new.py", "old_string": "", "new_string": "x = 1\n"}, _ONE, {"new.py": "x = 1\n"}),
    Case("a dollar and a backslash", {"path": "bank.py", "old_string": "import os", "new_string": r"PRICE = r'$1\g<0>\n'"}, _ONE, {"bank.py": put(BANK, ("import os", r"PRICE = r'$1\g<0>\n'"))}),
]  # fmt: skip
_REST = "# ... existing code ...\n"
SHORTENED = [
    Case("one method of a class that is shorter than before", f"bank.py\n```python\nclass Account:\n    {_REST}\n    def deposit(self, amount):\n        self.balance += abs(amount)\n\n    {_REST}```\n", _ONE, {}, ("ambiguous",)),
    Case("one method of a class that returns at its end", f"bank.py\n```python\nclass Account:\n    {_REST}\n    def deposit(self, amount):\n        self.balance += abs(amount)\n        return self.balance\n\n    {_REST}```\n", _ONE, {"bank.py": put(BANK, ('        if amount <= 0:\n            raise ValueError("amount must be positive")\n        self.balance += amount\n        self.log.append(("deposit", amount))\n', "        self.balance += abs(amount)\n        return self.balance\n"))}, is_amber=True),
    Case("a new function at the end", f"bank.py\n```python\n{_REST}\ndef total(accounts):\n{_TOTAL}\n\ndef count(accounts):\n    return len(accounts)\n```\n", _ONE, {"bank.py": BANK + "\n\ndef count(accounts):\n    return len(accounts)\n"}, is_amber=True),
    Case("a method that is not there with a part left out", f"bank.py\n```python\nclass Account:\n    {_REST}\n    def transfer(self, other):\n        {_REST}        other.deposit(1)\n```\n", _ONE, {}, ("not_found",)),
    Case("one method in JavaScript", "basket.js\n```js\nexport class Basket {\n  // ... existing code ...\n\n  add(item) {\n    this.items.unshift(item);\n    return this;\n  }\n\n  // ... existing code ...\n}\n```\n", _JS, _PUSHED, is_amber=True),
    Case("a function in Go with blanks for tabs", "shop.go\n```go\n// ... existing code ...\n\nfunc (c *Cart) Add(item string) {\n    c.Items = append(c.Items, item)\n}\n\n// ... existing code ...\n```\n", _GO, {"shop.go": put(GO, ('\tif item == "" {\n\t\treturn\n\t}\n\tc.Items', "\tc.Items"))}, is_amber=True),
]  # fmt: skip
WHOLE = [
    Case("a whole file in prose", f"Here is the new `bank.py`:\n\n```python\n{_DONE['bank.py']}```\n", _ONE, _DONE),
    Case("a whole file with a fence in it", "docs.md\n````markdown\n# Use\n\n```sh\nrun\n```\n````\n", _ONE, {"docs.md": "# Use\n\n```sh\nrun\n```\n"}),
    Case("an example in an explanation", "You can call `total` like this:\n\n```python\nprint(total([Account('a')]))\n```\n", _ONE, {}),
    Case("a changed part under its name", f"bank.py\n```python\ndef total(accounts):\n    \"\"\"Adds.\"\"\"\n{_TOTAL}```\n", _ONE, {}, ("placeholder",)),
    Case("a whole file that was cut", f"bank.py\n```python\n{_DONE['bank.py'][:600]}", _ONE, {}, ("cut_off",), finished=False),
]  # fmt: skip
CASES = [*PAIRS, *DIFFS, *PATCHES, *ARGUMENTS, *SHORTENED, *WHOLE]
