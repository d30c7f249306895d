"""Who may see a gathering, who hosts it, and who may see where exactly it is. Hidden and absent look the same: 404."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404

from commonweal.communities.models import Community, Membership
from commonweal.kit.access import audited
from commonweal.people.queries import are_apart, kept_apart

from .models import Answer, Cancellation, Feed, Gathering, Host, Invited, Lift, Rsvp, SafetyWord


def visible_gatherings(community: Community, membership: Membership | None) -> QuerySet[Gathering]:
    """The gatherings of a community that this member (None: a guest) may see in a list.

    Those hosted by somebody kept apart by a block are left out. At most one extra query, for the blocks.
    """
    gatherings = Gathering.objects.filter(community=community)
    if membership is None:
        return gatherings.filter(withheld_at__isnull=True, private=False)
    invited = Invited.objects.filter(membership=membership).values("gathering")
    gatherings = gatherings.filter(Q(private=False) | Q(pk__in=invited))
    if not membership.is_steward:
        gatherings = gatherings.filter(Q(withheld_at__isnull=True) | Q(planned_by=membership))
    apart = kept_apart(membership.person_id) if membership.person_id else set()
    if apart:
        hosted = Host.objects.filter(membership__community=community, membership__person__in=apart)
        gatherings = gatherings.exclude(pk__in=hosted.values("gathering"))
    return gatherings


def not_hosted_by(apart: set[int], gatherings: QuerySet[Gathering]) -> QuerySet[Gathering]:
    """Of these gatherings, those that nobody of `apart` (ids of people kept apart by a block) hosts or is asked to."""
    if not apart:
        return gatherings
    return gatherings.exclude(pk__in=Host.objects.filter(membership__person__in=apart).values("gathering"))


@audited
def get_gathering_for(membership: Membership | None, community: Community, gathering_id: int) -> Gathering:
    """A gathering of a community that was entered. Raises Http404 when absent or not for this reader. Three queries at most.

    Its agreed hosts come with it, as `gathering.named_hosts`.
    """
    gathering = (
        Gathering.objects.select_related("cancellation", "recap", "host_word")
        .filter(pk=gathering_id, community=community)
        .first()
    )
    if gathering is None:
        raise Http404
    hosts = [h.membership for h in _agreed(gathering).select_related("membership").order_by("agreed_at", "pk")]
    own = membership is not None and membership.pk in {host.pk for host in hosts}
    steward = membership is not None and membership.is_steward
    if gathering.withheld_at is not None and not own and not steward:
        raise Http404
    if gathering.private and not own:
        if not Invited.objects.filter(gathering=gathering, membership=membership).exists():
            raise Http404
        steward = False  # here they are one of two, not a steward
    if membership is not None and membership.person_id and not own and not steward:
        apart = kept_apart(membership.person_id)
        if any(host.person_id in apart for host in hosts):
            raise Http404
    gathering.community = community
    gathering.named_hosts = hosts  # type: ignore[attr-defined]
    return gathering


@audited
def get_hosted_gathering_for(membership: Membership, community: Community, gathering_id: int) -> Gathering:
    """A gathering that this member hosts. Raises Http404 otherwise: others do not learn that the page exists."""
    gathering = get_gathering_for(membership, community, gathering_id)
    if not hosts_it(membership, gathering):
        raise Http404
    return gathering


@audited
def get_lift_for(membership: Membership, community: Community, lift_id: int) -> Lift:
    """A lift to a gathering that this member may see, unless its driver is kept apart from them. Raises Http404."""
    lift = Lift.objects.select_related("driver").filter(pk=lift_id, gathering__community=community).first()
    if lift is None:
        raise Http404
    driver = lift.driver.person_id
    if driver is None or (membership.person_id and driver in kept_apart(membership.person_id)):
        raise Http404
    lift.gathering = get_gathering_for(membership, community, lift.gathering_id)
    return lift


@audited
def get_feed_for(token: str) -> Feed:
    """The calendar feed of a secret address. Raises Http404 for a wrong or a renewed one."""
    feed = Feed.objects.select_related("person").filter(token=token, person__is_active=True).first()
    if feed is None:
        raise Http404
    return feed


def locked(gathering: Gathering) -> Gathering:
    """The gathering, fresh and with its row locked until the transaction ends."""
    return Gathering.objects.select_for_update(of=("self",)).select_related("community").get(pk=gathering.pk)


def _agreed(gathering: Gathering) -> QuerySet[Host]:
    return Host.objects.filter(gathering=gathering, agreed_at__isnull=False)


def hosts_it(membership: Membership | None, gathering: Gathering) -> bool:
    """Whether this member is an agreed host. No query when the gathering came through `get_gathering_for`."""
    if membership is None:
        return False
    named = getattr(gathering, "named_hosts", None)
    if named is not None:
        return membership.pk in {host.pk for host in named}
    return _agreed(gathering).filter(membership=membership).exists()


def may_see_address(gathering: Gathering, *, is_host: bool, rsvp: Rsvp | None) -> bool:
    """Whether the exact address and the link may be shown: hosts always; those who come, from 24 hours before.

    Withdrawn on cancellation, after the end, and while a steward withholds the gathering. No query when the
    cancellation was loaded.
    """
    if is_host:
        return True
    if gathering.withheld_at is not None or is_cancelled(gathering) or lacks_host(gathering):
        return False
    return rsvp is not None and rsvp.answer == Answer.YES and gathering.is_open


def lacks_host(gathering: Gathering) -> bool:
    """Whether a support gathering has fewer than its two hosts: one never agreed, or has left. At most one query."""
    if not gathering.for_support:
        return False
    named = getattr(gathering, "named_hosts", None)
    return (len(named) if named is not None else _agreed(gathering).count()) < 2


def is_cancelled(gathering: Gathering) -> bool:
    try:
        return gathering.cancellation is not None
    except Cancellation.DoesNotExist:
        return False


def may_host_with(membership: Membership, other: Membership) -> bool:
    """Whether the one may ask the other to host: both active here, and not kept apart."""
    if not other.is_active or membership.community_id != other.community_id or membership.pk == other.pk:
        return False
    return not (membership.person_id and other.person_id and are_apart(membership.person_id, other.person_id))


def open_worries(steward: Membership) -> QuerySet[SafetyWord]:
    """Private words about safety that this steward may read, newest first: none about what they host, none of their own."""
    words = SafetyWord.objects.filter(gathering__community=steward.community_id)
    words = words.exclude(gathering__hosts__membership=steward).exclude(membership=steward)
    return words.select_related("gathering__community", "membership", "seen_by").order_by("-at", "-pk")


@audited
def get_worry_for(steward: Membership, word_id: int) -> SafetyWord:
    """A private word about safety for a steward who did not host. Raises Http404 otherwise."""
    word = open_worries(steward).filter(pk=word_id).first() if steward.is_steward else None
    if word is None:
        raise Http404
    return word
