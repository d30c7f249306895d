"""Which of the people on duty are told first, so that the load is fair and the person asking is understood.

Preferences only narrow; they never leave a request without anybody. Where stewards set nothing up, all on duty who are
neither on a break nor past their renewal date and who speak the language are told, as the role alone says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from commonweal.communities.models import Membership

from . import agreement, tongues
from .load import open_cases
from .models import AgreementAcceptance, Rest, Standard, Supporter, SupportRequest, TrainingDone, TrainingItem


def not_resting(people: QuerySet[Membership], now: datetime) -> QuerySet[Membership]:
    """Without those on a break. No query of its own."""
    return people.exclude(Exists(Rest.objects.filter(membership=OuterRef("pk"), ends_at__gt=now)))


def routable(people: QuerySet[Membership], now: datetime) -> QuerySet[Membership]:
    """Without those on a break and those whose renewal date passed. No query of its own."""
    lapsed = Supporter.objects.filter(membership=OuterRef("pk"), renew_by__lte=now)
    return not_resting(people, now).exclude(Exists(lapsed))


def told_first(request: SupportRequest, members: list[int]) -> list[int]:
    """Those of `members` who are told first, the least laden first.

    Those who speak the language of the request, everywhere. Where stewards ask something of supporters also prepared,
    under the cap, and for the kinds asked for. When nobody meets all of it, first the kinds are let go, then the cap,
    then the preparation, then the language. At most nine queries.
    """
    if len(members) < 2:
        return members
    spoken = tongues.spoken_by(members)
    language = request.language or tongues.known(request.community.language)
    speaks: Callable[[int], bool] = lambda member: not language or language in spoken[member]  # noqa: E731
    standard = Standard.objects.filter(community=request.community_id).first()
    if standard is None:
        return _narrowed(members, [speaks])
    load = open_cases(members)
    kinds = dict(Supporter.objects.filter(membership__in=members).values_list("membership", "kinds"))
    prepared = prepared_among(request.community_id, members)
    needs = set(request.needs.values_list("kind", flat=True))
    wishes: list[Callable[[int], bool]] = [
        speaks,
        lambda member: member in prepared,
        lambda member: load.get(member, 0) < standard.cap,
        lambda member: not kinds.get(member) or not needs or bool(needs.intersection(kinds[member])),
    ]
    chosen = _narrowed(members, wishes)
    return sorted(chosen, key=lambda member: (load.get(member, 0), member))


def _narrowed(members: list[int], wishes: list[Callable[[int], bool]]) -> list[int]:
    """Those who meet every wish, or as many of the first ones as anybody meets. Pure."""
    for kept in range(len(wishes), 0, -1):
        if found := [member for member in members if all(wish(member) for wish in wishes[:kept])]:
            return found
    return members


def prepared_among(community: int, members: Iterable[int]) -> set[int]:
    """Those who ticked every item and accepted the newest agreement. Four queries."""
    ids = list(members)
    version, _text = agreement.current(community)
    agreed = AgreementAcceptance.objects.filter(membership__in=ids, version=version)
    prepared = set(agreed.values_list("membership", flat=True))
    items = set(TrainingItem.objects.filter(community=community, retired_at__isnull=True).values_list("pk", flat=True))
    ticked: dict[int, int] = {}
    for member in TrainingDone.objects.filter(item__in=items, membership__in=ids).values_list("membership", flat=True):
        ticked[member] = ticked.get(member, 0) + 1
    return {member for member in prepared if ticked.get(member, 0) == len(items)}
