# ruff: noqa: E501 - the cases are data, each on a line
"""Lines above a block: each names its file, is plainly prose, or has the block refused; never the file before it."""

from __future__ import annotations

from tests.unit.edits.held_out.cases import BANK, GO, Case, block, pair, put

_SUBTRACTED = ("        self.balance -= amount\n", "        self.balance = 0\n")
_IMPORTED = ("import os\n", "import sys\n")
_REPEATED, _NEW = ("import os\n", "import re\n"), ("", "x = 1\n")
_FIRST, _SECOND = block(*_SUBTRACTED), pair(*_IMPORTED)
_ONE, _TWO = {"bank.py": BANK}, {"bank.py": BANK, "shop.go": GO}
_DONE, _BOTH = {"bank.py": put(BANK, _SUBTRACTED)}, {"bank.py": put(BANK, _SUBTRACTED, _IMPORTED)}
_NOTES = {"docs/my notes": "import os\n", "docs/x.md": "import os\n", "Release Notes": "import os\n"}
_REFUSED = ("no_path", "no_file", "unsafe_path")

PATHS = (
    "docs/my notes", "`docs/my notes`", "**docs/my notes**", "### docs/my notes", "docs/my notes:", "**`docs/my notes`**:", "1. docs/my notes",
    "<docs/my notes>", "<docs/notes.md>", '"docs/notes.md"', "'docs/my notes'", "“docs/notes.md”", "‘docs/my notes’", "«docs/notes.md»", "(docs/my notes)", "{docs/notes}",
    "[notes](notes.md)", "[docs/notes](docs/notes.md)", "[`notes.md`](./notes.md)", "[notes](docs/my%20notes.md)", "[my notes](<docs/my notes.md>)", "[notes](https://example.org/docs/notes.md)",
    "docs/x.md, with other imports", "docs/my notes.md, with other imports", "docs/my notes, the imports", "docs/x.md (other imports here)", "docs/x.md - other imports",
    "docs/x.md — other imports", "docs/x.md → other imports", "`docs/my notes`, the imports", "**docs/my notes** has other imports", "In `docs/my notes`:", "In docs/notes change the import:",
    "Update docs/notes:", "Now docs/notes", "docs\\my notes", "docs\\notes.md", "Then docs\\notes has other imports:", "Update `docs/x.md` and `docs/y.md`:", "Now docs/x.md and docs/y.md:",
    "File: docs/my notes", "Filename: my notes", "Path: `my notes`", "~/notes", "./my notes", "../my notes", "/docs/my notes", '<file path="docs/x.md">', "<file name='my notes'>", "<path>docs/my notes</path>",
    "docs/notes.md#L3", "docs/notes.md:12", "docs/notes.md:12-40", "docs/notes.md lines 3-9", "docs/x.md?plain=1", "=== docs/my notes ===", "--- docs/my notes", "// docs/my notes", "# docs/my notes", "/* docs/my notes */",
    "schema.prisma", "Update schema.prisma:", "In schema.prisma the import:", "notes.v2", "Now `docs/x.md`, which needs `bank.py`:", "Move it from `bank.py` to `docs/x.md`:", "Both bank.py and shop.go:",
    "`shop.go` (and `bank.py` as above):", "From bank.py to docs/my notes:", "**File**: `docs/my notes`", "- [ ] docs/my notes", "> docs/my notes", "| docs/my notes |", "docs/my notes.", "docs/my notes!", "docs/日本 語", "größe/über blick", "docs/my notes …",
)  # fmt: skip
"""Lines with a path, or part of one, that no file here has: no block below them is for the file before."""
WORDS = (
    "my notes", "`my notes`", "`notes`", "<notes>", "<my notes>", '"notes"', "“my notes”", "notes", "notes:", "**notes**", "### notes", "Makefile", "justfile", "CHANGELOG", "Dockerfile:", "`Caddyfile`", "**my notes**", "### my notes",
)  # fmt: skip
"""Lines that may be names, and are no sentence."""
PROSE = (
    "And then:", "Now the imports:", "### Second change", "**Step 2: the imports**", "Second change", "Step 2", "#### 2. Other imports", "Hier die zweite Änderung:", "然后修改导入：", "Puis les imports :", "1. Fix the import", "---", "***", "2.", "12:30",
    "And the input/output handling:", "Change 2/3:", "(2/2)", "Now self.items:", "In the `deposit` method:", "`import os` is not needed any more:", "Next, `import os` becomes `import sys`:", "Replace `os` with `sys`.",
    "Finally, the import", "Now, in the same file:", "And one more (the import):", "Python 3.11 has no need of it:", "For example, e.g. here:", "# Second change", "// the imports", "Before → after:", "Note: this is needed, since the other is gone.",
    "> Now the imports:", "- the import", "Last one!", "See https://example.org/a b.md for it.", "The `Account` class", "Now `withdraw()`:", "`withdraw()`", "And/or the import:", "The read/write path and its import:", "This is what `Account.withdraw(amount)` needs:",
    "The same for import os.", "Second, we need `sys` rather than `os` here, since the path is read from it.", "…", "✅ Imports:", "It takes 1.5 times as long, i.e. too long:", "Imports", "`import os`", "`os`:",
)  # fmt: skip

