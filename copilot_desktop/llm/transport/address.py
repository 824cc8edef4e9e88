"""A base URL as people paste it: with a query (Azure's `?api-version=`), a last slash, blanks around it."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from copilot_desktop.values import dataclass

# Azure lists the models of a resource beside its deployments, not below one.
_DEPLOYMENT = re.compile(r"/deployments/[^/]+\Z")


@dataclass(frozen=True, slots=True)
class Address:
    """Where an API stands: `base` without query and last slash, `query` without its question mark."""

    base: str
    query: str

    @classmethod
    def of(cls, base_url: str) -> Address:
        """Take a base URL apart; one that is none at all is kept as it is, and fails when it is used."""
        base, _, query = base_url.strip().partition("#")[0].partition("?")
        return cls(base.rstrip("/"), query)

    @property
    def host(self) -> str:
        """The name of the server; "" where there is none."""
        try:
            return urlsplit(self.base).hostname or ""
        except ValueError:
            return ""

    @property
    def is_usable(self) -> bool:
        """Whether it is an address of the web."""
        return self.base.lower().startswith(("http://", "https://")) and bool(self.host)

    def url(self, path: str) -> str:
        """The address of something below the base, with the query that all requests carry."""
        return f"{self.base}/{path}" + (f"?{self.query}" if self.query else "")

    @property
    def proxy(self) -> str:
        """The proxy that this machine is set to use for it, as the HTTP client finds it; "": none."""
        from urllib.request import getproxies, proxy_bypass  # 1 MiB: not before something is sent

        try:
            parts = urlsplit(self.base)
            if is_loopback(self.host) or proxy_bypass(parts.netloc.rpartition("@")[2]):
                return ""
        except ValueError:
            return ""
        proxies = getproxies()
        return proxies.get(parts.scheme.lower()) or proxies.get("all") or ""

    @property
    def models_url(self) -> str:
        """Where the list of models stands."""
        return Address(_DEPLOYMENT.sub("", self.base), self.query).url("models")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
