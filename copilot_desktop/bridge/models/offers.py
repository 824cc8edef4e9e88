"""What can be connected by one click: servers that run on this machine, and a key that the environment holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from copilot_desktop.llm.catalogue import Catalogue
from copilot_desktop.llm.nearby_servers import NearbyServer
from copilot_desktop.llm.profiles import KeySource
from copilot_desktop.settings.models_page import ProfileSetting
from copilot_desktop.values import dataclass

KEY_VARIABLE, URL_VARIABLE = "OPENAI_API_KEY", "OPENAI_BASE_URL"
_OPENAI_URL = "https://api.openai.com/v1"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_NO_MODEL = "Type a model's id, then save."


@dataclass(frozen=True, slots=True)
class Offer:
    """A profile that could be made. `about` says where it asks, `brief` in a few words; `models` are those that are
    known to be there.

    `missing` says what only the user can give before it can be kept; empty: nothing.
    """

    setting: ProfileSetting
    title: str
    about: str
    models: tuple[str, ...] = ()
    missing: str = ""
    brief: str = ""

    @property
    def needs_key(self) -> bool:
        """Whether its key is what is missing."""
        return self.setting.key_source == KeySource.KEYRING.value

    @property
    def variable(self) -> str:
        """The variable of the environment that holds its key; empty: its key is not there."""
        return self.setting.environment_variable if self.setting.key_source == KeySource.ENVIRONMENT.value else ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an offer. `is_kept`: its profile is saved, else something is missing."""

    offer: Offer
    is_kept: bool


def offer_of_server(server: NearbyServer, taken: Sequence[str]) -> Offer:
    """A profile of the server under a free name, with the first of its models. `taken`: names that there are."""
    source = KeySource.KEYRING if server.needs_key else KeySource.NONE
    model = server.models[0] if server.models else ""
    name = _free_name(server.program, taken)
    setting = ProfileSetting(name, base_url=server.base_url, model=model, key_source=source.value)
    if server.needs_key:
        about, missing = f"{server.base_url}, which wants a key", "Enter its key, then save."
    elif not model:
        about, missing = f"{server.base_url}, no model yet", _NO_MODEL
    else:
        count = len(server.models)
        about, missing = f"{server.base_url}, {'one model' if count == 1 else f'{count} models'}", ""
    return Offer(setting, server.program, about, server.models, missing, about)


def offer_of_environment(environ: Mapping[str, str], catalogue: Catalogue, taken: Sequence[str]) -> Offer | None:
    """A profile with the key that the environment holds; None without one. The key itself is not read.

    Where the environment names another server the key is for that one, and goes to no other.
    """
    if not environ.get(KEY_VARIABLE, "").strip():
        return None
    base_url = environ.get(URL_VARIABLE, "").strip() or _OPENAI_URL
    is_known = urlsplit(base_url).hostname == catalogue.host
    model = catalogue.suggested if is_known else ""
    name = _free_name("OpenAI" if is_known else "Environment", taken)
    source = KeySource.ENVIRONMENT.value
    setting = ProfileSetting(name, base_url=base_url, model=model, key_source=source, environment_variable=KEY_VARIABLE)
    where = urlsplit(base_url).netloc
    about = f"{where}, with the key in {KEY_VARIABLE}"
    if not is_known:
        return Offer(setting, where or base_url, about, (), _NO_MODEL, f"with {KEY_VARIABLE}")
    entry = catalogue.find(model)
    price = entry.price if entry is not None else None
    costs = "" if price is None else f", ${price.input_usd:g} in and ${price.output_usd:g} out per million tokens"
    return Offer(setting, "OpenAI", f"{about}: {model}{costs}", (model,), "", f"{model}, with {KEY_VARIABLE}")


def same_address(url: str) -> str:
    """The same for all names of this machine."""
    try:
        parts = urlsplit(url)
        return f"this machine:{parts.port}" if parts.hostname in _LOOPBACK else url.rstrip("/")
    except ValueError:
        return url


def _free_name(wanted: str, taken: Sequence[str]) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted} {number}", number + 1
    return name
