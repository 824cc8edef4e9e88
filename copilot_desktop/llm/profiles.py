"""Profiles: an account, an endpoint and a model under one name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProviderKind(StrEnum):
    """Wire formats the program speaks."""

    CHAT = "chat"
    BUILT_IN = "built_in"


class KeySource(StrEnum):
    """Where a key comes from. RUN keeps it in memory until the program ends; NONE sends no Authorization header."""

    KEYRING = "keyring"
    ENVIRONMENT = "environment"
    RUN = "run"
    NONE = "none"


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
    asked only for the new text of a selection. `environment_variable` is read when `key_source` is ENVIRONMENT.
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
