"""What handovers add to a person's private page: who met to hand something over, and who is about to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q
from django.urls import reverse

from commonweal.communities.models import Membership
from commonweal.communities.registries import Occasion
from commonweal.kit import clock
from commonweal.trail.actions import type_of

from .models import Agreement

#: How long a handover is taken to last: some minutes at a door, or an hour of help.
MINUTES, SINCE = 30, timedelta(days=730)


def occasions(memberships: list[Membership]) -> Iterable[Occasion]:
    """Handovers agreed in the last two years that both confirmed, and those that stand. One query."""
    mine = {m.pk for m in memberships}
    agreed = Agreement.objects.filter(
        Q(handover__other__in=mine) | Q(entry__author__in=mine), at__gt=clock.now() - SINCE, ended_at__isnull=True
    )
    related = ("handover__completion", "entry__community")
    for one in agreed.select_related(*related).order_by("-at")[:100]:
        done = getattr(one.handover, "completion", None)
        author, other = one.entry.author_id, one.handover.other_id
        yield Occasion(
            key=f"{type_of(one.handover)}:{one.handover_id}",
            mine=author if author in mine else other,
            others=(other if author in mine else author,),
            at=done.at if done else one.at,
            minutes=MINUTES,
            title=one.entry.title,
            url=reverse("exchange:entry", args=[one.entry.community.slug, one.entry_id]),
            met=done is not None,
            icon="exchange",
        )
