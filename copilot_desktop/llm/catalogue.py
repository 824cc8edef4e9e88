"""What is known of well-known models, dated, from resources/model_catalogue.json: limits and prices, edit formats."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any, Final
from urllib.parse import urlsplit

from copilot_desktop.llm.local_server.starter_model import StarterFile
from copilot_desktop.llm.profiles import EditFormat, Price, Profile, ProviderKind
from copilot_desktop.llm.requests import Usage
from copilot_desktop.resource_files import resource_path
from copilot_desktop.values import dataclass

# What a provider appends to a model's name without changing its price: a date or "latest".
_DATED = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|\d{8}|latest)\Z")


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One model. None where it is not known; `limit_tokens` counts input and output together."""

    model: str
    limit_tokens: int | None
    max_output_tokens: int | None
    price: Price | None


@dataclass(frozen=True, slots=True)
class ModelFamily:
    """Models that are best asked for changes in one format. `name` as a sentence says it, such as "Claude models"."""

    name: str
    edit_format: EditFormat
    beginnings: tuple[str, ...] = ()


OTHER_MODELS: Final = ModelFamily("other models", EditFormat.SEARCH_REPLACE)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All entries. They hold for `host` only: elsewhere a name may mean anything.

    The families hold everywhere: a model has learnt the same formats whoever serves it, and a wrong guess costs little.
    """

    host: str
    entries: Mapping[str, CatalogueEntry]
    families: tuple[ModelFamily, ...] = ()
    suggested: str = ""
    """The model of `host` for whoever has named none: one that costs little."""
    starter: StarterFile | None = None
    encodings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """An encoding (`llm.encodings`) → how the names of its models begin; the first that fits holds."""
    sees_pictures: Mapping[str, bool] = field(default_factory=dict)
    """How names of models begin → whether they see pictures; the longest beginning holds, everywhere."""
    picture_tiles: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Model of `host` → tokens of any picture, and of each of its tiles."""
    embedding_prices: Mapping[str, Price] = field(default_factory=dict)
    """Of the models of `host` that make vectors, by their ids."""

    @classmethod
    def load(cls) -> Catalogue:
        """Read the file that comes with the program."""
        table = json.loads(resource_path("model_catalogue.json").read_text(encoding="utf-8"))
        entries = {row["model"]: _entry(row) for row in table["models"]}
        families = tuple(
            ModelFamily(row["name"], EditFormat(row["edit_format"]), tuple(row["beginnings"]))
            for row in table["families"]
        )
        starter = StarterFile(**table["starter"])
        encodings = {name: tuple(beginnings) for name, beginnings in table["encodings"].items()}
        return cls(
            table["host"],
            entries,
            families,
            table["suggested"],
            starter,
            encodings,
            table["sees_pictures"],
            {model: (base, tile) for model, (base, tile) in table["picture_tiles"].items()},
            {row["model"]: Price(row["input_usd"], 0.0) for row in table["embedding_models"]},
        )

    def find(self, model: str) -> CatalogueEntry | None:
        """The entry of a model id, also of a dated one (`gpt-4.1-2025-04-14`); never that of a sibling."""
        return self.entries.get(model) or self.entries.get(_DATED.sub("", model))

    def encoding_of(self, model: str) -> str | None:
        """The encoding by which a model cuts text; None where it is none of those that come with the program."""
        for name, beginnings in self.encodings.items():
            if any(_beginning(each).search(model.lower()) for each in beginnings):
                return name
        return None

    def sees(self, model: str) -> bool | None:
        """Whether a model sees pictures; None: not known."""
        begun = [each for each in self.sees_pictures if _beginning(each).search(model.lower())]
        return self.sees_pictures[max(begun, key=len)] if begun else None

    def family_of(self, model: str) -> ModelFamily:
        """The family whose name stands first in a model id, such as `openai/gpt-5-mini` or `qwen3:8b`."""
        found = [
            (match.start(), number, family)
            for number, family in enumerate(self.families)
            for beginning in family.beginnings
            if (match := _beginning(beginning).search(model.lower())) is not None
        ]
        return min(found, key=lambda each: each[:2])[2] if found else OTHER_MODELS

    def for_embedding(self, profile: Profile, model: str, input_usd: float | None = None) -> Profile:
        """The same account and endpoint with a model that makes vectors; `input_usd`: what a million tokens cost, where
        the user says so."""
        price = None if input_usd is None else Price(input_usd, 0.0)
        if price is None and urlsplit(profile.base_url).hostname == self.host:
            price = self.embedding_prices.get(model)
        return replace(profile, model=model, price=price, limit_tokens=None, max_output_tokens=None)

    def complete(self, profile: Profile) -> Profile:
        """The profile with its edit format, and with limit and price where the endpoint is the known one, filled in
        where the user gave none."""
        if profile.edit_format is EditFormat.AUTO:
            profile = replace(profile, edit_format=self.family_of(profile.model).edit_format)
        profile = replace(profile, sees_pictures=self.sees(profile.model))
        if (
            profile.kind not in (ProviderKind.CHAT, ProviderKind.RESPONSES)
            or urlsplit(profile.base_url).hostname != self.host
        ):
            return profile
        entry = self.find(profile.model)
        if entry is None:
            return profile
        return replace(
            profile,
            limit_tokens=profile.limit_tokens or entry.limit_tokens,
            max_output_tokens=profile.max_output_tokens or entry.max_output_tokens,
            price=profile.price or entry.price,
            picture_tiles=self.picture_tiles.get(entry.model),
        )


def cost_usd(usage: Usage, price: Price | None) -> float | None:
    """Price of one request in US dollars; None where tokens or price are not known. Input counts include cached."""
    if price is None or usage.input_tokens is None or usage.output_tokens is None:
        return None
    cached = min(usage.cached_tokens or 0, usage.input_tokens)
    cached_usd = price.input_usd if price.cached_usd is None else price.cached_usd
    fresh = usage.input_tokens - cached
    return (fresh * price.input_usd + cached * cached_usd + usage.output_tokens * price.output_usd) / 1_000_000


def _beginning(name: str) -> re.Pattern[str]:
    """A family's name at the beginning of a word; one that ends with a digit goes no further (o3, but not o30)."""
    end = r"(?![a-z0-9])" if name[-1:].isdigit() else ""
    return re.compile(rf"(?<![a-z0-9]){re.escape(name)}{end}")


def _entry(row: Mapping[str, Any]) -> CatalogueEntry:
    price = None
    if row["input_usd"] is not None and row["output_usd"] is not None:
        price = Price(row["input_usd"], row["output_usd"], row["cached_usd"])
    return CatalogueEntry(row["model"], row["limit_tokens"], row["max_output_tokens"], price)
