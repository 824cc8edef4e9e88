from __future__ import annotations

import pytest

from copilot_desktop.workspace import never_send
from copilot_desktop.workspace.never_send import has_plain_name, never_send_kind

REFUSED = """
.env .env.local sub/.env.production prod.env .ENV .envrc id_rsa keys/id_ed25519 server.key server.pem cert.p12
cert.pfx ca.crt store.jks .netrc _netrc .pgpass .npmrc .pypirc .git-credentials .htpasswd .aws/credentials
.aws/config .kube/config kubeconfig .docker/config.json .config/gcloud/x.db .ssh/known_hosts
.cargo/credentials.toml credentials.json service-account-prod.json client_secret_1.json secrets.yaml
terraform.tfstate prod.tfvars vault.kdbx .env.local.bak id_rsa.bak
.env~ server.key.bak key.pem.old prod.env.orig .netrc.save .npmrc.bak~ .docker/config.json.BAK secret.bak
"""
FINE = """
.env.example .env.sample .env.template sub/.env.example id_rsa.pub id_ed25519.pub main.py environment.py
keyboard.py README.md src/credentials_view.py tokens.py secret_santa.py .github/workflows/x.yml
docker/config.json package.json monkey src/history.py browser_history.py data/token_counter.py locales/en.json
.envelope main.py.bak README.md~
"""


@pytest.mark.parametrize("path", REFUSED.split())
def test_secrets_are_refused(path: str) -> None:
    assert never_send_kind(path) is not None


@pytest.mark.parametrize("path", FINE.split())
def test_ordinary_files_are_fine(path: str) -> None:
    assert never_send_kind(path) is None


def test_a_plain_name_is_none_of_the_list() -> None:
    """Names made of every pattern, and as copies, in any case: what is taken for plain is not looked at again."""
    made = [pattern.replace("*", each) for pattern in never_send._PATTERNS for each in ("", "x", "a.b")]
    made += [place.rpartition("/")[2] for place in never_send._PLACES if not place.endswith("/")]
    for name in (
        *made,
        *map(str.upper, made),
        *(f"{name}{end}" for name in made for end in (".bak", "~", ".old.SAVE")),
    ):
        if never_send_kind(f"/home/.config/gh/../{name}") is not None or never_send_kind(name) is not None:
            assert not has_plain_name(name), name
    assert all(map(has_plain_name, ("main.py", "README.md", "test_history.py", "keys.ts", "package.json")))
