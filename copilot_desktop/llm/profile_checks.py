"""What a profile must not hold: a key in plain text, a header that cannot be sent, an address with a password."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from copilot_desktop.credentials.secret_text import has_key_form, looks_like_secret
from copilot_desktop.errors import UsageError

KEY_PLACE: Final = "{key}"
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_OURS = frozenset(
    {"host", "connection", "content-length", "content-type", "transfer-encoding", "accept-encoding", "te", "trailer"}
    | {"upgrade", "expect", "x-copilot-desktop-request"}
)
_SECRET_NAMES = re.compile(
    r"(?:\A|[-_])(?:auth|authorization|api-?key|key|token|secret|password|cookie|credentials?|signature)(?:[-_]|\Z)",
    re.IGNORECASE,
)
_SECRET_PARAMETERS = re.compile(
    r"(?:.*[_-])?(?:(?:api)?key|(?:auth)?token|secret|password|passwd|pwd|auth|code|credentials?|sig|signature)\Z",
    re.IGNORECASE,
)


def check_header(name: str, value: str) -> None:
    """Raise UsageError for a header that cannot or must not be sent."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"“{name}” is no name of a header.", advice="It has letters, digits and hyphens, for instance api-key."
        )
    if name.lower() in _OURS:
        raise UsageError(f"The header {name} is set by the program itself.", advice="Leave it out.")
    if not value:
        raise UsageError(
            f"The header {name} has no value.", advice=f"Write it as name: value, for instance {name}: on."
        )
    if not value.isascii() or not value.isprintable() or value != value.strip():
        raise UsageError(
            f"The value of the header {name} holds characters that a header cannot have.",
            advice="It must be plain ASCII on one line.",
        )
    rest = value.replace(KEY_PLACE, "")
    is_secret = looks_like_secret(rest) or (_SECRET_NAMES.search(name) and KEY_PLACE not in value and rest)
    if is_secret:
        raise UsageError(
            f"The header {name} seems to hold a key, and settings are plain text.",
            advice=f"Write {KEY_PLACE} in its place and enter the key below: it stays in its own store.",
        )


def check_address(base_url: str) -> None:
    """Raise UsageError for a base URL that holds a password or key."""
    try:
        parts = urlsplit(base_url.strip())
        has_password = bool(parts.username or parts.password)
    except ValueError:
        # It fails with a sentence of its own when it is used.
        return
    parameters = parse_qsl(parts.query)
    if has_password or any(_SECRET_PARAMETERS.match(name) or has_key_form(value) for name, value in parameters):
        raise UsageError(
            "The base URL holds a password or key, and settings are plain text.",
            advice=f"Take it out of the URL and enter it as the key; a header may name it as {KEY_PLACE}.",
        )


def check_command(command: str) -> None:
    """Raise UsageError for a key command that holds the key itself."""
    if has_key_form(command):
        raise UsageError(
            "The command seems to hold the key itself, and settings are plain text.",
            advice="Choose “System keyring” as the source and paste the key there.",
        )
