"""What the code says it has, the documentation describes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from commonweal.site.environment import KNOWN
from commonweal.trail.verbs import VERBS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PACKAGES = sorted(
    folder.name
    for folder in (ROOT / "src/commonweal").iterdir()
    if any((folder / room).exists() for room in ("models.py", "models", "views.py", "views"))
)


def test_every_setting_is_documented_with_its_default_and_no_other_is() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", (DOCS / "settings.md").read_text(), re.M)
    assert dict(rows) == {name: f"`{s.default}`" if s.default else "empty" for name, s in KNOWN.items()}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_capability_has_a_page(package: str) -> None:
    page = DOCS / "capabilities" / f"{package}.md"
    assert page.exists(), f"write {page.relative_to(ROOT)}"
    assert len(page.read_text()) > 400


def test_every_verb_is_listed_with_its_sentence() -> None:
    from tests.architecture.generated import verbs_page

    assert (DOCS / "verbs.md").read_text() == verbs_page(), "run: python -m tests.architecture.generated"
    assert len(VERBS) > 30


def test_every_dependency_is_justified() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())
    names = [
        re.split(r"[\[<>=~; ]", line)[0]
        for line in wanted["project"]["dependencies"] + wanted["dependency-groups"]["dev"]
    ]
    page = (DOCS / "dependencies.md").read_text()
    assert [name for name in names if f"`{name}`" not in page] == []


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text()):
            if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)} → {target}")
    assert broken == []
