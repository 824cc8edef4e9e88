"""Profiles: an account, an endpoint and a model under one name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path

from copilot_desktop.errors import UsageError
from copilot_desktop.llm.profile_checks import check_address, check_command, check_header
from copilot_desktop.settings.models_page import HeaderSetting, ProfileSetting
from copilot_desktop.values import dataclass


class ProviderKind(StrEnum):
    """Wire formats the program speaks, and models it runs itself: the built-in one, and any GGUF file."""

    CHAT = "chat"
    RESPONSES = "responses"
    BUILT_IN = "built_in"
    LOCAL_FILE = "local_file"

    @property
    def is_local(self) -> bool:
        """Whether the program runs the model itself."""
        return self in (ProviderKind.BUILT_IN, ProviderKind.LOCAL_FILE)


class KeySource(StrEnum):
    """Where a key comes from. RUN keeps it in memory until the program ends; NONE sends no Authorization header."""

    KEYRING = "keyring"
    ENVIRONMENT = "environment"
    COMMAND = "command"
    RUN = "run"
    NONE = "none"


class EditFormat(StrEnum):
    """How a model is asked to write changes. AUTO: as the catalogue says of the model's name.

    SEARCH_REPLACE and APPLY_PATCH (V4A) are blocks in the text of the answer; with TOOL_CALL the model calls functions.
    """

    AUTO = "auto"
    SEARCH_REPLACE = "search_replace"
    APPLY_PATCH = "apply_patch"
    TOOL_CALL = "tool_call"


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens."""

    input_usd: float
    output_usd: float
    cached_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """One model that can be asked.

    `limit_tokens` is the context window (input and output together); None: unknown. `is_weak`: a tiny model,
    asked only for the new text of a selection. `environment_variable` is read when `key_source` is ENVIRONMENT,
    `key_command` is run when it is COMMAND. `headers` are names and values of the user's own; `{key}` in a value stands
    for the key, which then goes in no other header. `model_path` and `threads` are for a LOCAL_FILE, whose context is
    `limit_tokens`. `sees_pictures`, and the tokens of a picture and of each of its tiles, are the catalogue's; None:
    not known.
    """

    name: str
    kind: ProviderKind
    base_url: str
    model: str
    key_source: KeySource = KeySource.KEYRING
    environment_variable: str = "OPENAI_API_KEY"
    limit_tokens: int | None = None
    max_output_tokens: int | None = None
    price: Price | None = None
    is_weak: bool = False
    key_command: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    model_path: str = ""
    threads: int | None = None
    edit_format: EditFormat = EditFormat.AUTO
    sees_pictures: bool | None = None
    picture_tiles: tuple[int, int] | None = None

    @property
    def is_blind(self) -> bool:
        """Whether it is known that its model sees no pictures."""
        return self.kind.is_local or self.is_weak or self.sees_pictures is False


def setting_of(profile: Profile) -> ProfileSetting:
    """The profile in the plain fields that settings keep."""
    price = profile.price
    return ProfileSetting(
        name=profile.name,
        kind=profile.kind.value,
        base_url=profile.base_url,
        model=profile.model,
        key_source=profile.key_source.value,
        environment_variable=profile.environment_variable,
        limit_tokens=profile.limit_tokens,
        max_output_tokens=profile.max_output_tokens,
        input_usd=price.input_usd if price else None,
        output_usd=price.output_usd if price else None,
        cached_usd=price.cached_usd if price else None,
        is_weak=profile.is_weak,
        key_command=profile.key_command,
        headers=tuple(HeaderSetting(name, value) for name, value in profile.headers),
        model_path=profile.model_path,
        threads=profile.threads,
        edit_format=profile.edit_format.value,
    )


def profile_from_setting(setting: ProfileSetting) -> Profile:
    """The profile of such fields. Raises UsageError with a sentence when a field holds what it cannot hold.

    Settings are a file that people edit, so the types are checked here, whatever the annotations promise.
    """
    fields: Mapping[str, object] = asdict(setting)
    name = _text(fields, "name", "")
    if not name.strip():
        raise UsageError("A profile has no name.", advice="Give it one in Settings, Models.")
    try:
        kind = ProviderKind(_text(fields, "kind", ProviderKind.CHAT))
        key_source = KeySource(_text(fields, "key_source", KeySource.KEYRING))
    except ValueError as error:
        raise _unusable(name, str(error)) from error
    edit_format = _edit_format(fields, name)
    price = None
    input_usd, output_usd = _amount(fields, "input_usd"), _amount(fields, "output_usd")
    if input_usd is not None and output_usd is not None:
        price = Price(input_usd, output_usd, _amount(fields, "cached_usd"))
    base_url, key_command, headers = _text(fields, "base_url", ""), _text(fields, "key_command", ""), _headers(fields)
    model_path = _text(fields, "model_path", "")
    if kind is ProviderKind.LOCAL_FILE:
        if not Path(model_path).is_absolute():
            raise _unusable(name, "it names no file of a model")
        key_source, price = KeySource.NONE, Price(0.0, 0.0)
    try:
        check_address(base_url)
        check_command(key_command)
        for header in headers:
            check_header(*header)
    except UsageError as error:
        raise _unusable(name, error.message.rstrip("."), error.advice) from error
    return Profile(
        name=name,
        kind=kind,
        base_url=base_url,
        model=_text(fields, "model", ""),
        key_source=key_source,
        environment_variable=_text(fields, "environment_variable", "OPENAI_API_KEY"),
        limit_tokens=_count(fields, "limit_tokens"),
        max_output_tokens=_count(fields, "max_output_tokens"),
        price=price,
        is_weak=fields.get("is_weak") is True,
        key_command=key_command,
        headers=headers,
        model_path=model_path,
        threads=_count(fields, "threads"),
        edit_format=edit_format,
    )


def _text(fields: Mapping[str, object], name: str, default: str) -> str:
    value = fields.get(name, default)
    if not isinstance(value, str):
        raise _unusable(str(fields.get("name")), f"{name} is not text")
    return value


def _edit_format(fields: Mapping[str, object], name: str) -> EditFormat:
    word = _text(fields, "edit_format", EditFormat.AUTO)
    try:
        return EditFormat(word)
    except ValueError as error:
        known = ", ".join(EditFormat)
        raise _unusable(name, f"its edit format “{word}” is not one of {known}") from error


def _count(fields: Mapping[str, object], name: str) -> int | None:
    value = fields.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
        return value
    raise _unusable(str(fields.get("name")), f"{name} is not a number of tokens")


def _amount(fields: Mapping[str, object], name: str) -> float | None:
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e6:
        return float(value)
    raise _unusable(str(fields.get("name")), f"{name} is not a price")


def _headers(fields: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    listed = fields.get("headers", ())
    headers = []
    for header in listed if isinstance(listed, tuple | list) else (None,):
        if not isinstance(header, dict):
            raise _unusable(str(fields.get("name")), "headers is not a list of names and values")
        headers.append((_text(header, "name", ""), _text(header, "value", "")))
    return tuple(headers)


def _unusable(name: str, reason: str, advice: str = "Correct or delete it in Settings, Models.") -> UsageError:
    return UsageError(f"The profile “{name}” cannot be used: {reason}.", advice=advice)
