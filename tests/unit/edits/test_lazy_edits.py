"""Shortened code is put onto the file by what it names; what has no clear place, or would delete unsaid, is refused."""

from __future__ import annotations

import pytest

from copilot_desktop.edits import Proposal, propose

SHOP = '''import os
import sys

RATE = 10


class Cart:
    """What is bought."""

    limit = 3

    def __init__(self):
        self.items = []

    # Adds one.
    def add(self, item):
        self.items.append(item)
        return self

    def total(self):
        return sum(self.items)


def main():
    cart = Cart()
    print(cart.total())
'''


def lazy(code: str, text: str = SHOP, path: str = "shop.py") -> Proposal:
    return propose(code, {path: text}, "lazy_edit")


def after(code: str, text: str = SHOP, path: str = "shop.py") -> str | None:
    proposal = lazy(code, text, path)
    assert proposal.failures == (), proposal.failures
    assert all(hunk.needs_look and hunk.confidence == 0.85 for hunk in proposal.hunks)
    return proposal.files[path]


def reason(code: str, text: str = SHOP, path: str = "shop.py") -> str:
    proposal = lazy(code, text, path)
    assert proposal.files == {}
    (failure,) = proposal.failures
    return failure.reason


LANGUAGES = {
    "a.py": (
        "class A:\n    def one(self):\n        return 1\n\n    def two(self):\n        return 2\n",
        "class A:\n    # ... existing code ...\n\n    def two(self):\n        return 22\n",
        ("        return 2\n", "        return 22\n"),
    ),
    "a.js": (
        "class A {\n  one() {\n    return 1;\n  }\n\n  two() {\n    return 2;\n  }\n}\n",
        "  // ... existing code ...\n  two() {\n    return 22;\n  }\n",
        ("return 2;", "return 22;"),
    ),
    "a.ts": (
        "export class A {\n  one(): number {\n    return 1;\n  }\n\n  two(): number {\n    return 2;\n  }\n}\n",
        "export class A {\n  // ... rest of the class ...\n  two(): number {\n    return 22;\n  }\n}\n",
        ("return 2;", "return 22;"),
    ),
    "a.go": (
        "package a\n\nfunc (a *A) Get() int {\n\treturn 1\n}\n\nfunc (b *B) Get() int {\n\treturn 2\n}\n",
        "// ... existing code ...\n\nfunc (b *B) Get() int {\n    return 22\n}\n",
        ("return 2\n", "return 22\n"),
    ),
    "a.rs": (
        "struct A;\n\nimpl A {\n    fn one(&self) -> i32 {\n        1\n    }\n\n    fn two(&self) -> i32 {\n        2\n"
        "    }\n}\n",
        "impl A {\n    // ... existing code ...\n\n    fn two(&self) -> i32 {\n        22\n    }\n}\n",
        ("        2\n", "        22\n"),
    ),
    "A.java": (
        "class A {\n    int one() {\n        return 1;\n    }\n\n    int two() {\n        return 2;\n    }\n}\n",
        "class A {\n    // existing methods\n\n    int two() {\n        return 22;\n    }\n}\n",
        ("return 2;", "return 22;"),
    ),
    "a.c": (
        "#include <a.h>\n\nint one(void)\n{\n    return 1;\n}\n\nint two(void)\n{\n    return 2;\n}\n",
        "/* ... */\n\nint two(void)\n{\n    return 22;\n}\n",
        ("return 2;", "return 22;"),
    ),
    "a.cpp": (
        "namespace n {\nclass A {\npublic:\n  int one() { return 1; }\n  int two() {\n    return 2;\n  }\n};\n}\n",
        "namespace n {\nclass A {\n  // ... existing code ...\n  int two() {\n    return 22;\n  }\n};\n}\n",
        ("return 2;", "return 22;"),
    ),
    "a.cs": (
        "namespace N\n{\n    class A\n    {\n        int One() => 1;\n\n        int Two()\n        {\n"
        "            return 2;\n        }\n    }\n}\n",
        "class A\n{\n    // ...\n\n    int Two()\n    {\n        return 22;\n    }\n}\n",
        ("return 2;", "return 22;"),
    ),
    "a.rb": (
        "class A\n  def one\n    1\n  end\n\n  def two\n    2\n  end\nend\n",
        "class A\n  # ... existing code ...\n\n  def two\n    22\n  end\nend\n",
        ("    2\n", "    22\n"),
    ),
    "a.php": (
        "<?php\n\nclass A\n{\n    function one()\n    {\n        return 1;\n    }\n\n    function two()\n    {\n"
        "        return 2;\n    }\n}\n",
        "class A\n{\n    // ... existing code ...\n\n    function two()\n    {\n        return 22;\n    }\n}\n",
        ("return 2;", "return 22;"),
    ),
}


