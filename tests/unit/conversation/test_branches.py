from __future__ import annotations

from copilot_desktop.conversation.branches import Branch, TurnTree

TREE = TurnTree.of([("a", ""), ("b", "a"), ("c", "b"), ("b2", "a"), ("d", "c"), ("a2", "")])


def test_a_branch_is_the_way_from_the_first_turn() -> None:
    assert TREE.path("d") == ("a", "b", "c", "d")
    assert TREE.path("b2") == ("a", "b2")
    assert TREE.path("nowhere") == ()


def test_forks_name_the_siblings_oldest_first() -> None:
    assert Branch(TREE, "d").forks == {"a": ("a", "a2"), "b": ("b", "b2")}


def test_a_branch_knows_what_follows_a_turn() -> None:
    assert Branch(TREE, "d").later("b") == ("b", "c", "d")
    assert Branch(TREE, "d").later("b2") == ()
    assert Branch(TREE, "d").with_turn("e", "b").later("b") == ("b", "e")


def test_switching_goes_to_the_newest_end_of_a_branch() -> None:
    assert TREE.newest_leaf("b") == "d"
    assert TREE.newest_leaf("a") == "b2"
    assert TREE.with_turn("e", "d").newest_leaf("b") == "e"


def test_the_kept_leaf_or_the_newest_turn() -> None:
    assert TREE.leaf("c") == "c"
    assert TREE.leaf("gone") == "a2"
    assert TurnTree().leaf("") == ""


def test_a_circle_in_a_damaged_store_does_not_hang() -> None:
    circle = TurnTree.of([("a", "b"), ("b", "a")])
    assert len(circle.path("a")) == 2
    assert circle.newest_leaf("a") in ("a", "b")
