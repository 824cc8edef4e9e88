# ruff: noqa: E501 - the cases are data, each on a line
"""Unified diffs and V4A patches as models write them."""

from __future__ import annotations

from tests.unit.edits.held_out.cases import BANK, GO, Case, crlf, put

_ONE = {"bank.py": BANK}
_HEAD = "--- a/bank.py\n+++ b/bank.py\n"
_BODY = """\
             raise ValueError("not enough money")
-        self.balance -= amount
+        self.balance = self.balance - amount
         self.log.append(("withdraw", amount))
"""
_DONE = {"bank.py": put(BANK, ("self.balance -= amount", "self.balance = self.balance - amount"))}
_TWICE = (
    '         if amount <= 0:\n-            raise ValueError("amount must be positive")\n+            raise TypeError\n'
)
_AT_17 = BANK.replace('raise ValueError("amount must be positive")', "raise TypeError", 1)
_SECOND = BANK.rindex('raise ValueError("amount must be positive")')
_AT_23 = BANK[:_SECOND] + "raise TypeError" + BANK[_SECOND + len('raise ValueError("amount must be positive")') :]


def _diff(hunk: str, head: str = _HEAD) -> str:
    return f"```diff\n{head}{hunk}```\n"


_SQL = "SELECT 1;\n-- old comment\nSELECT 2;\n"
_PLUS = "i = 0;\nx();\n"
DIFFS = [
    *(
        Case(f"heading {heading!r}", _diff(f"{heading}\n{_BODY}"), _ONE, _DONE)
        for heading in (
            "@@ -24,3 +24,3 @@", "@@ -1,3 +1,3 @@", "@@ -24,9 +24,2 @@", "@@ ... @@", "@@", "@@ @@",
            "@@ -24 +24 @@", "@@ -24,3 +24,3 @@ def no_such_function():", "@@ -24,3 +24,3 @@ class Account:",
        )
    ),
    Case("no fence", f"Here is the diff:\n\n{_HEAD}@@ -24,3 +24,3 @@\n{_BODY}", _ONE, _DONE),
    Case("git's header", f"diff --git a/bank.py b/bank.py\nindex 1234567..89abcde 100644\n{_HEAD}@@ -24,3 +24,3 @@\n{_BODY}", _ONE, _DONE),
    Case("no prefixes", _diff(f"@@ -24,3 +24,3 @@\n{_BODY}", "--- bank.py\n+++ bank.py\n"), _ONE, _DONE),
    Case("times behind the names", _diff(f"@@ -24,3 +24,3 @@\n{_BODY}", "--- bank.py\t2024-01-01 10:00:00\n+++ bank.py\t2024-01-02 10:00:00\n"), _ONE, _DONE),
    Case("no header, one file", f"```diff\n@@ -24,3 +24,3 @@\n{_BODY}```\n", _ONE, _DONE),
    Case("context without its blank", _diff("@@ -24,3 +24,3 @@\n" + _BODY.replace("         self.log", "        self.log")), _ONE, _DONE),
    Case("a folder called a", _diff("@@ -1 +1 @@\n-x = 1\n+x = 2\n", "--- a/x.py\n+++ a/x.py\n"), {"a/x.py": "x = 1\n", "x.py": "x = 1\n"}, {"a/x.py": "x = 2\n"}),
    Case("the lines of Windows", _diff(f"@@ -24,3 +24,3 @@\n{_BODY}"), {"bank.py": crlf(BANK)}, {"bank.py": crlf(_DONE["bank.py"])}),
    Case("two equal places and a number near one", _diff(f"@@ -16,2 +16,2 @@\n{_TWICE}"), _ONE, {"bank.py": _AT_17}),
    Case("two equal places and a number near the other", _diff(f"@@ -23,2 +23,2 @@\n{_TWICE}"), _ONE, {"bank.py": _AT_23}),
    Case("two equal places and no number", _diff(f"@@ @@\n{_TWICE}"), _ONE, {}, ("ambiguous",)),
    Case("two equal places and a number between them", _diff(f"@@ -19,2 +19,2 @@\n{_TWICE}"), _ONE, {}, ("ambiguous",)),
    Case("only added lines at a number", _diff("@@ -3,0 +4 @@\n+import sys\n"), _ONE, {"bank.py": put(BANK, ("import os\n", "import os\nimport sys\n"))}),
    Case("a new file", _diff("@@ -0,0 +1,2 @@\n+x = 1\n+y = 2\n", "--- /dev/null\n+++ b/new.py\n"), _ONE, {"new.py": "x = 1\ny = 2\n"}),
    Case("a new file without a last newline", _diff("@@ -0,0 +1 @@\n+x = 1\n\\ No newline at end of file\n", "--- /dev/null\n+++ b/new.py\n"), _ONE, {"new.py": "x = 1"}),
    Case("a deleted file", _diff("@@ -1 +0,0 @@\n-x = 1\n", "--- a/old.py\n+++ /dev/null\n"), {"old.py": "x = 1\n", "b.py": ""}, {"old.py": None}),
    Case("a renamed file", "diff --git a/bank.py b/money.py\nsimilarity index 100%\nrename from bank.py\nrename to money.py\n", _ONE, {"bank.py": None, "money.py": BANK}),
    Case("renamed and changed", f"diff --git a/bank.py b/money.py\nsimilarity index 90%\nrename from bank.py\nrename to money.py\n--- a/bank.py\n+++ b/money.py\n@@ -24,3 +24,3 @@\n{_BODY}", _ONE, {"bank.py": None, "money.py": _DONE["bank.py"]}),
    Case("the last newline goes", _diff("@@ -2 +2 @@\n-two of it\n+two of them\n\\ No newline at end of file\n", "--- a/a.txt\n+++ b/a.txt\n"), {"a.txt": "one\ntwo of it\n"}, {"a.txt": "one\ntwo of them"}),
    Case("the last newline comes", _diff("@@ -2 +2 @@\n-two of it\n\\ No newline at end of file\n+two of it\n", "--- a/a.txt\n+++ b/a.txt\n"), {"a.txt": "one\ntwo of it"}, {"a.txt": "one\ntwo of it\n"}),
    Case("a removed line that begins with dashes", _diff("@@ -1,3 +1,3 @@\n SELECT 1;\n--- old comment\n+-- new comment\n SELECT 2;\n", "--- a/a.sql\n+++ b/a.sql\n"), {"a.sql": _SQL}, {"a.sql": put(_SQL, ("old", "new"))}),
    Case("an added line that begins with pluses", _diff("@@ -1,2 +1,2 @@\n-i = 0;\n+++i;\n x();\n", "--- a/a.c\n+++ b/a.c\n"), {"a.c": _PLUS}, {"a.c": "++i;\nx();\n"}),
    Case("a blank line of context without its blank", _diff("@@ -3,4 +3,4 @@\n-import os\n+import sys\n from decimal import Decimal\n\n\n class Account:\n"), _ONE, {"bank.py": put(BANK, ("import os", "import sys"))}),
    Case("two files", f"{_HEAD}@@ -24,3 +24,3 @@\n{_BODY}--- a/shop.go\n+++ b/shop.go\n@@ -7 +7 @@\n-\tOwner string\n+\tOwner *User\n", {**_ONE, "shop.go": GO}, {**_DONE, "shop.go": put(GO, ("Owner string", "Owner *User"))}),
    Case("a file that is not there", _diff(f"@@ -24,3 +24,3 @@\n{_BODY}", "--- a/other.py\n+++ b/other.py\n"), _ONE, {}, ("no_file",)),
    Case("a name in git's quotes", _diff("@@ -1 +1 @@\n-x = 1\n+x = 2\n", '--- "a/caf\\303\\251.py"\n+++ "b/caf\\303\\251.py"\n'), {"caf\xe9.py": "x = 1\n"}, {"caf\xe9.py": "x = 2\n"}),
    Case("cut off", f"{_HEAD}@@ -3 +3 @@\n-import os\n+import sys\n@@ -24,3 +24,3 @@\n             raise ValueError(\"not enough money\")\n-        self.bal", _ONE, {"bank.py": put(BANK, ("import os", "import sys"))}, ("cut_off",), finished=False),
    Case("context that is stale in one line", _diff("@@ -25,3 +25,3 @@\n" + _BODY.replace("not enough money", "not enough cash")), _ONE, _DONE),
    Case("context that is stale, and the number wrong", _diff("@@ -40,3 +40,3 @@\n" + _BODY.replace("not enough money", "not enough cash")), _ONE, {}, ("not_found",)),
    Case("old lines that are not there", _diff("@@ -1,2 +1,2 @@\n-nothing like it\n+something\n"), _ONE, {}, ("not_found",)),
]  # fmt: skip


