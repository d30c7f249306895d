"""Telling, reading, and choosing how to be told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import translation

from commonweal.kit import clock
from commonweal.people.models import Person
from commonweal.trail.models import Step
from commonweal.trail.verbs import KINDS, VERBS, Kind, Telling

from .models import Email, Mail, Notice, NoticeChoice
from .queries import Chosen, all_choices_of, choices_of, default_for

#: A step that is handed out later than this (a long pause, an import, a demonstration's history) sends no mail.
TOO_OLD_FOR_MAIL = timedelta(days=2)


def tell(step: Step) -> None:
    """The outbox consumer: a notice for each person whom the step's verb tells, and mail for those who chose it.

    Telling twice tells once. Six queries, however many are told. Runs inside the outbox's transaction.
    """
    verb = VERBS.get(step.verb)
    if verb is None or verb.tells is None:
        return
    tellings: dict[int, Telling] = {}
    for telling in verb.tells(step):
        tellings.setdefault(telling.person_id, telling)
    told = set(Notice.objects.filter(step=step.pk, person__in=list(tellings)).values_list("person_id", flat=True))
    people = Person.objects.in_bulk([pk for pk in tellings if pk not in told])
    kind = KINDS.get(verb.kind or "") or KINDS["other"]
    notices = _written(step, kind, [tellings[pk] for pk in people], people)
    at_once = [notice for notice, mailed in notices if mailed]
    mails = Mail.objects.bulk_create([Mail(person_id=notice.person_id) for notice in at_once])
    for notice, mail in zip(at_once, mails, strict=True):
        notice.mail = mail
    Notice.objects.bulk_create([notice for notice, _mailed in notices])
    if mails:
        from .jobs import send_waiting_mail

        send_waiting_mail.enqueue()


def _written(step: Step, kind: Kind, tellings: list[Telling], people: dict[int, Person]) -> list[tuple[Notice, bool]]:
    """Unsaved notices, each with whether it goes out by mail at once. One query."""
    chosen = choices_of(people, kind)
    fresh = clock.now() - step.at < TOO_OLD_FOR_MAIL
    written = []
    for telling in tellings:
        person = people[telling.person_id]
        choice = chosen.get(person.pk, default_for(kind))
        mail = choice.email if fresh else Email.OFF
        if person.placeholder or not person.is_active or not (choice.inbox or mail != Email.OFF):
            continue
        notice = _notice(step, kind, telling, person, choice)
        notice.digest = mail == Email.DAILY
        written.append((notice, mail == Email.AT_ONCE))
    return written


def _notice(step: Step, kind: Kind, telling: Telling, person: Person, choice: Chosen) -> Notice:
    with translation.override(None):
        source = str(telling.text)
    with translation.override(person.language):
        params = {name: str(value) for name, value in telling.params.items()}
    return Notice(
        person=person,
        community_id=telling.community_id or step.community,
        step=step.pk,
        actor=step.actor,
        verb=step.verb,
        kind=kind.key,
        text=source[:500],
        params=params,
        url=telling.url[:500],
        inbox=choice.inbox,
        at=step.at,
    )


def mark_read(*, notice: Notice) -> None:
    """The person opened what the notice is about."""
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=clock.now())


def mark_all_read(*, person: Person) -> int:
    """The person has seen enough. Returns how many were unread."""
    return Notice.objects.filter(person=person, inbox=True, read_at__isnull=True).update(read_at=clock.now())


@transaction.atomic
def choose(*, person: Person, choices: dict[str, Chosen]) -> None:
    """Keep how a person wants to be told, by kind. Only what differs from now is written."""
    held = all_choices_of(person.pk)
    for key, choice in choices.items():
        if key in held and held[key] != choice:
            NoticeChoice.objects.update_or_create(
                person=person,
                kind=key,
                defaults={"inbox": choice.inbox, "email": choice.email, "at": clock.now()},
            )


@transaction.atomic
def stop_mail(*, person: Person, kinds: Iterable[str]) -> None:
    """No more mail about these kinds; the inbox stays as it was. What waits for the digest stays in the inbox only."""
    held, kinds = all_choices_of(person.pk), list(kinds)
    choose(person=person, choices={key: Chosen(held[key].inbox, Email.OFF) for key in kinds if key in held})
    Notice.objects.filter(person=person, kind__in=kinds, digest=True, mail__isnull=True).update(digest=False)


@transaction.atomic
def resume_mail(*, person: Person, kinds: Iterable[str]) -> None:
    """Undo `stop_mail`: mail about these kinds comes once a day again."""
    held = all_choices_of(person.pk)
    choose(person=person, choices={key: Chosen(held[key].inbox, Email.DAILY) for key in kinds if key in held})
