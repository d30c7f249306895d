"""Opening a community from a Polis export: statements, their authors, and every vote.

Everything is checked before the first write (`polis_files`). Then each batch is one transaction that also writes how
far it got, so a run that was killed goes on where it stopped, and a second run changes nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from commonweal.communities.models import Access, Community, Kind, Membership
from commonweal.decisions.models import Answer, OpinionMap, Statement
from commonweal.decisions.opinion_actions import import_counts
from commonweal.decisions.opinions import LONGEST_IMPORTED
from commonweal.people.models import Person

from .models import ImportedRecord, ImportRun
from .polis_files import Comment, Export, read_export

PEOPLE, STATEMENTS, VOTERS = 500, 500, 100

#: progress(stage, done, all): called after each batch. Stages: "people", "statements", "votes".
Progress = Callable[[str, int, int], None]


class CannotImport(Exception):
    """The export is sound, but this instance cannot take it; says why and what to do."""


@dataclass
class Report:
    """What came in, what was there already, and what was left out or does not add up."""

    community: str
    name: str
    people: int = 0
    statements: int = 0
    withheld: int = 0
    votes: int = 0
    added_people: int = 0
    added_statements: int = 0
    added_votes: int = 0
    resumed: bool = False
    unchanged: bool = False
    skipped: list[str] = field(default_factory=list)


def import_polis(folder: Path, *, slug: str | None = None, progress: Progress | None = None) -> Report:
    """Bring in the export in `folder` as a community of its own, named by `slug` or after its topic.

    Raises BadExport when the files are not sound, CannotImport when the slug is taken or the conversation was brought
    in under another slug. Nothing is written in either case.
    """
    if slug is not None and not re.fullmatch(r"[-a-zA-Z0-9_]{1,60}", slug):
        raise CannotImport(f"--community {slug!r}: use up to 60 letters, digits, hyphens and underscores.")
    export = read_export(Path(folder))
    return _Import(export, slug, progress or (lambda stage, done, all: None)).run()


class _Import:
    """One run. Keeps the maps from the source's keys to our ids."""

    def __init__(self, export: Export, slug: str | None, progress: Progress) -> None:
        self.export = export
        self.progress = progress
        self.source = _source_of(export)
        self.slug = slug or _slug_of(export, self.source)
        self.skipped = list(export.notes)
        self.comments = self._usable_comments()

    def _usable_comments(self) -> list[Comment]:
        usable = []
        for comment in self.export.comments:
            if not comment.text:
                self.skipped.append(f"statement {comment.key}: it has no text; left out with its votes")
            elif len(comment.text) > LONGEST_IMPORTED:
                self.skipped.append(
                    f"statement {comment.key}: longer than {LONGEST_IMPORTED} characters; left out with its votes"
                )
            else:
                usable.append(comment)
        return usable

    def run(self) -> Report:
        started = ImportRun.objects.filter(source=self.source).first()
        resumed = started is not None and started.finished_at is None
        run = self._open(started)
        assert run.community is not None
        report = Report(community=run.community.slug, name=run.community.name, resumed=resumed, skipped=self.skipped)
        if run.finished_at is None:
            report.added_people = self._people(run)
            report.added_statements = self._statements(run)
            report.added_votes = self._votes(run)
            self._finish(run)
        else:
            report.unchanged = True
        report.people = run.records.filter(kind="person").count()
        report.statements = len(self.comments)
        report.withheld = sum(comment.withheld for comment in self.comments)
        report.votes = run.votes
        return report

    def _open(self, run: ImportRun | None) -> ImportRun:
        """The run with its community and map, made in one transaction the first time."""
        if run is not None and run.community is not None and run.community.slug != self.slug:
            if self.slug != _slug_of(self.export, self.source):
                raise CannotImport(
                    f"This conversation was brought in already, as {run.community.slug!r}. Leave --community out to go on there."
                )
            self.slug = run.community.slug
        if run is None and Community.objects.filter(slug=self.slug).exists():
            raise CannotImport(f"There is a community {self.slug!r} already. Choose another name with --community.")
        with transaction.atomic():
            if run is None:
                run = ImportRun.objects.create(source=self.source, fingerprint=self.export.fingerprint)
                self._found(run)
            elif run.fingerprint != self.export.fingerprint:
                run.fingerprint, run.done, run.votes, run.finished_at = self.export.fingerprint, 0, 0, None
                run.save()
        return run

    def _found(self, run: ImportRun) -> None:
        """The community and its opinion map. Open to read: the export is public data."""
        export = self.export
        times = [comment.at for comment in export.comments]
        run.community = Community.objects.create(
            slug=self.slug,
            name=_cut(export.topic, 80),
            purpose=_cut(" ".join(export.description.split()) or export.topic, 300),
            kind=Kind.CAUSE,
            access=Access.OPEN,
            **({"founded_at": min(times)} if times else {}),
        )
        run.save()
        opened = OpinionMap(
            community=run.community, question=_cut(export.topic, 200), details=_cut(export.description, 10_000)
        )
        if times:
            opened.opens_at = min(times)
        opened.closes_at = max(times, default=opened.opens_at)
        opened.save()
        ImportedRecord.objects.create(run=run, kind="map", key="map", object_id=opened.pk)

    def _known(self, run: ImportRun, kind: str) -> dict[str, int]:
        return dict(run.records.filter(kind=kind).values_list("key", "object_id"))

    def _remember(self, run: ImportRun, kind: str, pairs: Sequence[tuple[str, int]]) -> None:
        ImportedRecord.objects.bulk_create(
            ImportedRecord(run=run, kind=kind, key=key, object_id=pk) for key, pk in pairs
        )

    def _people(self, run: ImportRun) -> int:
        """Everyone who voted or wrote: an account that only stands for them and cannot sign in, and a membership."""
        joined: dict[str, datetime] = {}
        for comment in self.export.comments:
            joined[comment.author] = min(comment.at, joined.get(comment.author, comment.at))
        everyone = list(dict.fromkeys([*(key for key, _given in self.export.votes), *joined]))
        known = self._known(run, "person")
        new = [key for key in everyone if key not in known]
        opening = min((comment.at for comment in self.export.comments), default=run.started_at)
        for batch in _batches(new, PEOPLE):
            with transaction.atomic():
                people = [_placeholder(self.source, key, joined.get(key, opening)) for key in batch]
                Person.objects.bulk_create(people)
                members = [
                    Membership(
                        person=person,
                        community=run.community,
                        display_name=f"Participant {key}",
                        joined_at=person.joined_at,
                    )
                    for key, person in zip(batch, people, strict=True)
                ]
                Membership.objects.bulk_create(members)
                self._remember(run, "person", [(key, member.pk) for key, member in zip(batch, members, strict=True)])
            known.update({key: member.pk for key, member in zip(batch, members, strict=True)})
            self.progress("people", len(known), len(everyone))
        self.members = known
        return len(new)

    def _statements(self, run: ImportRun) -> int:
        """Every statement with its author and its time; those the source's moderators took out come in withheld."""
        known = self._known(run, "statement")
        opinion_map = self._map(run)
        new = [comment for comment in self.comments if comment.key not in known]
        for batch in _batches(new, STATEMENTS):
            with transaction.atomic():
                statements = [
                    Statement(
                        opinion_map_id=opinion_map,
                        author_id=self.members[comment.author],
                        text=comment.text,
                        written_at=comment.at,
                        withheld_at=comment.at if comment.withheld else None,
                    )
                    for comment in batch
                ]
                Statement.objects.bulk_create(statements)
                self._remember(run, "statement", [(c.key, s.pk) for c, s in zip(batch, statements, strict=True)])
            known.update({comment.key: s.pk for comment, s in zip(batch, statements, strict=True)})
            self.progress("statements", len(known), len(self.comments))
        self.statements = known
        return len(new)

    def _map(self, run: ImportRun) -> int:
        return run.records.values_list("object_id", flat=True).get(kind="map")

    def _votes(self, run: ImportRun) -> int:
        """Every vote, a hundred people at a time. The source keeps no time for votes, and none is made up."""
        added = 0
        everyone = len(self.export.votes)
        for batch in _batches(self.export.votes[run.done :], VOTERS):
            answers = [
                Answer(
                    statement_id=self.statements[key], membership_id=self.members[participant], choice=opinion, at=None
                )
                for participant, given in batch
                for key, opinion in given.items()
                if key in self.statements
            ]
            with transaction.atomic():
                Answer.objects.bulk_create(
                    answers,
                    update_conflicts=True,
                    unique_fields=["statement", "membership"],
                    update_fields=["choice"],
                )
                run.done += len(batch)
                run.votes += len(answers)
                run.save(update_fields=["done", "votes"])
            added += len(answers)
            self.progress("votes", run.done, everyone)
        return added

    def _finish(self, run: ImportRun) -> None:
        """Count the map and the members, and say that all is in."""
        from commonweal.kit import clock

        assert run.community is not None
        with transaction.atomic():
            import_counts(OpinionMap.objects.get(pk=self._map(run)))
            run.community.members_count = run.community.memberships.filter(state="active").count()
            run.community.save(update_fields=["members_count"])
            run.finished_at = clock.now()
            run.save(update_fields=["finished_at"])


def _placeholder(source: str, key: str, at: datetime) -> Person:
    """An account that stands for a participant: no password, not active, an address in a domain that cannot exist."""
    mark = re.sub(r"[^a-z0-9]+", "-", source.lower()).strip("-")[:60]
    person = Person(email=f"{mark}-{key}@placeholder.invalid", placeholder=True, is_active=False, joined_at=at)
    person.set_unusable_password()
    return person


def _source_of(export: Export) -> str:
    """What the source is known by: the id in its address, or else what it asks."""
    name = export.url.rstrip("/").rpartition("/")[2] or hashlib.sha256(export.topic.encode()).hexdigest()[:16]
    return f"polis:{name}"[:200]


def _slug_of(export: Export, source: str) -> str:
    return slugify(export.topic)[:60].strip("-") or slugify(source)[:60] or "polis"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _batches(items: Sequence[Any], size: int) -> list[Any]:
    return [items[start : start + size] for start in range(0, len(items), size)]
