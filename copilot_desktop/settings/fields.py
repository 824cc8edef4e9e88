"""What a settings page says of each of its fields: the dialog and the checks are made from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")
_KEY = "setting"


class FieldInfo(NamedTuple):
    """For people: label and help. `low` and `high` are inclusive bounds of a number, None: no bound.

    `problem` says in a sentence what of a text cannot be read, or nothing; such a text is not kept. `names` are the
    choices of an enumeration in words. `unset` is what the lowest number means. `is_font`: a family of fixed width.
    `is_for_next_start`: a change holds once the program is started again.
    """

    label: str
    help: str = ""
    low: float | None = None
    high: float | None = None
    problem: Callable[[str], str] | None = None
    names: Mapping[str, str] = MappingProxyType({})
    unset: str = ""
    is_font: bool = False
    is_for_next_start: bool = False


class SettingField(NamedTuple):
    """One field of a page: name, default, and what is said of it."""

    name: str
    default: object
    info: FieldInfo


def setting(
    default: T,
    label: str,
    help: str = "",  # noqa: A002
    *,
    low: float | None = None,
    high: float | None = None,
    problem: Callable[[str], str] | None = None,
    names: Mapping[str, str] | None = None,
    unset: str = "",
    is_font: bool = False,
    is_for_next_start: bool = False,
) -> T:
    """A dataclass field with its description."""
    info = FieldInfo(label, help, low, high, problem, names or {}, unset, is_font, is_for_next_start)
    made: Any = dataclasses.field(default=default, metadata={_KEY: info})
    result: T = made
    return result


def setting_fields(page: type[Any]) -> tuple[SettingField, ...]:
    """The described fields of a page, in their order; fields without a description have an editor of their own."""
    return tuple(
        SettingField(each.name, each.default, each.metadata[_KEY])
        for each in dataclasses.fields(page)
        if _KEY in each.metadata
    )
