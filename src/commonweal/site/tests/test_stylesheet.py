"""The style sheet and scripts: joined, small, readable in both schemes, and free of what the policy forbids."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from commonweal.site import stylesheet

PACKAGE = Path(stylesheet.__file__).parent.parent
STATIC = stylesheet.FOLDER.parent
TEMPLATES = [path for path in PACKAGE.glob("*/templates/**/*.html") if "/mail/" not in str(path)]
TEXT_ON = [
    ("ink", "paper"),
    ("ink", "card"),
    ("ink", "sunk"),
    ("ink-soft", "paper"),
    ("ink-soft", "card"),
    ("ink-soft", "sunk"),
    ("green", "paper"),
    ("green", "card"),
    ("green", "sunk"),
    ("green", "green-wash"),
    ("green-strong", "green-wash"),
    ("green-strong", "card"),
    ("on-green", "green"),
    ("on-green", "green-strong"),
    ("amber", "paper"),
    ("amber", "amber-wash"),
    ("red", "paper"),
    ("red", "card"),
    ("red", "red-wash"),
    ("on-red", "red"),
    ("blue", "blue-wash"),
]
SHAPES_ON = [
    ("line-strong", "paper"),
    ("line-strong", "card"),
    ("focus", "paper"),
    ("focus", "card"),
    ("green", "line"),
]


def tokens() -> dict[str, dict[str, str]]:
    light, dark = (stylesheet.FOLDER / "tokens.css").read_text().split("@media (prefers-color-scheme: dark)")
    find = re.compile(r"--([\w-]+): (#[0-9a-f]{3,6});").findall
    return {"light": dict(find(light)), "dark": {**dict(find(light)), **dict(find(dark))}}


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_served_style_sheet_is_made_of_the_parts():
    assert stylesheet.BUNDLE.read_text() == stylesheet.bundle(), "run python -m commonweal.site.stylesheet"


def test_style_and_script_stay_within_their_budgets():
    import django_htmx

    htmx = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"
    scripts = [*(STATIC / "js").glob("*.js"), htmx]
    assert len(gzip.compress(stylesheet.BUNDLE.read_bytes())) < 40_000
    assert sum(len(gzip.compress(script.read_bytes())) for script in scripts) < 60_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_shapes_can_be_seen_in_both_schemes(scheme):
    colour = tokens()[scheme]
    for least, pairs in ((4.5, TEXT_ON), (3.0, SHAPES_ON)):
        for front, back in pairs:
            assert contrast(colour[front], colour[back]) >= least, f"{front} on {back} in {scheme}"


def test_nothing_in_the_style_knows_left_from_right():
    physical = re.compile(
        r"\b(margin|padding|border)-(left|right|top|bottom)\b"
        r"|[;{]\s*(left|right|top|bottom|float)\s*:|text-align: (left|right)"
    )
    assert not physical.findall(stylesheet.bundle())


def test_the_style_asks_nobody_else_for_anything():
    assert "url(" not in stylesheet.bundle()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_templates_hold_no_style_and_no_script_of_their_own(path):
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<style|javascript:", text)
    for attributes, inside in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL):
        assert "application/json" in attributes or not inside.strip()


def test_every_icon_named_in_a_template_exists():
    from commonweal.kit.icons import ALIASES, ICONS

    for path in TEMPLATES:
        for name in re.findall(r'\{% icon "([^"]+)"', path.read_text()):
            assert name in ICONS or name in ALIASES, f"{name} in {path.relative_to(PACKAGE)}"
