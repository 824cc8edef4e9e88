"""What is typed in the settings and not saved. Kept in the state folder, so that it outlives the program."""

from __future__ import annotations

from typing import ClassVar

from copilot_desktop.settings.models_page import ProfileSetting
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    """A profile half typed. `name`: the profile that is changed, None for a new one. `key_name`: the name under which
    its key is, None: none is kept yet; `is_in_keyring`: that key was put into the keyring for this draft."""

    setting: ProfileSetting
    name: str | None = None
    key_name: str | None = None
    is_in_keyring: bool = False


@dataclass(frozen=True, slots=True)
class TextDraft:
    """The file of a page, as somebody has written it; `page_name` is the page's NAME."""

    page_name: str
    text: str


@dataclass(frozen=True, slots=True)
class UnsavedPage:
    """Both as they were left."""

    NAME: ClassVar[str] = "unsaved_settings"
    VERSION: ClassVar[int] = 1

    profiles: tuple[ProfileDraft, ...] = ()
    texts: tuple[TextDraft, ...] = ()