@pytest.mark.parametrize("path", LANGUAGES)
def test_a_method_is_placed_by_its_name_in_each_language(path: str) -> None:
    text, code, change = LANGUAGES[path]
    assert text.count(change[0]) == 1
    assert after(code, text, path) == text.replace(*change)


def test_the_body_of_a_method_may_be_left_out_in_part() -> None:
    code = "def main():\n    cart = Cart()\n    cart.add(1)\n    # ... existing code ...\n"
    assert after(code) == SHOP.replace("    cart = Cart()\n", "    cart = Cart()\n    cart.add(1)\n")


def test_a_changed_heading_replaces_the_files() -> None:
    code = "def main(arguments):\n    # ... existing code ...\n    return 0\n"
    assert after(code) == SHOP.replace("def main():", "def main(arguments):") + "    return 0\n"


@pytest.mark.parametrize(
    "code",
    [
        "class Cart:\n    # ... existing code ...\n\n    def clear(self):\n        self.items = []\n",
        "class Cart:\n    ...\n\n    def total(self):\n        return sum(self.items)\n\n"
        "    def clear(self):\n        self.items = []\n\n\n# rest of the file\n",
    ],
)
def test_a_new_method_goes_where_the_code_says(code: str) -> None:
    new = "        return sum(self.items)\n\n    def clear(self):\n        self.items = []\n"
    assert after(code) == SHOP.replace("        return sum(self.items)\n", new)


def test_a_new_method_between_two_is_put_between_them() -> None:
    code = (
        "class Cart:\n    # ...\n    def add(self, item):\n        self.items.append(item)\n        return self\n\n"
        "    def count(self):\n        return len(self.items)\n\n    # ...\n"
    )
    new = "        return self\n\n    def count(self):\n        return len(self.items)\n"
    assert after(code) == SHOP.replace("        return self\n", new)


def test_an_import_and_a_method_far_below() -> None:
    code = "import os\nimport re\nimport sys\n\n# ... existing code ...\n\ndef main():\n    print(re)\n"
    expected = SHOP.replace("import sys\n", "import re\nimport sys\n")
    assert after(code) == expected.replace("    cart = Cart()\n    print(cart.total())\n", "    print(re)\n")


def test_a_comment_above_a_method_is_replaced_and_one_not_repeated_stays() -> None:
    body = "    def add(self, item):\n        self.items.append(item)\n        return None\n"
    changed = SHOP.replace("        return self\n", "        return None\n")
    assert after(body) == changed
    assert after("    # Adds an item.\n" + body) == changed.replace("# Adds one.", "# Adds an item.")


def test_deeper_code_around_old_lines_is_not_taken_for_the_same_lines() -> None:
    code = "def main():\n    if True:\n        cart = Cart()\n        print(cart.total())\n"
    assert after(code) == SHOP[: SHOP.index("def main")] + code


def test_line_endings_and_a_missing_last_one_stay() -> None:
    text = SHOP.replace("\n", "\r\n").removesuffix("\r\n")
    expected = text.replace("cart = Cart()\r\n", "cart = Cart(2)\r\n")
    assert after("def main():\n    cart = Cart(2)\n    # ...\n", text) == expected
    assert after("def main():\n    # ...\n    sys.exit(0)\n", text) == text + "\r\n    sys.exit(0)"


