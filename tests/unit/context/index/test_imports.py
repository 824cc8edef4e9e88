from __future__ import annotations

import pytest

from copilot_desktop.context.index.imports import ImportedFiles, imported

FILES = (
    "shop/__init__.py",
    "shop/cart.py",
    "shop/prices/__init__.py",
    "shop/prices/rules.py",
    "shop/utils.py",
    "other/utils.py",
    "third/utils.py",
    "web/index.ts",
    "web/cart.tsx",
    "web/lib/money.js",
    "core/parse.h",
    "core/parse.c",
    "src/lib.rs",
    "src/tokens.rs",
    "go/money/sum.go",
    "java/org/shop/Cart.java",
    "php/Shop/Cart.php",
    "ruby/shop/cart.rb",
)


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("shop/prices/rules.py", "from ..cart import Cart\n", ["shop/cart.py"]),
        ("shop/prices/rules.py", "from .. import cart, utils\n", ["shop/__init__.py", "shop/cart.py", "shop/utils.py"]),
        ("main.py", "import shop.cart as c, os\n", ["shop/cart.py"]),
        (
            "main.py", "from shop.prices import (\n    rules,  # all of them\n    names,\n)\n",
            ["shop/prices/__init__.py", "shop/prices/rules.py"],
        ),
        ("main.py", "    from shop import cart  # late\n", ["shop/__init__.py", "shop/cart.py"]),
        ("main.py", "import utils\n", []),
        ("main.py", "import this is no code (\nfrom\n", []),
        ("web/cart.tsx", "import { s } from './lib/money'\nimport x from '.'\n", ["web/lib/money.js", "web/index.ts"]),
        ("web/lib/money.js", "const c = require('../cart')\n", ["web/cart.tsx"]),
        ("web/cart.tsx", "export * from './lib/money.js';\n", ["web/lib/money.js"]),
        ("core/parse.c", '#include "parse.h"\n#include <stdio.h>\n', ["core/parse.h"]),
        ("src/lib.rs", "mod tokens;\nuse crate::tokens::Token;\n", ["src/tokens.rs"]),
        ("go/main.go", 'import (\n\t"fmt"\n\t"example.com/x/go/money"\n)\n', ["go/money/sum.go"]),
        ("java/Main.java", "import org.shop.Cart;\n", ["java/org/shop/Cart.java"]),
        ("php/main.php", "<?php\nuse Shop\\Cart;\n", ["php/Shop/Cart.php"]),
        ("ruby/main.rb", "require_relative 'shop/cart'\n", ["ruby/shop/cart.rb"]),
        ("notes.md", "import shop.cart\n", []),
    ],
)  # fmt: skip
def test_imports_lead_to_files(path: str, text: str, found: list[str]) -> None:
    links = ImportedFiles(FILES).links({path: imported(path, text)})
    assert sorted(other for _path, other in links if other != "core/parse.c") == sorted(found)


def test_a_file_does_not_import_itself() -> None:
    assert list(ImportedFiles(["a.py"]).links({"a.py": imported("a.py", "import a\n")})) == []


def test_a_name_that_many_files_have_leads_nowhere() -> None:
    files = [f"{folder}/deep/utils.py" for folder in "abcd"]
    assert list(ImportedFiles(files).links({"main.py": imported("main.py", "from deep import utils\n")})) == []
