"""The curl command of a request holds no key, wherever its profile has it, and asks the same when it is run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from copilot_desktop.errors import UsageError
from copilot_desktop.llm.as_curl import as_curl, without_keys
from copilot_desktop.llm.profile_checks import check_address
from copilot_desktop.llm.profiles import KeySource, Profile, ProviderKind
from tests.support.openai_server import OpenAIServer

KEY = "q8Zr4TnVw2XkPb7LsD3mHf6c"
BODY = '{"model": "m", "messages": [{"role": "user", "content": "it\'s $5 `now`"}]}'


def profile(base_url: str, *headers: tuple[str, str], key_source: KeySource = KeySource.KEYRING) -> Profile:
    return Profile("Test", ProviderKind.CHAT, base_url, "m", key_source, headers=headers)


HOLDERS = {
    "authorization": ("", ()),
    "api_key": ("", (("api-key", "{key}"),)),
    "x_api_key": ("", (("x-api-key", "{key}"), ("anthropic-version", "2023-06-01"))),
    "own_authorization": ("", (("Authorization", "Token {key}"),)),
    "inside": ("", (("X-Auth", "v=1;k={key}"),)),
    "written_out": ("", (("X-Team", KEY), ("X-Short", "hunter2"))),
    "cookie": ("", (("Cookie", f"session={KEY}"),)),
    "query_key": (f"?key={KEY}&api-version=2024-10-21", ()),
    "query_code": (f"?code={KEY}", ()),
    "query_unknown": ("?who=hunter2", ()),
    "query_alone": (f"?{KEY}", ()),
    "path": (f"/{KEY}/v2", ()),
}
"""What a profile may have behind its address, and headers of the user's own."""


@pytest.mark.parametrize("holder", HOLDERS)
def test_no_key_is_in_it_and_it_asks_the_same(holder: str, tmp_path: Path) -> None:
    behind, headers = HOLDERS[holder]
    with OpenAIServer() as server:
        path = "/v1/chat/completions"
        url = f"{server.base_url}/chat/completions{behind}"
        if holder == "path":
            path = f"/v1{behind}/chat/completions"
            url = url.replace("/v1/chat/completions", "/v1").removesuffix(behind) + f"{behind}/chat/completions"
        server.paths.add(path)
        command = as_curl(url, BODY, profile(server.base_url, *headers))
        assert KEY not in command
        assert "hunter2" not in command
        if "api-version" in behind:
            assert "api-version=2024-10-21" in command
        if shutil.which("curl") is None:
            return
        values = dict.fromkeys(re.findall(r"\$([A-Z_]+)", command), KEY) | {"X_SHORT": "hunter2", "WHO": "hunter2"}
        values |= {"COOKIE": f"session={KEY}", "X_AUTH": f"v=1;k={KEY}", "ANTHROPIC_VERSION": "2023-06-01"}
        ran = subprocess.run(
            ["bash", "-c", f"{command} -s --noproxy '*'"],
            env={"PATH": os.environ["PATH"], **values},
            cwd=tmp_path,
            capture_output=True,
            timeout=30,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        (request,) = server.requests
        assert request.raw == BODY
        sent = {name.lower(): value for name, value in request.headers.items()}
        wanted = {name.lower(): value.replace("{key}", KEY) for name, value in headers}
        if not any("{key}" in value for _name, value in headers) and "authorization" not in wanted:
            wanted["authorization"] = f"Bearer {KEY}"
        assert wanted.items() <= sent.items()
        assert ("authorization" in sent) is ("authorization" in wanted)


def test_without_a_key_there_is_no_header_for_one() -> None:
    assert "Authorization" not in as_curl("http://a/v1", "{}", profile("http://a/v1", key_source=KeySource.NONE))
    assert "Bearer $API_KEY" in as_curl("http://a/v1", "{}", None)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"https://me:{KEY}@host/v1", "https://$USER:$PASSWORD@host/v1"),
        ("https://host/openai/deployments/gpt-4o-mini-2024-07-18/chat", None),
        ("https://host/a/6a2f41a3-c54c-fce8-32d2-0324e1c32e22/v1", None),
        ("https://host/v1?api-version=2024-10-21-preview", None),
        (f"https://host/v1?api-version={KEY}", "https://host/v1?api-version=$API_VERSION"),
    ],
)
def test_addresses(url: str, told: str | None) -> None:
    assert without_keys(url) == (told or url)


@pytest.mark.parametrize("query", ["apikey=1", "subscription-key=1", "code=1", "authtoken=1", "pwd=1", "sig=1"])
def test_settings_take_no_address_with_a_key(query: str) -> None:
    with pytest.raises(UsageError, match="holds a password or key"):
        check_address(f"https://host/v1?{query}")
