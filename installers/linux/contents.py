"""Of whom each file of the frozen folder is: a wheel, a package of the system, Python, or the program itself.

PyInstaller's recipe writes down from where it took everything (`frozen.spec`); what no part claims ends the build, so
that nothing is shipped whose licence nobody knows.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any, Final

from installers.environment import SetupError
from installers.linux.freezing import HERE, TAKEN, Wheel, locked
from installers.linux.packaged import ROOT

TABLE: Final = HERE / "parts.toml"
NOTICES: Final = HERE / "notices"
_NOTICE = re.compile(r"(LICEN[CS]E|COPYING|NOTICE|AUTHORS|COPYRIGHT)", re.IGNORECASE)
_EXPRESSIONS: Final = {"MIT License": "MIT", "Apache Software License": "Apache-2.0", "BSD License": "BSD-3-Clause"}


@dataclass(frozen=True)
class Part:
    """Something of others in the packages.

    `kind`: "wheel", "system", "python" or "inside" (linked into a wheel's library, `of` is that wheel). `licence` is an
    SPDX expression, `files` are paths in the frozen folder, `texts` are the notices as they stand in the source.
    """

    kind: str
    name: str
    version: str
    licence: str
    purl: str = ""
    sha256: str = ""
    of: str = ""
    files: tuple[str, ...] = ()
    texts: tuple[str, ...] = field(default=(), repr=False)


def plain(name: str) -> str:
    """A distribution's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def table() -> dict[str, Any]:
    """The hand-written part: see `parts.toml`."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def parts_of(python: str) -> list[Part]:
    """All parts, by kind and name. Raises SetupError about what is unknown."""
    origins = {place: Path(source) for place, source in json.loads(TAKEN.read_text(encoding="utf-8"))}
    packages = Path(python).parents[1] / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    wheels, system, interpreter, unknown = dict[str, list[str]](), dict[str, list[str]](), list[str](), list[str]()
    owners = dict(_owners(packages))
    for place, source in origins.items():
        owner = owners.get(os.path.normpath(source))
        if owner is not None:
            wheels.setdefault(owner, []).append(place)
        elif source.is_relative_to(packages):
            unknown.append(place)
        elif source.is_relative_to(sys.base_prefix) or source.name == "base_library.zip":
            interpreter.append(place)
        elif not source.is_relative_to(ROOT):
            system.setdefault(package_of(source), []).append(place)
    if unknown:
        raise SetupError(f"No wheel claims {', '.join(sorted(unknown)[:5])}.")
    known = table()
    found = [*_wheels_in(wheels, packages, known), *system_parts(system, known), _python_part(interpreter)]
    return sorted(found, key=lambda part: (part.kind, part.name.lower(), part.of))


def _owners(packages: Path) -> Iterator[tuple[str, str]]:
    for each in distributions(path=[str(packages)]):
        for file in each.files or ():
            yield os.path.normpath(packages / file), plain(each.metadata["Name"])


def _wheels_in(wheels: dict[str, list[str]], packages: Path, known: dict[str, Any]) -> Iterator[Part]:
    pinned = {plain(each.name): each for each in locked()}
    wheels.setdefault("pyinstaller", []).append("(the loader that starts the program)")
    for each in distributions(path=[str(packages)]):
        name = plain(each.metadata["Name"])
        if name in wheels:
            yield from wheel_parts(each, pinned[name], wheels[name], known)


def wheel_parts(found: Distribution, wheel: Wheel, files: Sequence[str], known: dict[str, Any]) -> Iterator[Part]:
    """A wheel, and then what is linked into its libraries. Raises SetupError where its licence is not known."""
    name = plain(wheel.name)
    licence = known["wheels"].get(name) or _expression(found)
    if not licence:
        raise SetupError(f"The licence of {wheel.name} is not known: read it and name it in {TABLE.name}.")
    inside = [row for row in known["inside"] if row["wheel"] == name]
    texts = (*_notice_texts(found), *(_shipped_text(file) for row in inside for file in row["notices"]))
    purl = f"pkg:pypi/{name}@{wheel.version}"
    yield Part("wheel", wheel.name, wheel.version, licence, purl, wheel.sha256, files=tuple(sorted(files)), texts=texts)
    for row in inside:
        for part, part_licence in row["parts"].items():
            yield Part("inside", part, "", part_licence, of=wheel.name)
    yield from _named_inside(found, wheel.name)


def _expression(found: Distribution) -> str:
    metadata = found.metadata
    # By all of a name: reading one that is not there is an error once keyring has imported `importlib_metadata`.
    fields = [value for key in ("License-Expression", "License") for value in metadata.get_all(key) or () if value]
    given = next(iter(fields), "").strip()
    if not given:
        classifiers = [each.rpartition(" :: ")[2] for each in metadata.get_all("Classifier") or () if "License" in each]
        given = classifiers[0] if len(classifiers) == 1 else ""
    return _EXPRESSIONS.get(given, given if re.fullmatch(r"[A-Za-z0-9.+() -]{2,80}", given) else "")


def _notice_texts(found: Distribution) -> Iterator[str]:
    for file in found.files or ():
        if _NOTICE.search(file.name) and file.suffix not in (".py", ".pyc"):
            yield Path(str(found.locate_file(file))).read_text(encoding="utf-8", errors="replace")


def _shipped_text(name: str) -> str:
    return (NOTICES / name).read_text(encoding="utf-8")


def _named_inside(found: Distribution, wheel: str) -> Iterator[Part]:
    """What the wheel's own bill of materials says was compiled into it, without what only built it."""
    for file in found.files or ():
        if "sboms" not in file.parts:
            continue
        bill = json.loads(Path(str(found.locate_file(file))).read_text(encoding="utf-8"))
        for row in bill.get("components", ()):
            chosen = row.get("licenses") or [{}]
            licence = chosen[0].get("expression") or chosen[0].get("license", {}).get("id", "")
            if licence:
                purl = str(row.get("purl", "")).partition("?")[0]
                yield Part("inside", row["name"], row.get("version", ""), licence, purl, of=wheel)


def package_of(library: Path) -> str:
    """The Debian package that installed a library. Raises SetupError where none did."""
    for path in (library, Path("/usr", *library.parts[1:]), library.resolve()):
        done = subprocess.run(["dpkg", "-S", str(path)], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.partition(":")[0]
    raise SetupError(f"No package of the system claims {library}, so its licence is not known.")


def system_parts(system: dict[str, list[str]], known: dict[str, Any]) -> Iterator[Part]:
    """The parts of packages of the system, by their names. Raises SetupError about licences that are not known."""
    for name, files in system.items():
        licence = known["system"].get(name)
        if not licence:
            raise SetupError(f"The licence of {name} is not known: read its copyright file, name it in {TABLE.name}.")
        query = ["dpkg-query", "-W", "-f", "${Version}", name]
        version = subprocess.run(query, capture_output=True, text=True, check=True).stdout
        text = Path(f"/usr/share/doc/{name}/copyright").read_text(encoding="utf-8", errors="replace")
        purl = f"pkg:deb/{_system_id()}/{name}@{version}?arch=amd64"
        yield Part("system", name, version, licence, purl, files=tuple(sorted(files)), texts=(text,))


def _system_id() -> str:
    release = Path("/etc/os-release").read_text(encoding="utf-8")
    found = re.search(r"^ID=\"?(\w+)", release, re.MULTILINE)
    return found[1] if found else "debian"


def _python_part(files: Sequence[str]) -> Part:
    version = ".".join(map(str, sys.version_info[:3]))
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    places = [Path(sys.base_prefix, "lib", name, "LICENSE.txt"), Path("/usr/share/doc", name, "copyright")]
    text = next((each.read_text(encoding="utf-8") for each in places if each.is_file()), "")
    if not text:
        raise SetupError(f"Python's licence is in neither {' nor '.join(map(str, places))}.")
    purl, texts = f"pkg:generic/cpython@{version}", (text,)
    return Part("python", "CPython", version, "PSF-2.0", purl, files=tuple(sorted(files)), texts=texts)
