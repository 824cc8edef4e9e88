"""Takes keys and quoted content out of text that goes into logs and reports."""

from __future__ import annotations

import re
from typing import Final

MASK: Final = "[removed]"
LIMIT_CHARACTERS: Final = 2000

_SECRETS = re.compile(
    r"""(?ix)
    (?P<head>
        \bbearer\s+ | \bbasic\s+
      | \b(?:authorization|api[-_ ]?key|x-api-key|access[-_ ]?token|token|secret|password|passwd)\b
        ["']?\s*[:=]\s*["']?(?:bearer\s+|basic\s+)?
    )
    (?P<value>[^\s"',;]{4,})
  | (?P<url>\b[a-z][a-z0-9+.-]{1,20}://)[^\s/@:]{1,200}:[^\s/@]{1,200}@
  | \b(?:sk|pk|rk|ghp|gho|ghu|ghs|ghr|glpat|xox[abprs]|AKIA|AIza|hf|gsk|r8)[-_]?[A-Za-z0-9_-]{12,}
    """
)
_QUOTED = re.compile(r"""(?P<quote>['"`])(?P<inside>(?:(?!(?P=quote))[^\\\n]|\\.){25,}?)(?P=quote)""")

_PLACE = re.compile(r'\s+File "[^"]*", line \d+')


def without_secrets(text: str) -> str:
    """The text with whatever looks like a key, password or token masked."""

    def masked(found: re.Match[str]) -> str:
        if found["url"]:
            return f"{found['url']}{MASK}@"
        return f"{found['head'] or ''}{MASK}"

    return _SECRETS.sub(masked, text)


def without_content(text: str) -> str:
    """A line whose author may have quoted what was read: long quotations go, and keys, and the rest of a very long one.

    The places of a traceback stay: they are the program's own files.
    """
    if _PLACE.match(text):
        return text
    shortened = text if len(text) <= LIMIT_CHARACTERS else f"{text[:LIMIT_CHARACTERS]} […]"
    return _QUOTED.sub(lambda found: f"{found['quote']}…{found['quote']}", without_secrets(shortened))
