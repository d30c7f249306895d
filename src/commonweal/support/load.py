"""Who carries how much, so that it can be shared fairly and seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count
from django.utils.translation import ngettext

from commonweal.communities.access import SUPPORTERS
from commonweal.communities.models import Community, Membership, State
from commonweal.kit import clock
from commonweal.kit.errors import Refused

from .models import Acknowledgement, HumanReply, Standard, SupportRequest

#: How far back the picture looks, and how many people it shows.
LOOKS_BACK = timedelta(days=30)
MOST_SHOWN = 200


def open_cases(members: Iterable[int]) -> dict[int, int]:
    """How many requests each of these memberships has taken on that still wait for answers. One query."""
    taken = Acknowledgement.objects.filter(
        membership__in=list(members), request__answered_at__isnull=True, request__closed_at__isnull=True
    )
    return dict(taken.values("membership").annotate(n=Count("pk")).order_by().values_list("membership", "n"))


def require_room(membership: Membership) -> None:
    """Raises Refused when somebody carries as many requests as the stewards said are enough. Without a cap nothing.

    Answering stays open to them; only taking on another is not. Two queries.
    """
    standard = Standard.objects.filter(community=membership.community_id).first()
    if standard is not None and open_cases([membership.pk]).get(membership.pk, 0) >= standard.cap:
        raise Refused(
            ngettext(
                "You carry %(n)d request already, and that is enough. Let somebody else take this one on.",
                "You carry %(n)d requests already, and that is enough. Let somebody else take this one on.",
                standard.cap,
            )
            % {"n": standard.cap}
        )


@dataclass(frozen=True)
class Carried:
    """One supporter's share: people answered in the last thirty days, and requests taken on that are open now."""

    member: Membership
    answered: int
    open: int


def carried(community: Community) -> list[Carried]:
    """What each supporter and steward carried lately, most first. Three queries."""
    people = list(
        Membership.objects.filter(community=community, state=State.ACTIVE, role__in=SUPPORTERS)
        .select_related("supporter", "rest")
        .order_by("display_name", "pk")[:MOST_SHOWN]
    )
    ids = [member.pk for member in people]
    answered = dict(
        HumanReply.objects.filter(
            membership__in=ids, at__gt=clock.now() - LOOKS_BACK, request__sort=SupportRequest.Sort.SUPPORT
        )
        .values("membership")
        .annotate(n=Count("pk"))
        .order_by()
        .values_list("membership", "n")
    )
    taken = open_cases(ids)
    rows = [Carried(member, answered.get(member.pk, 0), taken.get(member.pk, 0)) for member in people]
    return sorted(rows, key=lambda row: (-row.answered, -row.open))
