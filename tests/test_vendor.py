"""Third-party files are exactly those that were reviewed."""

import importlib.util
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def load_tool():
    spec = importlib.util.spec_from_file_location("vendor", ROOT / "tools" / "vendor.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_vendored_files_have_the_recorded_hashes():
    assert load_tool().check() == []


def test_every_vendored_file_is_recorded():
    recorded = {file["to"] for package in load_tool().read() for file in package["files"]}
    present = {
        str(p.relative_to(ROOT))
        for folder in ("static/vendor", "assets/fonts")
        for p in (ROOT / folder).rglob("*")
        if p.is_file()
    }
    assert present - recorded == {"static/vendor/VENDOR.toml"}


def test_every_package_says_its_licence():
    assert all(package["licence"] and package["why"] for package in load_tool().read())
