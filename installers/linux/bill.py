"""The bill of materials of an artefact, in CycloneDX's JSON, and the checksums beside it."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from installers.linux import packaged
from installers.linux.contents import Part

_FORMAT: Final = "1.6"


def sha256(place: Path) -> str:
    """Of a file, in hexadecimal."""
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def bill(parts: Iterable[Part], artefact: Path) -> dict[str, Any]:
    """The document about one artefact; the same parts and bytes give the same document."""
    parts, digest = list(parts), sha256(artefact)
    itself = {
        "type": "application",
        "bom-ref": packaged.NAME,
        "name": packaged.NAME,
        "version": packaged.version(),
        "licenses": [{"expression": "Apache-2.0"}],
        "hashes": [{"alg": "SHA-256", "content": digest}],
        "properties": [{"name": "file", "value": artefact.name}],
    }
    wheels = {part.name: _reference(part) for part in parts if part.kind == "wheel"}
    needs: dict[str, list[str]] = {packaged.NAME: sorted(_reference(part) for part in parts if part.kind != "inside")}
    for part in (each for each in parts if each.kind == "inside"):
        needs.setdefault(wheels[part.of], []).append(_reference(part))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": _FORMAT,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest)}",
        "version": 1,
        "metadata": {"timestamp": f"{packaged.built_at():%Y-%m-%dT%H:%M:%SZ}", "component": itself},
        "components": [_component(part) for part in parts],
        "dependencies": [{"ref": ref, "dependsOn": sorted(set(on))} for ref, on in sorted(needs.items())],
    }


def _reference(part: Part) -> str:
    """Unique: a crate may be compiled into several wheels."""
    own = part.purl or f"{part.name}@{part.version}"
    return f"{part.of}/{own}" if part.of else own


def _component(part: Part) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "library", "bom-ref": _reference(part), "name": part.name}
    if part.version:
        found["version"] = part.version
    found["licenses"] = [{"expression": part.licence}]
    if part.sha256:
        found["hashes"] = [{"alg": "SHA-256", "content": part.sha256}]
    if part.purl:
        found["purl"] = part.purl
    return found


def write_beside(parts: Iterable[Part], artefact: Path) -> None:
    """Write `ARTEFACT.cdx.json` and `ARTEFACT.sha256`, which `sha256sum --check` reads."""
    text = json.dumps(bill(parts, artefact), indent=1, ensure_ascii=False) + "\n"
    artefact.with_name(f"{artefact.name}.cdx.json").write_text(text, encoding="utf-8")
    artefact.with_name(f"{artefact.name}.sha256").write_text(f"{sha256(artefact)}  {artefact.name}\n", encoding="utf-8")
