"""Files whose content is never given to a model, by their names: keys, certificates, credentials, environments."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase, translate
from typing import Final

# Templates hold the names of variables and no values, and public keys are public.
_FINE: Final = (
    *(f".env.{word}" for word in ("example", "sample", "template", "dist", "defaults.example")),
    *(f"*.env.{word}" for word in ("example", "sample", "template", "dist")),
    *("env.example", "*.example.env", "*.sample.env", "*.pub", "*.pub.pem", "public*.pem"),
)

_NAMES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("environment variables", (".env", ".env.*", "*.env", ".envrc", ".env-*", ".env_*", ".flaskenv", ".dev.vars")),
    (
        "a private key or certificate",
        (
            *("*.pem", "*.key", "*.p12", "*.pfx", "*.p8", "*.pk8", "*.jks", "*.keystore", "*.bks", "*.kdb", "*.ppk"),
            *("*.crt", "*.cer", "*.der", "*.p7b", "*.p7c", "*.csr", "*.asc", "*.gpg", "*.pgp", "*.age", "*.agekey"),
            *("id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "id_xmss*", "ssh_host_*_key", "*.ovpn", "secring.*"),
            *("*.mobileprovision", "*.provisionprofile", "*.snk", "*.openssh", "authorized_keys.private"),
        ),
    ),
    (
        "credentials",
        (
            *(
                ".netrc",
                "_netrc",
                ".pgpass",
                "pgpass.conf",
                ".my.cnf",
                ".mylogin.cnf",
                ".npmrc",
                ".pypirc",
                ".yarnrc.yml",
            ),
            *(".git-credentials", ".htpasswd", ".htdigest", ".dockercfg", ".dockerconfigjson", ".s3cfg", ".boto"),
            *("credentials", "credentials.*", "*.credentials", "*_credentials.json", "*-credentials.json", "*.creds"),
            *("secrets", "secrets.*", "secret.*", "*.secret", "*.secrets", "*_secrets.json", "client_secret*.json"),
            *("service-account*.json", "service_account*.json", "*serviceaccount*.json", "gcp-key*.json"),
            *("application_default_credentials.json", "accesstokens.json", "azureprofile.json", "msal_token_cache.*"),
            *("kubeconfig", "*.kubeconfig", "kube.config", "terraform.tfstate*", "*.tfstate", "*.tfstate.backup"),
            *("*.tfvars", "*.tfvars.json", ".terraformrc", "terraform.rc", "credentials.tfrc.json", ".vault-token"),
            *("master.key", "*.publishsettings", "auth.json", "token.json", "tokens.json", ".token", "*.token"),
            *("hosts.yml.gh", ".rclone.conf", "rclone.conf", "sentryclirc", ".sentryclirc", "wp-config.php"),
            *("local.settings.json", ".gem_credentials", "nuget.config.private", "settings-security.xml"),
        ),
    ),
    (
        "a store of passwords",
        ("*.kdbx", "*.kdb", "*.keychain", "*.keychain-db", "*.agilekeychain", "*.psafe3", "*.wallet"),
    ),
    (
        "a history that may hold passwords",
        (".bash_history", ".zsh_history", ".psql_history", ".mysql_history", "*_history"),
    ),
)

# A file of any name in these folders; "/" ends a folder, otherwise a whole file.
_PLACES: Final = (
    *(".ssh/", ".gnupg/", ".aws/", ".azure/", ".kube/", ".gcloud/", ".config/gcloud/", ".config/gh/", ".config/hub"),
    *(".docker/config.json", ".cargo/credentials", ".cargo/credentials.toml", ".gem/credentials", ".m2/settings.xml"),
    *(".gradle/gradle.properties", ".composer/auth.json", ".config/pip/pip.conf", ".terraform.d/", ".password-store/"),
    *(".oci/", ".bluemix/", ".databrickscfg", ".config/op/", ".local/share/keyrings/", ".mozilla/firefox/"),
)

# What editors and people put behind the name of a copy.
_COPY_ENDINGS: Final = ("~", ".bak", ".old", ".orig", ".save")


def never_send_kind(path: str) -> str | None:
    """What a path on the list looks like, by its name alone; None for others. `ModelBorder` follows links.

    `path` is POSIX. Case does not matter. A copy (`.env~`, `server.key.bak`) is as secret.
    """
    return _kind_of(path) or _kind_of(_without_copy_endings(path))


def has_plain_name(name: str) -> bool:
    """Whether a file of this name is on no list for it, in whatever folder: of a hundred thousand nearly all. Where it
    is False `never_send_kind` has to tell."""
    name = name.casefold()
    if name in _EXACT or name.startswith(_BEGINNINGS) or name.endswith(_ENDS):
        return False
    return _ANY_ODD.match(name) is None


def _without_copy_endings(path: str) -> str:
    bare = path.casefold()
    while bare.endswith(_COPY_ENDINGS):
        ending = next(ending for ending in _COPY_ENDINGS if bare.endswith(ending))
        bare = bare.removesuffix(ending)
    return bare


def _kind_of(path: str) -> str | None:
    """What kind of secret a path looks like, or None."""
    folded = path.casefold()
    name = folded.rsplit("/", 1)[-1]
    rooted = f"/{folded.lstrip('/')}"
    if name.endswith(".pub") or _ANY_FINE.match(name) is not None:
        return None
    for place in _PLACES if "/." in rooted else ():
        if f"/{place}" in rooted if place.endswith("/") else rooted.endswith(f"/{place}"):
            return "credentials"
    if _ANY_NAME.match(name) is None:
        return None
    return next(what for what, patterns in _NAMES if any(fnmatchcase(name, pattern) for pattern in patterns))


def _is_bare(text: str) -> bool:
    return not set("*?[") & set(text)


_PATTERNS: Final = [pattern for _what, patterns in _NAMES for pattern in patterns]
_EXACT: Final = frozenset(
    [pattern for pattern in _PATTERNS if _is_bare(pattern)] + [place.rpartition("/")[2] for place in _PLACES]
)
_BEGINNINGS: Final = tuple(pattern[:-1] for pattern in _PATTERNS if pattern[-1] == "*" and _is_bare(pattern[:-1]))
_ENDS: Final = (
    *(pattern[1:] for pattern in _PATTERNS if pattern[0] == "*" and _is_bare(pattern[1:])),
    *_COPY_ENDINGS,
)
_ODD: Final = [
    pattern for pattern in _PATTERNS if not (_is_bare(pattern) or _is_bare(pattern[:-1]) or _is_bare(pattern[1:]))
]
_ANY_ODD: Final = re.compile("|".join(map(translate, _ODD)))

# Whole folders are asked about, and hardly any name is on the list: one look instead of two hundred.
_ANY_FINE: Final = re.compile("|".join(map(translate, _FINE)))
_ANY_NAME: Final = re.compile("|".join(map(translate, _PATTERNS)))
