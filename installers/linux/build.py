"""Build the packages for Linux from a clean checkout.

python3 installers/linux/build.py          the package for Debian and Ubuntu, into dist/
python3 installers/linux/build.py --lock   pin what it is built with anew
"""

import sys

if sys.version_info[:2] != (3, 11):
    sys.exit("The packages are built with Python 3.11, and this is %d.%d." % sys.version_info[:2])  # noqa: UP031

import argparse
import hashlib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from installers.environment import SetupError, say
from installers.linux import debian, freezing
from installers.linux.packaged import ROOT


def build() -> list[str]:
    """Make the package; returns what the checks say against it."""
    python = freezing.install()
    frozen = freezing.freeze(python)
    package = debian.build(frozen, ROOT / "dist", python)
    data = package.read_bytes()
    package.with_name(f"{package.name}.sha256").write_text(f"{hashlib.sha256(data).hexdigest()}  {package.name}\n")
    say(f"{package.relative_to(ROOT)}: {len(data) / 1e6:.1f} MB")
    return debian.check(package)


def main() -> int:
    """0 when everything was built and nothing is said against it, 1 when not, 2 when something outside is missing."""
    parser = argparse.ArgumentParser(description="Build the packages for Linux.")
    parser.add_argument("--lock", action="store_true", help="pin the requirements anew")
    own = parser.parse_args()
    try:
        if own.lock:
            freezing.write_lock()
            return 0
        against = build()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    for line in against:
        say(line)
    return 1 if against else 0


if __name__ == "__main__":
    sys.exit(main())
