"""Runs before the frozen program: OpenSSL finds the certificates of this system.

The one in the program knows only the places of Debian, where it was built. And where none are installed at all, pygit2
could not even be imported, which the program needs for differences without any network: then it gets a folder without
certificates, and a connection says what it lacks.
"""

import os
import sys

FILE, FOLDER = "SSL_CERT_FILE", "SSL_CERT_DIR"
BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)

if not (
    os.path.isfile(os.environ.get(FILE, "/usr/lib/ssl/cert.pem"))
    or os.path.isdir(os.environ.get(FOLDER, "/usr/lib/ssl/certs"))
):
    found = next((bundle for bundle in BUNDLES if os.path.isfile(bundle)), None)
    if found is not None and FILE not in os.environ:
        os.environ[FILE] = found
    else:
        os.environ[FOLDER] = os.path.dirname(sys.executable)
