"""A request as a curl command that holds no key, wherever the profile has its keys: variables of the shell stand there.

What an address or a header of the user's own says is nobody's business but the server's, so that only what is known to
be harmless is written out.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from copilot_desktop.credentials.secret_text import has_key_form
from copilot_desktop.llm.profile_checks import KEY_PLACE
from copilot_desktop.llm.profiles import KeySource, Profile

_KEY: Final = "$API_KEY"
_HARMLESS: Final = frozenset({"api-version", "api_version", "version", "beta", "alt", "stream", "region", "location"})
"""Parameters of addresses that are written out; what any other says may be a key."""
_LEAST_KEY: Final = 16


def as_curl(url: str, body: str, profile: Profile | None) -> str:
    """The command; `profile` is the one that was asked, None: nobody knows it any more."""
    lines = [f"curl {_quoted(without_keys(url))}", "-H 'Content-Type: application/json'"]
    lines += [f"-H {_quoted(f'{name}: {value}')}" for name, value in _headers(profile)]
    return " \\\n  ".join([*lines, f"-d {shlex.quote(body)}"])


def without_keys(url: str) -> str:
    """An address with names of variables in the place of whatever may be a key in it: `https://a/v1?code=$CODE`."""
    address, mark, query = url.partition("?")
    parameters = "&".join(_parameter(each) for each in query.split("&"))
    try:
        parts = urlsplit(address)
        if "@" in parts.netloc:
            address = address.replace(parts.netloc, f"$USER:$PASSWORD@{parts.netloc.rpartition('@')[2]}", 1)
    except ValueError:
        address = "$ADDRESS"
    path = "/".join("$PATH_PART" if _may_be_key(piece) else piece for piece in address.split("/"))
    return f"{path}{mark}{parameters}"


def _may_be_key(text: str) -> bool:
    """Whether it has a key's form, or a piece as long and as mixed as a key's: names of models are made of short ones,
    and so are ids (UUID)."""
    return has_key_form(text) or any(
        len(piece) >= _LEAST_KEY and re.search("[0-9]", piece) and re.search("[A-Za-z]", piece)
        for piece in re.split(r"[^A-Za-z0-9]+", text)
    )


def _parameter(text: str) -> str:
    name, equals, value = text.partition("=")
    if not equals:
        # A key may stand there without a name.
        return "$QUERY" if _may_be_key(name) else name
    is_harmless = name.lower() in _HARMLESS and not _may_be_key(value)
    return text if is_harmless else f"{name}={_variable(name)}"


def _headers(profile: Profile | None) -> Iterator[tuple[str, str]]:
    """Names, and variables for what they say, as `Connection` sends them."""
    own = () if profile is None else profile.headers
    is_elsewhere = any(KEY_PLACE in value for _name, value in own)
    has_key = profile is None or profile.key_source is not KeySource.NONE
    if has_key and not is_elsewhere and not any(name.lower() == "authorization" for name, _value in own):
        yield "Authorization", f"Bearer {_KEY}"
    for name, value in own:
        yield name, _own_value(name, value)


def _own_value(name: str, value: str) -> str:
    """“Bearer” and the like are written out: without them one could not tell what belongs there."""
    scheme, space, rest = value.partition(" ")
    if KEY_PLACE not in value:
        return _variable(name)
    if value == KEY_PLACE:
        return _KEY
    return f"{scheme} {_KEY}" if space and rest == KEY_PLACE and scheme.isalpha() else _variable(name)


def _variable(name: str) -> str:
    word = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper()
    return f"${word}" if word[:1].isalpha() else f"$VALUE_{word}"


def _quoted(text: str) -> str:
    """For a shell that is to put in its variables, if there are any."""
    if "$" not in text:
        return shlex.quote(text)
    return '"' + re.sub(r'([\\"`]|\$(?![A-Z_]))', r"\\\1", text) + '"'
