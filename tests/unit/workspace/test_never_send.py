from __future__ import annotations

import pytest

from copilot_desktop.workspace.never_send import never_send_kind

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