def test_without_syntax_lines_in_common_say_where_it_goes() -> None:
    text = "[server]\nhost = example.org\nport = 80\n\n[client]\nname = one\nretries = 3\n"
    code = "# ... existing code ...\n[client]\nname = two\nretries = 3\ntimeout = 10\n"
    expected = text.replace("name = one\nretries = 3\n", "name = two\nretries = 3\ntimeout = 10\n")
    assert after(code, text, "a.conf") == expected


@pytest.mark.parametrize(
    "code",
    [
        # Nothing says where it goes.
        "# ... existing code ...\nvalue = unheard_of\n# ... existing code ...\n",
        # It would delete what it does not mention.
        "class Cart:\n    # ...\n    def __init__(self):\n        self.items = []\n\n    def total(self):\n"
        "        return 0\n",
        "import os\n\n\nclass Cart:\n    # ...\n    limit = 4\n\n# ...\n",
        # What it names stands in another order.
        "def main():\n    pass\n\n\nclass Cart:\n    # ...\n    limit = 3\n",
    ],
)
def test_what_cannot_be_placed_is_refused(code: str) -> None:
    assert reason(code) in ("not_found", "ambiguous")


def test_a_name_the_file_has_twice_is_refused_unless_the_heading_says_which() -> None:
    text = "class A:\n    def run(self):\n        return 1\n\n\nclass B:\n    def run(self):\n        return 2\n"
    assert reason("def run(self):\n    return 3\n", text) == "ambiguous"
    code = "class B:\n    # ...\n    def run(self):\n        return 3\n"
    assert after(code, text) == text.replace("return 2", "return 3")


def test_a_line_that_may_be_a_changed_one_or_a_new_one_is_refused() -> None:
    text = "alpha = 1\ntimeout_seconds = 10\nretries = 3\nomega = 2\n"
    assert reason(
        "# ...\nretry_limit_seconds = 20\nretries = 3\n# ...\n", text.replace("timeout", "retries"), "a.txt"
    ) == ("ambiguous")
    replaced = after("# ...\ntimeout_seconds = 20\nretries = 3\n# ...\n", text, "a.txt")
    assert replaced == text.replace("timeout_seconds = 10", "timeout_seconds = 20")


def test_a_whole_file_that_leaves_parts_out_is_read_so_in_any_answer() -> None:
    answer = "shop.py\n```python\n# ... existing code ...\n\ndef main():\n    print(1)\n```\n"
    expected = SHOP.replace("    cart = Cart()\n    print(cart.total())\n", "    print(1)\n")
    for name in (None, "whole_file", "lazy_edit"):
        assert propose(answer, {"shop.py": SHOP, "b.py": "x = 1\n"}, name).files == {"shop.py": expected}


def test_decorators_that_are_not_repeated_stay() -> None:
    text = "import x\n\n\n@x.cached\n@x.timed\ndef f(a):\n    return a\n"
    code = "def f(a):\n    return a + 1\n"
    assert after(code, text) == text.replace("return a", "return a + 1")
    assert reason(f"# ... existing code ...\n{code}", text) == "ambiguous"
    assert after(f"import x\n\n\n{code}", text) == f"import x\n\n\n{code}"


def test_a_decorated_method_without_its_class_is_that_method() -> None:
    text = "class A:\n    @property\n    def size(self):\n        return 1\n\n    def other(self):\n        return 2\n"
    assert after("    def size(self):\n        return 3\n", text) == text.replace("return 1", "return 3")


def test_a_definition_that_is_put_deeper_stays_deeper() -> None:
    text = "import x\n\n\ndef f(a):\n    return a\n"
    code = "import x\n\nif x:\n\n    def f(a):\n        return a\n"
    assert after(code, text) == code


def test_a_new_definition_of_which_something_is_left_out_is_refused() -> None:
    assert reason("def other():\n    first()\n    # ... existing code ...\n\n\ndef main():\n    pass\n") == "not_found"


def test_a_definition_that_may_go_on_where_something_is_left_out_is_refused() -> None:
    assert (
        reason("class Cart:\n    # ...\n    def add(self, item):\n        self.items.append(item)\n    # ...\n")
        == "ambiguous"
    )


def test_lines_that_stand_together_elsewhere_in_the_file_are_refused() -> None:
    code = (
        "class Cart:\n    # ...\n    def add(self, item):\n        # ...\n    cart = Cart()\n    print(cart.total())\n"
    )
    assert reason(code) in ("ambiguous", "not_found")


