"""Gathers the translated texts, and checks that Spanish is complete and the compiled catalogues are those of the sources.

`python -m tests.architecture.translations` checks; `--write` gathers texts from the code and compiles. Needs gettext.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/commonweal"
LOCALE = SOURCE / "site/locale"
COMPLETE, SHELL_ONLY = "es", "ar"


def gather(source: Path) -> None:
    """Bring the catalogues under `source` up to date with the texts in the code and templates there."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "commonweal.site.settings", "DATA": tempfile.mkdtemp()}
    for language in (COMPLETE, SHELL_ONLY):
        (source / "site/locale" / language / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    options = ["--no-location", "--no-wrap", "--no-obsolete", "--ignore=*/tests/*", "--ignore=demo/stories/*", "-v0"]
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", COMPLETE, "-l", SHELL_ONLY, *options],
        cwd=source,
        env={**environment, "PYTHONPATH": str(source.parent)},
        check=True,
    )


def compile_catalogue(folder: Path) -> None:
    subprocess.run(["msgfmt", "--check-format", "-o", folder / "django.mo", folder / "django.po"], check=True)


def entries(catalogue: Path, *options: str) -> list[str]:
    """The msgids of a catalogue that match the options of msgattrib."""
    text = subprocess.run(
        ["msgattrib", "--no-wrap", *options, catalogue], capture_output=True, text=True, check=True
    ).stdout
    return [line for line in text.splitlines() if line.startswith("msgid ") and line != 'msgid ""']


def problems() -> list[str]:
    """What is not right, a sentence each."""
    found = []
    spanish = LOCALE / COMPLETE / "LC_MESSAGES/django.po"
    found += [f"not in Spanish yet: {text}" for text in entries(spanish, "--untranslated")]
    found += [f"only guessed in Spanish: {text}" for text in entries(spanish, "--only-fuzzy")]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "commonweal"
        shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        gather(copy)
        fresh = set(entries(copy / "site/locale" / COMPLETE / "LC_MESSAGES/django.po"))
        found += [f"not gathered yet, run make translations: {text}" for text in sorted(fresh - set(entries(spanish)))]
        for language in (COMPLETE, SHELL_ONLY):
            compiled = Path(folder) / f"{language}.mo"
            messages = LOCALE / language / "LC_MESSAGES"
            subprocess.run(["msgfmt", "-o", compiled, messages / "django.po"], check=True)
            if compiled.read_bytes() != (messages / "django.mo").read_bytes():
                found.append(f"{language}: the compiled catalogue is not that of the source, run make translations")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true")
    if parser.parse_args().write:
        gather(SOURCE)
        for language in (COMPLETE, SHELL_ONLY):
            compile_catalogue(LOCALE / language / "LC_MESSAGES")
    found = problems()
    print("\n".join(found[:40]) or "translations: Spanish is complete")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
