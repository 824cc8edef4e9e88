"""What is typed in Settings and not saved: it outlives the page, so that closing its tab loses nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from copilot_desktop.settings.models_page import ProfileSetting
from copilot_desktop.settings.store import Page


@dataclass(frozen=True, slots=True)
class Draft:
    """A profile half done. `key_name`: the name under which its key is kept; None: none is kept yet."""

    setting: ProfileSetting
    key_name: str | None


@dataclass(frozen=True, slots=True)
class UnsavedSettings:
    """The drafts of one window: of profiles by name, None for a new one, and of the files of pages."""

    profiles: dict[str | None, Draft] = field(default_factory=dict)
    texts: dict[type[Page], str] = field(default_factory=dict)
