"""Build the packages for Linux from a clean checkout, into dist/.

python3 installers/linux/build.py              the .deb for Debian and Ubuntu, and the AppImage
python3 installers/linux/build.py --deb        only that
python3 installers/linux/build.py --appimage   only that
python3 installers/linux/build.py --full       with the starter model inside
python3 installers/linux/build.py --lock       pin what they are built with anew
"""

import sys

if sys.version_info[:2] != (3, 11):
    sys.exit("The packages are built with Python 3.11, and this is %d.%d." % sys.version_info[:2])  # noqa: UP031

import argparse
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from installers.environment import SetupError, say
from installers.linux import appimage, bill, checks, debian, freezing, packaged, program
from installers.linux.contents import Part

OUT = packaged.ROOT / "dist"


def build(kinds: set[str], *, is_full: bool, has_sizes: bool) -> list[str]:
    """Make the packages of these kinds; returns what the checks say against them. `has_sizes`: print those of parts."""
    checks.require(("strip", "readelf", "desktop-file-validate", "appstreamcli"))
    if "deb" in kinds:
        checks.require(("dpkg-deb", "lintian"))
    if "appimage" in kinds:
        checks.require(appimage.TOOLS)
    python = freezing.install()
    made = program.prepare(python, is_full=is_full)
    suffix, against = "-full" if is_full else "", list[str]()
    if "deb" in kinds:
        place = OUT / f"{packaged.NAME}{suffix}_{packaged.version()}_amd64.deb"
        debian.build(made.folder, place, python)
        against += [*checks.against_shared(debian.ROOT / "usr/share"), *checks.against_package(place)]
        _finish(made.parts, place)
    if "appimage" in kinds:
        place = OUT / f"Copilot_Desktop{suffix}-{packaged.version()}-x86_64.AppImage"
        parts = appimage.build(made.folder, made.parts, place, python)
        against += checks.against_shared(appimage.ROOT / "usr/share")
        _finish(parts, place)
    if has_sizes:
        print(program.sizes(made))
    return against


def _finish(parts: Iterable[Part], place: Path) -> None:
    bill.write_beside(parts, place)
    say(f"{place.relative_to(packaged.ROOT)}: {place.stat().st_size / 1e6:.1f} MB")


def main() -> int:
    """0 when everything was built and nothing is said against it, 1 when not, 2 when something outside is missing."""
    parser = argparse.ArgumentParser(description="Build the packages for Linux. Without a kind: both.")
    parser.add_argument("--deb", action="store_true", help="the package for Debian and Ubuntu")
    parser.add_argument("--appimage", action="store_true", help="the AppImage")
    parser.add_argument("--full", action="store_true", help="with the starter model inside")
    parser.add_argument("--lock", action="store_true", help="pin the requirements anew")
    parser.add_argument("--sizes", action="store_true", help="also print the size of each part")
    own = parser.parse_args()
    kinds = {kind for kind in ("deb", "appimage") if getattr(own, kind)} or {"deb", "appimage"}
    try:
        if own.lock:
            freezing.write_lock()
            return 0
        against = build(kinds, is_full=own.full, has_sizes=own.sizes)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    for line in against:
        say(line)
    return 1 if against else 0


if __name__ == "__main__":
    sys.exit(main())
