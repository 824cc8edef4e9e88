"""Pages to plain JSON values and back: only what differs from the default is written, and every value is checked."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from copilot_desktop.settings.fields import FieldInfo

T = TypeVar("T")


class PageValueError(ValueError):
    """A value that its field cannot hold; the text says which and why."""


def to_values(page: Any) -> dict[str, object]:
    """The fields of a page (a dataclass) that differ from their defaults, as JSON values."""
    values: dict[str, object] = {}
    for field in dataclasses.fields(page):
        value = getattr(page, field.name)
        if not _is_default(field, value):
            values[field.name] = _plain(value)
    return values


def from_values(page_type: type[T], values: Mapping[str, object], where: str = "") -> T:
    """A page from such values; missing fields take their default and unknown ones are passed over.

    Raises PageValueError.
    """
    hints = typing.get_type_hints(page_type)
    arguments: dict[str, Any] = {}
    for field in dataclasses.fields(typing.cast(Any, page_type)):
        name = f"{where}{field.name}"
        if field.name in values:
            arguments[field.name] = _typed(values[field.name], hints[field.name], name)
            _check_bounds(arguments[field.name], field.metadata.get("setting"), name)
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise PageValueError(f"{name} is missing")
    return page_type(**arguments)


def _is_default(field: dataclasses.Field[Any], value: object) -> bool:
    if field.default is not dataclasses.MISSING:
        return bool(value == field.default)
    return field.default_factory is not dataclasses.MISSING and bool(value == field.default_factory())


def _plain(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    if dataclasses.is_dataclass(value):
        return to_values(value)
    if isinstance(value, tuple):
        return [_plain(element) for element in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(element) for key, element in value.items()}
    return value


def _typed(value: object, wanted: Any, name: str) -> object:
    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if origin in (types.UnionType, typing.Union):
        if value is None and type(None) in arguments:
            return None
        return _typed(value, next(kind for kind in arguments if kind is not type(None)), name)
    if origin is tuple:
        if not isinstance(value, list):
            raise PageValueError(f"{name} is not a list")
        return tuple(_typed(element, arguments[0], f"{name}[{index}]") for index, element in enumerate(value))
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, dict):
            raise PageValueError(f"{name} is not a table")
        return {key: _typed(element, arguments[1], f"{name}.{key}") for key, element in value.items()}
    if dataclasses.is_dataclass(wanted):
        if not isinstance(value, dict):
            raise PageValueError(f"{name} is not a table")
        return from_values(typing.cast(type[Any], wanted), value, f"{name}.")
    return _scalar(value, wanted, name)


def _scalar(value: object, wanted: Any, name: str) -> object:
    if issubclass(wanted, StrEnum):
        try:
            return wanted(value)
        except ValueError as error:
            raise PageValueError(f"{name} is {value!r}, not one of {', '.join(wanted)}") from error
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    # bool is an int to Python, and true is no number of spaces.
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise PageValueError(f"{name} is {value!r}, which is not {wanted.__name__}")
    return value


def _check_bounds(value: object, info: FieldInfo | None, name: str) -> None:
    if info is None or not isinstance(value, int | float) or isinstance(value, bool):
        return
    if (info.low is not None and value < info.low) or (info.high is not None and value > info.high):
        raise PageValueError(f"{name} is {value}, outside of {info.low} to {info.high}")