MORE_PATHS = (
    "*docs/my notes*", "_docs/my notes_", "__docs/my notes__", "***docs/my notes***", "~~~docs/my notes", "`docs/my notes` -", "docs/my notes →", "→ docs/my notes", "• docs/my notes", "– docs/my notes", "+ docs/my notes",
    "* docs/my notes", "a) docs/my notes", "(1) docs/my notes", "1) `docs/my notes`", "**1. docs/my notes**", "**1. `docs/my notes`**", "#docs/my notes", "📄 docs/my notes", "📄 `docs/my notes`", "📁 docs/notes.md", "✏️ docs/notes.md",
    "File `docs/my notes`", "file docs/my notes", "In file docs/my notes:", "Edit: docs/my notes", "Edit docs/my notes", "Change in docs/my notes:", "Datei: docs/my notes", "Fichier : docs/my notes", "文件：docs/my notes",
    "文件: `docs/笔记`", "`docs/my notes` (line 3)", "docs/my notes (line 3)", "docs/my notes, line 3", "docs/my notes line 3", "docs/my notes:3", "docs/my notes#3", "@docs/my notes", "@docs/notes", "$docs/notes", "%docs/notes%",
    "\"docs/my notes\":", "'docs/my notes':", "<<docs/my notes>>", "[docs/my notes]", "[[docs/my notes]]", "[docs/my notes]:", "[docs/my notes][1]", "![notes](docs/notes.md)", "<a href=\"docs/notes.md\">notes</a>",
    "<code>docs/my notes</code>", "<b>docs/my notes</b>", "<!-- docs/my notes -->", "<!-- file: docs/my notes -->", "{/* docs/my notes */}", "/* docs/my notes */", "; docs/my notes", "' docs/my notes", "REM docs/my notes",
    "-- docs/my notes", "% docs/my notes", "\"\"\" docs/my notes \"\"\"", "// File: docs/my notes", "# path: docs/my notes", "# filename=docs/my notes", "path = docs/my notes", "path: \"docs/my notes\"", "- path: docs/my notes",
    "{\"path\": \"docs/my notes\"}", "docs/my-notes", "docs/my_notes", "docs/notes", "docs/sub/my notes", "docs//my notes", "docs/my  notes", "docs/ notes", "docs /notes", "docs / my notes", "docs/notes/", "docs/notes/ folder",
    "docs", "docs:", "the docs/notes file", "The docs/notes file:", "And docs/notes:", "And in the docs/notes file, the import:", "Same in docs/notes.", "Same in docs/notes", "same for docs/notes.md", "Same for notes.md!",
    "notes.md too", "and notes.md", "notes.md:", "notes.md -", "notes.md →", "notes.md.", "notes.md…", "notes.md?", "notes.md!", "(notes.md)", "notes.md;", "notes.md,", "Notes.MD", "NOTES.TXT", "notes.xyz", "my notes.xyz",
    "docs/my notes.xyz, the imports", "Update notes.xyz:", "Then `notes.xyz`:", "Then in notes.xyz, the import:", "the import in notes.xyz", "`notes.md` and others:", "Other files, e.g. docs/x.md:",
    "The imports of notes.md, and of shop.go:", "shop.go / bank.py", "shop.go, bank.py", "bank.py -> shop.go", "bank.py → docs/x.md", "Rename bank.py to docs/x.md:", "bank.pyx", "bank.py.bak", "bank", "Bank.py", "BANK.PY",
    "src/bank.py", "`src/bank.py`", "bank copy.py", "bank .py", "bank. py", "shop.go.orig", "shopgo", "a/bank.py", "b/bank.py", "./src/../docs/notes", "docs\\sub\\my notes", "C:\\docs\\notes", "C:/docs/my notes",
    "file:///docs/notes.md", "https://example.org/docs/notes.md", "\\\\server\\docs\\notes", ".env", ".gitignore", "`.env`:", ".github/workflows/ci", "Update .env:", "The .env file:", "Next, .env needs it:", "Makefile:",
    "In the Makefile:", "Update Makefile", "Now the `Makefile`:", "the Dockerfile", "LICENSE (new)", "package.json", "tsconfig.*.json", "src/**/*.py", "src/*.py", "src/{a,b}.py", "docs/notes.md & docs/x.md", "docs/<name>.md",
    "docs/$NAME", "docs/$(name)", "${docs}/notes", "docs/notes (unchanged otherwise)", "docs/my notes = other imports", "docs/my notes: other imports", "docs/my notes | imports", "`docs/my notes`: other imports",
    "docs/my notes; imports", "*File: docs/my notes*", "**File:** docs/my notes", "**File:** `my notes`", "**File name:** my notes", "`File: docs/my notes`", "File - docs/my notes", "Now, docs/my notes.", "tests/unit/test bank",
    "tests of bank in tests/unit", "lib/", "lib/:", "in lib/", "src",
)  # fmt: skip
MORE_PROSE = (
    "And:", "Then", "Next:", "Next up, the imports.", "Finally:", "Change 2:", "Change #2", "2)", "(2)", "b)", "Part two", "Edit 2 of 2", "Here:", "Here it is", "As follows:", "the import:", "and the import:",
    "and then the import.", "now the import comes too", "so that it works again, import sys", "## Imports", "## Second: the imports", "**Imports**", "*Imports*", "_Imports_", "__Imports__", "`sys` import", "`sys` instead of `os`",
    "Use `sys`:", "Use sys.path here:", "Use `sys.path` here:", "The import of `os.path` goes:", "Drop os.path", "Import sys, not os", "We import `sys` (stdlib).", "Why? Because os is not used.", "Ok.", "OK", "Done with that. Now:",
    "\"import os\" becomes \"import sys\":", "'import os' → 'import sys'", "`import os` → `import sys`", "Old → new", "old/new:", "Add/remove imports:", "1/2", "50%:", "Step 2 (imports):", "Step 2/2: imports", "Step 2 — imports",
    "— — —", "===", "* * *", "~~~~", "| a | b |", "Second edit, at the top of the file:", "At line 3:", "Line 3:", "L3:", "Lines 3-4", "lines 3–4:", "@@ -3 +3 @@ is here:", "In the same file, near the top:", "Same file:",
    "same file:", "(same file)", "[same file]", "bank, second part:", "In the bank module's imports:", "In class `Account`:", "In `Account.deposit`:", "In `__init__`:", "`total(accounts)`:", "def total:", "The `import os` line:",
    "Imports (top of file):", "TL;DR: imports", "N.B.: imports", "cf. PEP 8:", "PEP 8:", "Python 3:", "The I/O part:", "TCP/IP:", "And finally, 3/4 of it:", "24/7:", "km/h to m/s:", "Refactor A/B test:", "his/her:", "either/or:",
    "the /etc path and others:", "Call the `/api/users` route instead:", "GET /api/users now returns JSON:", "It is at https://example.org/a/b.md now:", "See [the docs](https://example.org/guide):", "[1]: https://example.org", "✅",
    "👇", "🔧 Fix the import:", "⬇️ Second:", "Voilà :", "Änderung 2", "Второе изменение:", "次の変更：", "修改导入", "둘째 변경:", "Ahora el import:", "E agora, o import:", "Şimdi:", "<br/>", "</details>", "</p>", "&nbsp;", "\\", "...",
    "Let me also fix the import", "let me also fix the import", "i also fix the import:", "Also:", "also:", "plus:", "Plus this one:", "Here's the rest:", "It's the import:", "That's all there is to `os`.", "$ python -m pytest",
    "Run `python -m pytest` afterwards.",
)  # fmt: skip