def _patch(body: str, path: str = "bank.py") -> str:
    return f"*** Begin Patch\n*** Update File: {path}\n{body}*** End Patch\n"


_GO_BODY = "@@ func (c *Cart) Add(item string) {\n-\t\treturn\n+\t\tpanic(item)\n"
_V4A = f"@@ class Account:\n@@     def withdraw(self, amount):\n{_BODY}"
PATCHES = [
    Case("two anchors", _patch(_V4A), _ONE, _DONE),
    Case("no anchor", _patch(f"@@\n{_BODY}"), _ONE, _DONE),
    Case("no line of @@", _patch(_BODY), _ONE, _DONE),
    Case("an anchor that is not there", _patch(f"@@ def transfer(self):\n{_BODY}"), _ONE, {}, ("not_found",)),
    Case("anchors in another order", _patch(f"@@ def total(accounts):\n@@ class Account:\n{_BODY}"), _ONE, {}, ("not_found",)),
    Case("an anchor below the place", _patch(f"@@ def total(accounts):\n{_BODY}"), _ONE, {}, ("not_found",)),
    Case("an anchor among two equal places, the first", _patch(f"@@ def deposit(self, amount):\n{_TWICE}"), _ONE, {"bank.py": _AT_17}),
    Case("an anchor among two equal places, the second", _patch(f"@@     def withdraw(self, amount):\n{_TWICE}"), _ONE, {"bank.py": _AT_23}),
    Case("two equal places", _patch(f"@@\n{_TWICE}"), _ONE, {}, ("ambiguous",)),
    Case("lines added below an anchor", _patch("@@     def deposit(self, amount):\n+        self.check()\n"), _ONE, {"bank.py": put(BANK, ("    def deposit(self, amount):\n", "    def deposit(self, amount):\n        self.check()\n"))}),
    Case("lines added at the end", _patch("+\n+\n+def last():\n+    pass\n"), _ONE, {"bank.py": BANK + "\n\ndef last():\n    pass\n"}),
    Case("the end of the file", _patch("@@\n-x = 1\n+x = 2\n*** End of File\n", "a.py"), {"a.py": "x = 1\ny = 3\nx = 1\n"}, {"a.py": "x = 1\ny = 3\nx = 2\n"}),
    Case("a new file", "*** Begin Patch\n*** Add File: new.py\n+x = 1\n+\n+y = 2\n*** End Patch\n", _ONE, {"new.py": "x = 1\n\ny = 2\n"}),
    Case("a new file onto another", "*** Begin Patch\n*** Add File: bank.py\n+x = 1\n*** End Patch\n", _ONE, {"bank.py": "x = 1\n"}, is_amber=True),
    Case("a deleted file", "*** Begin Patch\n*** Delete File: bank.py\n*** End Patch\n", _ONE, {"bank.py": None}),
    Case("a deleted file that is not there", "*** Begin Patch\n*** Delete File: no.py\n*** End Patch\n", _ONE, {}, ("no_file",)),
    Case("a deleted folder", "*** Begin Patch\n*** Delete File: src/\n*** End Patch\n", {"src/a.py": "x\n"}, {}, ("no_file",)),
    Case("moved and changed", f"*** Begin Patch\n*** Update File: bank.py\n*** Move to: lib/bank.py\n@@\n{_BODY}*** End Patch\n", _ONE, {"bank.py": None, "lib/bank.py": _DONE["bank.py"]}),
    Case("moved onto another", f"*** Begin Patch\n*** Update File: bank.py\n*** Move to: b.py\n@@\n{_BODY}*** End Patch\n", {**_ONE, "b.py": "x\n"}, {"bank.py": None, "b.py": _DONE["bank.py"]}, is_amber=True),
    Case("in a shell's document", f"apply_patch <<'EOF'\n{_patch(_V4A)}EOF\n", _ONE, _DONE),
    Case("in a shell's command", f"```bash\nbash -lc \"apply_patch <<'PATCH'\n{_patch(_V4A)}PATCH\"\n```\n", _ONE, _DONE),
    Case("in a fence", f"Here:\n```patch\n{_patch(_V4A)}```\nDone.\n", _ONE, _DONE),
    Case("a bare body", _V4A, _ONE, _DONE, format="apply_patch"),
    Case("no end", f"*** Begin Patch\n*** Update File: bank.py\n{_V4A}", _ONE, {}, ("cut_off",)),
    Case("a bare body that was cut", f"{_V4A}@@\n-import os\n+imp", _ONE, _DONE, ("cut_off",), format="apply_patch", finished=False),
    Case("no beginning, finished", f"*** Update File: bank.py\n{_V4A}", _ONE, _DONE),
    Case("a line without a mark", _patch(f"@@\n{_BODY}oops\n"), _ONE, {}, ("malformed",)),
    Case("an order nobody knows", "*** Begin Patch\n*** Rename File: bank.py\n*** End Patch\n", _ONE, {}, ("malformed",)),
    Case("two chunks below each other", _patch("@@\n-import os\n+import sys\n@@ def total(accounts):\n-    return sum(account.balance for account in accounts)\n+    return 0\n"), _ONE, {"bank.py": put(BANK, ("import os", "import sys"), ("sum(account.balance for account in accounts)", "0"))}),
    Case("chunks in another order", _patch("@@ def total(accounts):\n-    return sum(account.balance for account in accounts)\n+    return 0\n@@\n-import os\n+import sys\n"), _ONE, {"bank.py": put(BANK, ("import os", "import sys"), ("sum(account.balance for account in accounts)", "0"))}),
    Case("tabs written as blanks", _patch(_GO_BODY.replace("\t", "    "), "shop.go"), {"shop.go": GO}, {"shop.go": put(GO, ("\t\treturn", "\t\tpanic(item)"))}),
    Case("an anchor that is cut short", _patch("@@ func (c *Cart) Add\n-\t\treturn\n+\t\tpanic(item)\n", "shop.go"), {"shop.go": GO}, {"shop.go": put(GO, ("\t\treturn", "\t\tpanic(item)"))}),
    Case("an empty file filled", _patch("@@\n+x = 1\n", "a.py"), {"a.py": ""}, {"a.py": "x = 1\n"}),
    Case("lines of numbers are no anchor", _patch(f"@@ -1,3 +1,3 @@\n{_BODY}"), _ONE, _DONE),
    Case("three files", "*** Begin Patch\n*** Add File: n.py\n+x\n*** Delete File: o.py\n*** Update File: bank.py\n" + f"@@\n{_BODY}*** End Patch\n", {**_ONE, "o.py": "x\n"}, {"n.py": "x\n", "o.py": None, **_DONE}),
]  # fmt: skip
CASES = [*DIFFS, *PATCHES]
