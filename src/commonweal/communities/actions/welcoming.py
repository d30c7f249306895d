"""Every newcomer is greeted by a named person.

61% of newcomers got a reply; a reply raised return from 44% to 56% (Joyce & Kraut 2006). So the greeting has a name on
it from the first minute, and after two days without one it passes to the next welcomer.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Count, F, Max, Q
from django.utils.translation import gettext as _

from commonweal.kit import clock, limits
from commonweal.kit.errors import Refused
from commonweal.people.queries import are_apart, kept_apart
from commonweal.trail.actions import record

from .. import verbs
from ..access import require_active
from ..models import Membership, Role, State, Welcome

PATIENCE = timedelta(hours=48)
STAYS_NEW = timedelta(days=14)


def name_welcomer(newcomer: Membership) -> Welcome | None:
    """Give a newcomer their welcomer, who is told. None when nobody else is there to greet. Two queries to choose."""
    welcomer = _next_welcomer(newcomer)
    if welcomer is None:
        return None
    now = clock.now()
    welcome, _new = Welcome.objects.update_or_create(
        newcomer=newcomer, defaults={"welcomer": welcomer, "given_at": now, "greeted_at": None, "message": ""}
    )
    record(verbs.WELCOMER_NAMED, subject=newcomer, actor=None, community=newcomer.community_id)
    return welcome


def _next_welcomer(newcomer: Membership, *, besides: int | None = None) -> Membership | None:
    """The steward, supporter or volunteer with the fewest people to greet; then whoever was asked longest ago."""
    apart = kept_apart(newcomer.person_id) if newcomer.person_id else set()
    willing = Q(role__in=[Role.SUPPORTER, Role.STEWARD, Role.FOUNDER]) | Q(welcomes=True)
    found = (
        Membership.objects.filter(willing, community=newcomer.community_id, state=State.ACTIVE, person__isnull=False)
        .exclude(pk__in=[pk for pk in (newcomer.pk, besides) if pk])
        .exclude(person__in=apart)
        .annotate(
            waiting=Count("newcomers", filter=Q(newcomers__greeted_at__isnull=True)), asked=Max("newcomers__given_at")
        )
    )
    return found.order_by("waiting", F("asked").asc(nulls_first=True), "pk").first()


@transaction.atomic
def greet(*, membership: Membership, newcomer: Membership, message: str) -> Welcome:
    """Say hello to a newcomer in one's own words. The welcomer does it; a supporter or steward may do it for them.

    Raises Refused when already greeted, when the greeting is somebody else's, and for an empty message.
    """
    require_active(membership)
    message = message.strip()
    if not message:
        raise Refused(_("Write a line or two; hello and your name is plenty."), field="message")
    if len(message) > 1000:
        raise Refused(_("A greeting has 1000 letters at most. Keep the rest for when you talk."), field="message")
    welcome = Welcome.objects.select_for_update().filter(newcomer=newcomer).first()
    if welcome is None or membership.community_id != newcomer.community_id or not newcomer.is_active:
        raise Refused(_("Nobody is waiting for a greeting here."))
    if welcome.greeted_at is not None:
        raise Refused(_("Somebody has already said hello. You can still write to them."))
    if welcome.welcomer_id != membership.pk and not membership.is_supporter:
        raise Refused(_("Somebody else was asked to greet them. You can still write to them."))
    if membership.person_id and newcomer.person_id and are_apart(membership.person_id, newcomer.person_id):
        raise Refused(_("Nobody is waiting for a greeting here."))
    limits.spend("greet", membership.pk, limit=60, window=timedelta(hours=1))
    welcome.welcomer, welcome.greeted_at, welcome.message = membership, clock.now(), message
    welcome.save(update_fields=["welcomer", "greeted_at", "message"])
    record(verbs.GREETED, subject=newcomer, actor=membership.pk, community=membership.community_id)
    record(verbs.WAS_GREETED, subject=membership, actor=newcomer.pk, community=membership.community_id)
    return welcome


def hand_over_greetings(welcomer: Membership) -> None:
    """Somebody goes: whoever they had still to greet gets another welcomer."""
    waiting = Welcome.objects.filter(welcomer=welcomer, greeted_at__isnull=True).select_related("newcomer")
    for welcome in waiting:
        _pass_on(welcome)


@transaction.atomic
def pass_on_greetings(*, limit: int = 200) -> int:
    """Give newcomers who waited two days for a greeting to the next welcomer. Returns how many. Safe to run twice.

    After two weeks somebody is no longer new, and the asking ends.
    """
    now = clock.now()
    waiting = Welcome.objects.filter(
        greeted_at__isnull=True,
        given_at__lt=now - PATIENCE,
        newcomer__state=State.ACTIVE,
        newcomer__joined_at__gt=now - STAYS_NEW,
    ).select_related("newcomer", "newcomer__community")
    return sum(_pass_on(welcome) for welcome in waiting.order_by("given_at")[:limit])


def _pass_on(welcome: Welcome) -> bool:
    """Ask somebody else, if there is anybody else. The condition on the old welcomer makes two runs do it once."""
    other = _next_welcomer(welcome.newcomer, besides=welcome.welcomer_id)
    if other is None:
        return False
    changed = Welcome.objects.filter(pk=welcome.pk, welcomer=welcome.welcomer_id, greeted_at__isnull=True).update(
        welcomer=other, given_at=clock.now()
    )
    if changed:
        record(verbs.WELCOMER_NAMED, subject=welcome.newcomer, actor=None, community=welcome.newcomer.community_id)
    return bool(changed)
