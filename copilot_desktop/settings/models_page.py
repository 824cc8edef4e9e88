"""Settings → Models: the profiles, and which one is asked unless another is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class HeaderSetting:
    """A header that a server wants besides the usual ones. `{key}` in the value stands for the profile's key."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ProfileSetting:
    """A profile as kept, in plain fields (`llm.profiles` gives them their meaning and checks them). Never a key.

    Prices are US dollars per million tokens.
    """

    name: str
    kind: str = "chat"
    base_url: str = ""
    model: str = ""
    key_source: str = "keyring"
    environment_variable: str = "OPENAI_API_KEY"
    limit_tokens: int | None = None
    max_output_tokens: int | None = None
    input_usd: float | None = None
    output_usd: float | None = None
    cached_usd: float | None = None
    is_weak: bool = False
    key_command: str = ""
    headers: tuple[HeaderSetting, ...] = ()
    model_path: str = ""
    threads: int | None = None
    edit_format: str = "auto"


def _as_it_is(values: dict[str, Any]) -> dict[str, Any]:
    """Versions 2 and 3 only add fields; the number keeps a version that would lose them from writing the page."""
    return values


@dataclass(frozen=True, slots=True)
class ModelsPage:
    """`default_profile` is a name; empty: the first profile, or the built-in model where there is none."""

    NAME: ClassVar[str] = "models"
    VERSION: ClassVar[int] = 3
    MIGRATIONS: ClassVar[tuple[Callable[[dict[str, Any]], dict[str, Any]], ...]] = (_as_it_is, _as_it_is)

    profiles: tuple[ProfileSetting, ...] = ()
    default_profile: str = ""

    def with_profile(self, profile: ProfileSetting, old_name: str | None = None) -> ModelsPage:
        """The page with the profile in the place of the one of `old_name` (default: its own name), or at the end."""
        replaced = old_name or profile.name
        names = [other.name for other in self.profiles]
        profiles = list(self.profiles)
        if replaced in names:
            profiles[names.index(replaced)] = profile
        else:
            profiles.append(profile)
        is_default = self.default_profile == replaced
        return replace(
            self, profiles=tuple(profiles), default_profile=profile.name if is_default else self.default_profile
        )

    def without_profile(self, name: str) -> ModelsPage:
        """The page without the profile; when it was the default, there is none."""
        return replace(
            self,
            profiles=tuple(profile for profile in self.profiles if profile.name != name),
            default_profile="" if self.default_profile == name else self.default_profile,
        )
