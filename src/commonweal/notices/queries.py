"""Reading notices and choices. Each says its query count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext

from commonweal.kit import clock
from commonweal.kit.prepared import Prepared
from commonweal.trail.verbs import KINDS, Kind

from .models import Email, Mail, Notice, NoticeChoice

MOST_COUNTED = 100


@dataclass(frozen=True)
class Chosen:
    """How one person is told of one kind: in the inbox or not, and when by mail."""

    inbox: bool
    email: str


def default_for(kind: Kind) -> Chosen:
    """What holds until a person chooses: the inbox always, mail at once only for what cannot wait, else once a day."""
    if not kind.email:
        return Chosen(True, Email.OFF)
    return Chosen(True, Email.AT_ONCE if kind.urgent else Email.DAILY)


def choices_of(people: Iterable[int], kind: Kind) -> dict[int, Chosen]:
    """{person id: what they chose for `kind`} for those who chose. One query."""
    rows = NoticeChoice.objects.filter(person__in=list(people), kind=kind.key)
    return {row.person_id: Chosen(row.inbox, row.email) for row in rows}


def all_choices_of(person_id: int) -> dict[str, Chosen]:
    """{kind key: what holds for this person}, for every declared kind. One query."""
    made = {row.kind: Chosen(row.inbox, row.email) for row in NoticeChoice.objects.filter(person=person_id)}
    return {kind.key: made.get(kind.key, default_for(kind)) for kind in KINDS}


def inbox_of(person_id: int) -> QuerySet[Notice]:
    """A person's notices with their communities, for keyset pages. One query."""
    return Notice.objects.filter(person=person_id, inbox=True).select_related("community")


_unread: Prepared[int] = Prepared(
    lambda person: Notice.objects.filter(person=person, inbox=True, read_at__isnull=True).values_list("pk", flat=True)[
        :MOST_COUNTED
    ]
)


def unread_count(person_id: int) -> int:
    """How many unread notices, counted to a hundred. One query on a partial index."""
    return len(_unread.rows(person=person_id))


def sentence(notice: Notice) -> str:
    """The notice in the active language. A sentence whose places changed since then falls back to its source."""
    if not notice.params:
        return gettext(notice.text)
    for text in (gettext(notice.text), notice.text):
        try:
            return text % notice.params
        except (KeyError, ValueError, TypeError):
            continue
    return notice.text


def mail_health() -> dict[str, int]:
    """For `commonweal check`: mail that waits over an hour, and what ended uncertain or failed in 30 days. One query."""
    now = clock.now()
    recent = now - timedelta(days=30)
    return Mail.objects.aggregate(
        late=Count("pk", filter=Q(claimed_at__isnull=True, not_before__lt=now - timedelta(hours=1))),
        uncertain=Count("pk", filter=Q(uncertain_at__gt=recent)),
        failed=Count("pk", filter=Q(failed_at__gt=recent)),
    )
