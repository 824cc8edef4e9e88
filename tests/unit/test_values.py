"""Values behave as the frozen dataclasses of the standard library, and leave nothing behind."""

from __future__ import annotations

import copy
import dataclasses
import gc
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """What most are like."""

    line: int
    column: int = 1
    marks: tuple[str, ...] = dataclasses.field(default_factory=tuple)
    note: str = dataclasses.field(default="", compare=False)
    secret: str = dataclasses.field(default="", repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Usual:
    """The same from the standard library."""

    line: int
    column: int = 1
    marks: tuple[str, ...] = dataclasses.field(default_factory=tuple)
    note: str = dataclasses.field(default="", compare=False)
    secret: str = dataclasses.field(default="", repr=False)


@dataclass(frozen=True)
class Open:
    """With room for more, and its own way to compare."""

    name: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Open) and other.name.lower() == self.name.lower()

    def __repr__(self) -> str:
        return "Open"


class Wider(Open):
    """Derived, and no dataclass itself."""


@dataclass(frozen=True, slots=True)
class Named(Place):
    """Adds a field."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No fields."""


@dataclass(slots=True)
class Counter:
    """Not frozen: as usual."""

    count: int = 0


FIELDS = st.fixed_dictionaries(
    {"line": st.integers(0, 2)},
    optional={
        "column": st.integers(0, 2),
        "marks": st.sampled_from([(), ("a",)]),
        "note": st.sampled_from(["", "n"]),
        "secret": st.sampled_from(["", "s"]),
    },
)


@given(FIELDS, FIELDS)
def test_they_compare_hash_and_print_as_usual(first: dict[str, Any], second: dict[str, Any]) -> None:
    one, other = Place(**first), Place(**second)
    usual, other_usual = Usual(**first), Usual(**second)
    assert (one == other) == (usual == other_usual)
    assert (hash(one) == hash(other)) == (hash(usual) == hash(other_usual))
    assert repr(one) == repr(usual).replace("Usual", "Place")
    unlike: object = usual
    assert one != unlike
    assert dataclasses.asdict(one) == dataclasses.asdict(usual)


def test_nothing_of_them_can_be_changed() -> None:
    place, named = Place(1), Named(1, name="n")
    for value, name in ((place, "line"), (place, "new"), (named, "line"), (named, "name"), (Open("o"), "new")):
        with pytest.raises(dataclasses.FrozenInstanceError, match=f"cannot assign to field '{name}'"):
            setattr(value, name, 2)
        with pytest.raises(dataclasses.FrozenInstanceError, match=f"cannot delete field '{name}'"):
            delattr(value, name)
    assert dataclasses.replace(place, line=2) == Place(2)
    assert not hasattr(place, "__dict__")


def test_a_derived_class_may_have_more() -> None:
    wider = Wider("w")
    wider.more = 1  # type: ignore[attr-defined]
    del wider.more  # type: ignore[attr-defined]
    with pytest.raises(dataclasses.FrozenInstanceError):
        wider.name = "x"  # type: ignore[misc]
    assert Named(1, name="n") != Place(1)
    assert Named(1, name="n") == Named(1, name="n")
    assert repr(Named(1)) == "Named(line=1, column=1, marks=(), note='', name='')"


def test_what_a_class_defines_itself_stays() -> None:
    assert Open("A") == Open("a")
    assert repr(Open("a")) == "Open"
    assert hash(Open("A")) != hash(Open("a"))  # as usual: hashing is made where only comparing is defined
    assert Nothing() == Nothing()
    assert hash(Nothing()) == hash(Nothing())
    counter = Counter()
    counter.count += 1
    assert counter == Counter(1)


def test_they_can_be_copied_and_kept() -> None:
    place = Place(3, marks=("a",), note="n")
    for back in (copy.copy(place), copy.deepcopy(place), pickle.loads(pickle.dumps(place))):  # noqa: S301
        assert (back, back.note) == (place, "n")
    match place:
        case Place(line, column):
            assert (line, column) == (3, 1)


def test_a_class_with_slots_leaves_no_other_behind() -> None:
    gc.collect()
    assert [
        each for each in object.__subclasses__() if (each.__module__, each.__qualname__) == (__name__, "Place")
    ] == [Place]
