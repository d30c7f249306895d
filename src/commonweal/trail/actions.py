"""Writing the trail. Every function joins the transaction of the action that calls it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from commonweal.kit import clock
from commonweal.kit.errors import Refused

from .models import Confirmation, FollowUp, Link, Outbox, Outcome, Step
from .verbs import VERBS, Verb


def type_of(thing: models.Model | type[models.Model]) -> str:
    """How the trail names a kind of thing: "gatherings.gathering"."""
    return thing._meta.label_lower


@transaction.atomic(savepoint=False)  # part of its action: they stand or fall together
def record(
    verb: Verb | str,
    *,
    subject: models.Model,
    actor: int | None,
    community: int | None,
    data: dict[str, Any] | None = None,
) -> Step:
    """Write the step and its outbox row. `actor` is a membership's id, `community` a community's id.

    `data` holds ids, numbers and codes only: personal text never enters the trail. Raises KeyError for a verb that
    no package declared.
    """
    declared = VERBS[verb.name if isinstance(verb, Verb) else verb]
    now = clock.now()
    step = Step.objects.create(
        at=now,
        verb=declared.name,
        actor=actor,
        community=community,
        subject_type=type_of(subject),
        subject_id=subject.pk,
        data=data or {},
        keep_until=now + declared.keep if declared.keep else None,
    )
    if declared.tells is not None or len(CONSUMERS_OF_ALL):
        Outbox.objects.create(step=step, not_before=now)
    return step


@transaction.atomic(savepoint=False)
def record_all(
    verb: Verb | str, *, subjects: Sequence[models.Model], actor: int | None, community: int | None
) -> list[Step]:
    """`record` for many subjects of one kind that came about together: two statements instead of two for each."""
    declared = VERBS[verb.name if isinstance(verb, Verb) else verb]
    now = clock.now()
    steps = Step.objects.bulk_create(
        Step(
            at=now,
            verb=declared.name,
            actor=actor,
            community=community,
            subject_type=type_of(subject),
            subject_id=subject.pk,
            keep_until=now + declared.keep if declared.keep else None,
        )
        for subject in subjects
    )
    if declared.tells is not None or len(CONSUMERS_OF_ALL):
        Outbox.objects.bulk_create(Outbox(step=step, not_before=now) for step in steps)
    return steps


#: Consumers that want every step, not only those that tell somebody (webhooks, federation). Filled by upper layers.
CONSUMERS_OF_ALL: set[str] = set()


def link(
    source: models.Model, target: models.Model, kind: str = Link.Kind.LED_TO, *, community: int | None = None
) -> Link:
    """Say that `source` led to `target`. Saying it twice is saying it once."""
    edge, _created = Link.objects.get_or_create(
        source_type=type_of(source),
        source_id=source.pk,
        target_type=type_of(target),
        target_id=target.pk,
        kind=kind,
        defaults={"community": community, "at": clock.now()},
    )
    return edge


@transaction.atomic
def confirm(
    *, subject: models.Model, membership: int, community: int | None, happened: bool, helped: str = ""
) -> Confirmation:
    """One side says whether it happened and whether it helped. A second answer replaces the first; follow-ups close."""
    said, _created = Confirmation.objects.update_or_create(
        subject_type=type_of(subject),
        subject_id=subject.pk,
        membership=membership,
        defaults={"community": community, "happened": happened, "helped": helped, "at": clock.now()},
    )
    FollowUp.objects.filter(
        subject_type=type_of(subject), subject_id=subject.pk, membership=membership, closed_at__isnull=True
    ).update(closed_at=clock.now())
    return said


def follow_up(
    *, subject: models.Model, membership: int, community: int | None, days: tuple[int, ...] = (7, 30), start: datetime
) -> None:
    """Ask one member about `subject`, `days` after `start`. Asking twice for the same date is asking once."""
    for day in days:
        FollowUp.objects.get_or_create(
            subject_type=type_of(subject),
            subject_id=subject.pk,
            membership=membership,
            due_at=start + timedelta(days=day),
            defaults={"community": community},
        )


@transaction.atomic
def record_outcome(
    *, subject: models.Model, community: int, recorded_by: int, reached: bool, text: str, evidence: str = ""
) -> Outcome:
    """Write down what changed in the world. Raises Refused when an outcome already stands."""
    if Outcome.objects.filter(subject_type=type_of(subject), subject_id=subject.pk).exists():
        raise Refused(_("The outcome is already written down. Ask a steward if it needs correcting."))
    return Outcome.objects.create(
        subject_type=type_of(subject),
        subject_id=subject.pk,
        community=community,
        recorded_by=recorded_by,
        reached=reached,
        text=text,
        evidence=evidence,
        at=clock.now(),
    )
