"""Documentation pages that are written from the code: `python -m tests.architecture.generated` writes them anew."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def verbs_page() -> str:
    """docs/verbs.md: every verb, its sentence, what it counts as in the pulse, and how long it is kept."""
    from django.utils import translation

    from commonweal.trail.verbs import VERBS

    lines = [
        "# The verbs of the trail",
        "",
        "Written from the code by `python -m tests.architecture.generated`. A step says who did what to what, and when;",
        "it never holds personal text. “Counts as” is its place in the [pulse](capabilities/insight.md).",
        "",
        "| Verb | Somebody … | Counts as | Tells | Kept |",
        "|---|---|---|---|---|",
    ]
    with translation.override("en"):
        for verb in sorted(VERBS, key=lambda v: v.name):
            counts = f"online: {verb.contact}" if verb.contact else f"offline: {verb.effect}" if verb.effect else ""
            kept = f"{verb.keep.days} days" if verb.keep else "for good"
            lines.append(f"| `{verb.name}` | {verb.sentence} | {counts} | {verb.kind if verb.tells else ''} | {kept} |")
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    """docs/settings.md: every setting, its default and what it is for."""
    from commonweal.site.environment import KNOWN

    lines = [
        "# Settings",
        "",
        "All settings come from the environment. None is needed to start; a wrong value stops the start and says what",
        "to do. `commonweal check` looks at them together. Written by `python -m tests.architecture.generated`.",
        "",
        "| Setting | Default | What it is for |",
        "|---|---|---|",
    ]
    for setting in KNOWN.values():
        default = f"`{setting.default}`" if setting.default else "empty"
        lines.append(f"| `{setting.name}` | {default} | {setting.help} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonweal.site.settings")
    os.environ.setdefault("DATA", tempfile.mkdtemp())
    import django

    django.setup()
    (DOCS / "verbs.md").write_text(verbs_page())
    (DOCS / "settings.md").write_text(settings_page())


if __name__ == "__main__":
    main()
