"""Opening an opinion map, adding statements, answering them."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership
from commonweal.kit import clock, limits
from commonweal.kit.errors import Refused
from commonweal.trail.actions import record

from . import verbs
from .counting import write_counts
from .models import Answer, OpinionMap, Proposal, Statement
from .opinions import LONGEST_STATEMENT, Opinion


@transaction.atomic
def open_map(
    *,
    membership: Membership,
    question: str,
    details: str = "",
    closes_at: datetime,
    first_statements: list[str] | None = None,
    submission: uuid.UUID | None = None,
) -> OpinionMap:
    """Ask an open question that members answer with statements.

    Raises Refused for impossible times, TooMany past five a day.
    """
    require_active(membership)
    if submission and (sent := OpinionMap.objects.filter(author=membership, submission=submission).first()):
        return sent
    now = clock.now()
    if not question.strip():
        raise Refused(_("Write the question first."), field="question")
    if not timedelta(hours=1) <= closes_at - now <= timedelta(days=90):
        raise Refused(_("An opinion map stays open for at least an hour and at most 90 days."), field="closes_at")
    limits.spend("open_map", membership.pk, limit=5, window=timedelta(days=1))
    opinion_map = OpinionMap.objects.create(
        community=membership.community,
        author=membership,
        question=question.strip(),
        details=details.strip(),
        opens_at=now,
        closes_at=closes_at,
        submission=submission,
    )
    record(verbs.MAP_OPENED, subject=opinion_map, actor=membership.pk, community=membership.community_id)
    for text in first_statements or []:
        state(membership=membership, opinion_map=opinion_map, text=text)
    return opinion_map


@transaction.atomic
def state(
    *, membership: Membership, opinion_map: OpinionMap, text: str, submission: uuid.UUID | None = None
) -> Statement:
    """Add a statement, which counts as agreeing with it.

    Raises Refused for a closed map, an empty, over-long or repeated text.
    """
    require_active(membership)
    if submission and (sent := Statement.objects.filter(author=membership, submission=submission).first()):
        return sent
    _require_open(membership, opinion_map)
    text = " ".join(text.replace("\x00", "").split())
    if not text:
        raise Refused(_("Write the statement first."), field="text")
    if len(text) > LONGEST_STATEMENT:
        raise Refused(
            _("This is %(length)s characters long; the most is %(most)s. One thought in one sentence.")
            % {"length": len(text), "most": LONGEST_STATEMENT},
            field="text",
        )
    if Statement.objects.filter(opinion_map=opinion_map, text__iexact=text).exists():
        raise Refused(_("Somebody has said exactly this already. You can answer it when it comes up."), field="text")
    limits.spend("state", membership.pk, limit=20, window=timedelta(days=1))
    statement = Statement.objects.create(
        opinion_map=opinion_map, author=membership, text=text, submission=submission, written_at=clock.now()
    )
    record(verbs.STATED, subject=statement, actor=membership.pk, community=opinion_map.community_id)
    answer(membership=membership, statement=statement, choice=Opinion.AGREE)
    return statement


@transaction.atomic
def answer(*, membership: Membership, statement: Statement, choice: int) -> Answer:
    """Agree, disagree or pass. A second answer replaces the first, until the map closes.

    The first answer in a map is recorded on the trail as an online contact. Raises Refused when the map is closed.
    """
    require_active(membership)
    opinion_map = statement.opinion_map
    _require_open(membership, opinion_map)
    if choice not in Opinion.values:
        raise Refused(_("Choose agree, disagree or pass."), field="choice")
    if statement.withheld_at is not None:
        raise Refused(_("This statement was taken down. Here is the next one."))
    first = not Answer.objects.filter(membership=membership, statement__opinion_map=opinion_map).exists()
    said, created = Answer.objects.update_or_create(
        statement=statement, membership=membership, defaults={"choice": choice, "at": clock.now()}
    )
    if created:
        Statement.objects.filter(pk=statement.pk).update(seen=F("seen") + 1)
    if first:
        record(verbs.ANSWERED, subject=opinion_map, actor=membership.pk, community=opinion_map.community_id)
    return said


def _require_open(membership: Membership, opinion_map: OpinionMap) -> None:
    if membership.community_id != opinion_map.community_id or opinion_map.withheld_at is not None:
        raise Refused(_("This opinion map is not open to you."))
    if not opinion_map.is_open(clock.now()):
        raise Refused(_("This opinion map has closed. You can see where people agree."))


@transaction.atomic
def withhold(*, thing: Statement | OpinionMap | Proposal, hidden: bool) -> None:
    """Take a statement, a map or a proposal off the page, or put it back. Called by moderation with its recorded decision."""
    thing.withheld_at = clock.now() if hidden else None
    thing.save(update_fields=["withheld_at"])


@transaction.atomic
def import_counts(opinion_map: OpinionMap) -> OpinionMap:
    """Count a map whose answers came in from elsewhere. It closed long ago, so nobody is told."""
    write_counts(opinion_map)
    opinion_map.counted_at = opinion_map.closes_at
    opinion_map.save(update_fields=["counted_at", "voters"])
    return opinion_map