SPACED = "def f(a):\n    one()\n    two()\n\n\nLines = 1\n\n\ndef g(b):\n    three()\n    four()\n"


@pytest.mark.parametrize("blank", ["", "\n", "\n\n", "\n\n\n"])
def test_blank_lines_beside_what_is_left_out_are_the_files(blank: str) -> None:
    """How many the answer has there says nothing: a part of them may be left out."""
    below = (
        f"def f(a):\n    zero()\n    # ... existing code ...\n{blank}Lines = 1\n\n\ndef g(b):\n    # ...\n    four()\n"
    )
    for text, code in ((SPACED, below), (SPACED.replace("\n", "\r\n"), below)):
        ending = "\r\n" if "\r" in text else "\n"
        assert after(code, text) == text.replace("    one()", f"    zero(){ending}    one()")
    above = f"# ... existing code ...\n{blank}def g(b):\n    three()\n    five()\n"
    assert after(above, SPACED) == SPACED.replace("four()", "five()")
    bracket = f"function f() {{\n{blank}  // ... existing code ...\n{blank}}}\n\nfunction g() {{\n  two();\n}}\n"
    script = "function f() {\n  one();\n}\n\nfunction g() {\n  one();\n}\n"
    assert after(bracket, script, "f.js") == script[:29] + script[29:].replace("one", "two")


def test_a_new_line_below_what_is_left_out_keeps_the_blank_lines_above_it() -> None:
    code = "def f(a):\n    # ... existing code ...\n\nMore = 2\nLines = 1\n\n\ndef g(b):\n    three()\n    four()\n"
    assert after(code, SPACED) == SPACED.replace("Lines = 1", "More = 2\nLines = 1")


def test_a_definition_of_which_most_lines_that_stay_move_is_as_deep_as_before() -> None:
    text = """import os


def size(path):
    if path is None:
        return None
    try:
        return os.stat(path).st_size
    except OSError:
        try:
            return len(open(path).read())
        except OSError as error:
            raise ValueError(
                "cannot be read",
                path,
            ) from error
"""
    code = """# ... existing code ...


def size(path):
    try:
        return None if path is None else os.stat(path).st_size
    except OSError as error:
        raise ValueError(
            "cannot be read",
            path,
        ) from error
"""
    assert after(code, text) == "import os\n" + code.partition("...\n")[2]


def test_most_of_a_file_without_its_last_lines_does_not_say_whether_they_go() -> None:
    text = "a:\n- 'one'\n\nb:\n- 'two'\n\nc:\n- 'three'\n- 'four'\n"
    assert reason(text.replace("two", "2").replace("- 'four'\n", ""), text, "a.yml") == "ambiguous"
    assert after(text.replace("two", "2"), text, "a.yml") == text.replace("two", "2")


def test_code_for_the_top_of_a_file_takes_the_place_of_the_blank_lines_there() -> None:
    text = "\n# Shop\n\nSells things.\n\n## Use\n\nRun it.\n"
    code = "[![build](badge.svg)](ci)\n\n# Shop\n\n<!-- ... existing code ... -->\n"
    assert after(code, text, "README.md") == "[![build](badge.svg)](ci)\n\n" + text.lstrip()


def test_code_as_long_as_its_file_may_be_all_of_it_though_most_lines_are_others() -> None:
    """It says of nothing that it is left out, so the file's last lines may be to go."""
    names = ("papers", "flags", "tools", "shell")
    heads = [f'# changes of the {name}\n"{name}":' for name in names]
    text = "\n\n".join([f"{head} {name}/**/*" for head, name in zip(heads[:3], names, strict=False)])
    text += f"\n\n{heads[3]}\n  - ./*shell*\n\n"
    parts = [f"{head}\n- files:\n  - any: '{name}/**'" for head, name in zip(heads, names, strict=True)]
    code = "\n\n".join(parts) + "\n"
    made = lazy(f"a.yml\n```\n{code}```\n", text, "a.yml")
    assert made.files == {}
    assert [failure.reason for failure in made.failures] == ["ambiguous"]
