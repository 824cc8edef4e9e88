"""What a settings page says of each of its fields: the dialog and the checks are made from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
_KEY = "setting"


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """For people: label and help. `low` and `high` are inclusive bounds of a number, None: no bound.

    `problem` says in a sentence what of a text cannot be read, or nothing; such a text is not kept.
    """

    label: str
    help: str = ""
    low: float | None = None
    high: float | None = None
    problem: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class SettingField:
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
) -> T:
    """A dataclass field with its description."""
    field: Any = dataclasses.field(default=default, metadata={_KEY: FieldInfo(label, help, low, high, problem)})
    result: T = field
    return result


def setting_fields(page: type[Any]) -> tuple[SettingField, ...]:
    """The described fields of a page, in their order; fields without a description have an editor of their own."""
    return tuple(
        SettingField(field.name, field.default, field.metadata[_KEY])
        for field in dataclasses.fields(page)
        if _KEY in field.metadata
    )
