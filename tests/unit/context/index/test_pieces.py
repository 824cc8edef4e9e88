from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.context.index.pieces import pieces
from copilot_desktop.syntax.definitions import Definition, definitions
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange

SHOP = '''import os


def total(cart):
    return sum(cart)


class Cart:
    """A small one."""

    def add(self, item):
        self.items.append(item)


PRICES = {}
'''


def test_functions_and_small_classes_are_pieces_with_their_names() -> None:
    found = {piece.name: piece.lines for piece in pieces(split_lines(SHOP), definitions("shop.py", SHOP))}
    assert found["total"] == LineRange(3, 5)
    assert found["Cart"] == LineRange(7, 12)
    assert found[""] == LineRange(12, 15)


def test_a_large_class_is_found_by_its_methods() -> None:
    methods = "".join(f"    def m{number}(self):\n        return {number}\n\n" for number in range(40))
    text = f"class Large:\n{methods}"
    names = [piece.name for piece in pieces(split_lines(text), definitions("a.py", text))]
    assert [f"Large.m{number}" for number in range(40)] == names[:40]
    assert "Large" not in names


@given(
    st.lists(st.sampled_from(["x\n", "\n", "  y\n"]), max_size=200),
    st.lists(st.tuples(st.integers(0, 210), st.integers(1, 450), st.sampled_from(["function", "class"])), max_size=12),
)
def test_every_line_is_in_one_piece_or_blank(lines: list[str], found: list[tuple[int, int, str]]) -> None:
    named = [Definition(f"n{start}", kind, LineRange(start, start + length)) for start, length, kind in found]
    taken = [number for piece in pieces(lines, named) for number in range(piece.lines.start, piece.lines.end)]
    assert {number for number, line in enumerate(lines) if line.strip()} <= set(taken) <= set(range(len(lines)))
