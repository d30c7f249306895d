"""A backup holds every row and every file, is taken while people write, and is never put over something by accident."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.instance import Instance

FILL = """
from datetime import UTC, datetime
from commonweal.demo.bulk import fill
from commonweal.communities.models import Membership
from commonweal.conversations.actions import start_topic
from commonweal.people.models import Person
from commonweal.trail.models import Step
from django.conf import settings
fill(members=40, topics=6, posts_a_topic=5)
member = Membership.objects.select_related("community", "person").first()
# Less than a millisecond past a second, and a moment of microseconds: neither may be cut.
moments = [datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC), datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)]
for person, moment in zip(Person.objects.order_by("pk"), moments):
    Person.objects.filter(pk=person.pk).update(joined_at=moment)
start_topic(membership=member, title="Ñandú & “quotes”", text="A text with\\nlines, emoji 🌱 and a tab\\t.")
folder = settings.MEDIA_ROOT / "attachments/2026/01"
folder.mkdir(parents=True)
(folder / "one.webp").write_bytes(bytes(range(256)) * 40)
"""

FINGERPRINTS = """
import hashlib
from django.conf import settings
from django.core import serializers
from commonweal.site.commands.backup import WholeMoments, backed_up_models
result = {}
for model in backed_up_models():
    rows = serializers.serialize("jsonl", model._base_manager.order_by("pk"), cls=WholeMoments)
    result[model._meta.label] = [model._base_manager.count(), hashlib.sha256(rows.encode()).hexdigest()]
for file in sorted(settings.MEDIA_ROOT.rglob("*.*")):
    result[str(file.relative_to(settings.MEDIA_ROOT))] = hashlib.sha256(file.read_bytes()).hexdigest()
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """One filled instance for all tests here: each of them must leave it as it was, and checks that it did."""
    with Instance(tmp_path_factory.mktemp("filled")) as instance:
        instance.python(FILL)
        yield instance


def test_a_restored_backup_has_the_same_rows_and_files(filled: Instance, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    filled.command("backup", str(file))
    assert file.stat().st_mode & 0o077 == 0, "only its owner may read it"
    (tmp_path / "two").mkdir()
    with Instance(tmp_path / "two") as other:
        other.command("restore", str(file))
        before, after = filled.python(FINGERPRINTS), other.python(FINGERPRINTS)
        assert before["conversations.Post"][0] == 31
        assert before["attachments/2026/01/one.webp"] == hashlib.sha256(bytes(range(256)) * 40).hexdigest()
        assert after == before
        # What was restored can be written to: the next key is free, and the trail is append-only again.
        again = other.python(FILL.replace("folder.mkdir(parents=True)", "").replace("fill(", "fill(slug='two', "))
        assert again is None
        refused = other.python(
            "from commonweal.trail.models import Step\nfrom django.db import IntegrityError, DatabaseError\n"
            "try:\n    Step.objects.update(verb='x')\n    result = 'changed'\nexcept DatabaseError as e:\n    result = str(e)"
        )
        assert "append-only" in refused


def test_restore_does_not_overwrite_silently(filled: Instance, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    filled.command("backup", str(file))
    before = filled.python(FINGERPRINTS)
    refused = filled.command("restore", str(file), check=False)
    assert refused.returncode == 1
    assert "nothing was changed" in refused.stderr
    assert "--replace" in refused.stderr
    assert filled.python(FINGERPRINTS) == before
    filled.command("restore", str(file), "--replace")
    assert filled.python(FINGERPRINTS) == before


def test_backup_does_not_overwrite_a_file(filled: Instance, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    file.write_text("precious")
    refused = filled.command("backup", str(file), check=False)
    assert refused.returncode == 1
    assert file.read_text() == "precious"


@pytest.mark.parametrize("damage", [b"not a tar at all", b""])
def test_a_file_that_is_no_backup_is_refused_and_changes_nothing(
    filled: Instance, tmp_path: Path, damage: bytes
) -> None:
    file = tmp_path / "broken.tar"
    file.write_bytes(damage)
    before = filled.python(FINGERPRINTS)
    refused = filled.command("restore", str(file), "--replace", check=False)
    assert refused.returncode == 1
    assert "cannot be restored" in refused.stderr
    assert filled.python(FINGERPRINTS) == before


def test_half_a_backup_is_refused_and_changes_nothing(filled: Instance, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    filled.command("backup", str(file))
    whole = file.read_bytes()
    half = tmp_path / "half.tar"
    half.write_bytes(whole[: len(whole) // 3])
    before = filled.python(FINGERPRINTS)
    refused = filled.command("restore", str(half), "--replace", check=False)
    assert refused.returncode == 1
    assert filled.python(FINGERPRINTS) == before