def _inside(line: str) -> str:
    return f"{_FIRST}\n```\n{line}\n{_SECOND}```\n"


def _above(line: str) -> str:
    return f"{_FIRST}\n{line}\n```\n{_SECOND}```\n"


def _without_fence(line: str) -> str:
    return f"{_FIRST}\n{line}\n{_SECOND}"


def _over_a_sentence(line: str) -> str:
    return f"{_FIRST}\n{line}\n\nChange the import:\n\n```\n{_SECOND}```\n"


def _below_prose(line: str) -> str:
    return f"{_FIRST}\nThat was the first.\n{line}\n```\n{_SECOND}```\n"


NOT_THE_ONE_BEFORE = [
    Case(f"{line!r} {way.__name__}", way(line), _TWO, _DONE, _REFUSED)
    for line in PATHS
    for way in (_above, _inside, _without_fence, _below_prose)
] + [
    Case(f"{line!r} {way.__name__}", way(line), _TWO, _DONE, _REFUSED)
    for line in (*WORDS, *MORE_PATHS)
    for way in (_above, _inside, _without_fence)
]
NOT_THE_ONLY_ONE = [
    Case(f"{line!r} and one file", f"{line}\n```\n{_SECOND}```\n", _ONE, {}, _REFUSED) for line in (*PATHS, *WORDS)
]
OVER_A_SENTENCE = [
    Case(f"{line!r} over a sentence", _over_a_sentence(line), _TWO, _DONE, _REFUSED)
    for line in ("docs/my notes", "`docs/my notes`", "**docs/my notes**", "### docs/my notes", "docs/my notes:", "<docs/my notes>", '"docs/my notes"', "[notes](notes.md)", "docs/x.md, other imports", "File: docs/my notes")
]  # fmt: skip
UNNAMED_BELOW = [
    Case(f"one without a name below {line!r}", f"{_above(line)}\nAnd:\n```\n{pair(*_REPEATED)}```\n", _TWO, _DONE, _REFUSED)
    for line in ("docs/my notes", "<docs/notes.md>", "[notes](notes.md)", "`my notes`")
]  # fmt: skip
ON_THE_FENCE = [
    Case(f"{info!r} on the fence", f"{_FIRST}\n```{info}\n{_SECOND}```\n", _TWO, _DONE, _REFUSED)
    for info in ("docs/my notes", "markdown docs/my notes", "markdown:docs/my notes", 'markdown title="docs/notes.md"', 'md file="my notes"', "path=docs/my notes", "docs/notes")
]  # fmt: skip
STILL_THE_ONE_BEFORE = [
    Case(f"{line!r} is prose {way.__name__}", way(line), _TWO, _BOTH)
    for line in (*PROSE, *MORE_PROSE)
    for way in (_above, _inside, _without_fence)
] + [
    Case(f"{line!r} is prose over a sentence", _over_a_sentence(line), _TWO, _BOTH) for line in PROSE
] + [
    Case(f"{info!r} on the fence is no name", f"{_FIRST}\n```{info}\n{_SECOND}```\n", _TWO, _BOTH)
    for info in ("python", "diff", "python {1,3}", "python linenums", "python showLineNumbers", "c++", "python copy", "text")
]  # fmt: skip
KNOWN = [
    Case(f"{line!r} is known {way.__name__}", way(line), {**_TWO, **_NOTES}, {**_DONE, name: "import sys\n"})
    for name, lines in {
        "docs/my notes": ("docs/my notes", "`docs/my notes`", "**docs/my notes**:", "<docs/my notes>", '"docs/my notes"', "“docs/my notes”", "[notes](docs/my%20notes)", "[the notes](<docs/my notes>)", "docs/my notes, the imports", "In `docs/my notes`:", "docs\\my notes", "./docs/my notes", "(docs/my notes)", "<path>docs/my notes</path>"),
        "docs/x.md": ("<docs/x.md>", '"docs/x.md"', "[x](docs/x.md)", "[`docs/x.md`](./docs/x.md)", "docs/x.md, with other imports", "docs/x.md:12", "docs/x.md#L3", '<file path="docs/x.md">', "In docs/x.md change the import:", "{docs/x.md}", "docs/x.md lines 3-9", "'docs/x.md':"),
        "Release Notes": ("Release Notes", "`Release Notes`", "### Release Notes", '"Release Notes"', "[notes](Release%20Notes)"),
    }.items()
    for line in lines
    for way in (_above, _inside, _without_fence, _below_prose)
]  # fmt: skip
LIKE_A_KNOWN = [
    Case(f"{line!r} is nearly known", _above(line), {**_TWO, "docs/Change Log.md": "import os\n"}, _DONE, _REFUSED)
    for line in ("Change Log", "### Change Log", "**change log**:", "Change Log.md")
]
_HUNK = "@@ -3,1 +3,1 @@\n-import os\n+import sys\n"
_REWRITTEN = put(BANK, _IMPORTED)
_LAZY = '"""Accounts."""\n\nimport sys\nfrom decimal import Decimal\n\n# ... existing code ...\n'
_STRICT = (
    "docs/my notes",
    "`docs/my notes`",
    "<docs/my notes>",
    '"docs/my notes"',
    "[notes](<docs/my notes>)",
    "docs/my notes, the imports",
    "In `docs/my notes`:",
)
OTHER_FORMATS = [
    case
    for line in _STRICT
    for case in (
        Case(f"a hunk under {line!r}", f"{line}\n```diff\n{_HUNK}```\n", _ONE, {}, _REFUSED),
        Case(f"a file under {line!r}, asked for", f"{line}\n```\n{_REWRITTEN}```\n", _ONE, {}, _REFUSED, format="whole_file"),
        Case(f"shortened code under {line!r}, asked for", f"{line}\n```\n{_LAZY}```\n", _ONE, {}, _REFUSED, format="lazy_edit"),
    )
]  # fmt: skip
NEW = [
    Case(f"nothing is made of {line!r}", f"{line}\n```\n{pair(*_NEW)}```\n", _TWO, {}, _REFUSED)
    for line in ("docs/my notes, the imports", "In `docs/my notes`:", "my notes", "Update docs/notes or so:", "Both docs/a.md and docs/b.md:")
] + [
    Case(f"a new file under {line!r}", f"{line}\n```\n{pair(*_NEW)}```\n", _TWO, {"docs/new one.md": "x = 1\n"})
    for line in ("docs/new one.md", "<docs/new one.md>", '"docs/new one.md"', "[new](<docs/new one.md>)", "`docs/new one.md`")
]  # fmt: skip
GROUPS = {
    "not the file before": NOT_THE_ONE_BEFORE,
    "not the only file": NOT_THE_ONLY_ONE,
    "over a sentence": OVER_A_SENTENCE,
    "unnamed below": UNNAMED_BELOW,
    "on the fence": ON_THE_FENCE,
    "prose": STILL_THE_ONE_BEFORE,
    "known": KNOWN,
    "nearly known": LIKE_A_KNOWN,
    "other formats": OTHER_FORMATS,
    "new files": NEW,
}
