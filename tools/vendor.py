"""Third-party files that we serve or embed ourselves: checked by hash, refreshed from npm by name.

python tools/vendor.py check            compare every file with static/vendor/VENDOR.toml
python tools/vendor.py update [name]    fetch the newest (or the pinned, with --pinned) package and rewrite the hashes
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / "static" / "vendor" / "VENDOR.toml"
HEAD = "# Written by tools/vendor.py update; compared by tools/vendor.py check.\n"


def read() -> list[dict[str, Any]]:
    return list(tomllib.loads(MANIFEST.read_text("utf-8"))["package"])


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def check() -> list[str]:
    """What differs from the manifest, one sentence each; empty when all is as recorded."""
    problems = []
    for package in read():
        for file in package["files"]:
            path = ROOT / file["to"]
            if not path.exists():
                problems.append(f"{file['to']} of {package['name']} is missing")
            elif sha256(path) != file["sha256"]:
                problems.append(f"{file['to']} of {package['name']} was changed")
    return problems


def update(name: str | None, *, pinned: bool) -> None:
    """Fetch the packages with npm, copy the listed files, write versions and hashes."""
    packages = read()
    for package in packages:
        if name and package["name"] != name:
            continue
        wanted = f"{package['name']}@{package['version']}" if pinned else package["name"]
        with tempfile.TemporaryDirectory() as folder:
            made = subprocess.run(
                ["npm", "pack", "--silent", wanted], cwd=folder, check=True, capture_output=True, text=True
            )
            archive = Path(folder) / made.stdout.strip().splitlines()[-1]
            with tarfile.open(archive) as tar:
                tar.extractall(folder, filter="data")
            unpacked = Path(folder) / "package"
            package["version"] = _version(unpacked)
            for file in package["files"]:
                target = ROOT / file["to"]
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(unpacked / file["from"], target)
                target.chmod(0o644)
                file["sha256"] = sha256(target)
    MANIFEST.write_text(HEAD + "".join(_toml(package) for package in packages), "utf-8")


def _version(unpacked: Path) -> str:
    return str(json.loads((unpacked / "package.json").read_text("utf-8"))["version"])


def _toml(package: dict[str, Any]) -> str:
    lines = ["", "[[package]]"]
    lines += [f'{key} = "{package[key]}"' for key in ("name", "version", "licence", "why")]
    for file in package["files"]:
        lines += ["[[package.files]]", *(f'{key} = "{file[key]}"' for key in ("from", "to", "sha256"))]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["check", "update"])
    parser.add_argument("name", nargs="?")
    parser.add_argument("--pinned", action="store_true", help="fetch the recorded versions, not the newest")
    given = parser.parse_args()
    if given.what == "update":
        update(given.name, pinned=given.pinned)
    problems = check()
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
