"""What campaigns contribute to the registries of the layers below."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commonweal.communities.models import Community, Membership
from commonweal.communities.registries import (
    DESK,
    DOOR_PAGES,
    NEED_YOU,
    NEW,
    REPORTABLES,
    TODAY,
    YOU_SAID,
    DoorPage,
    Reportable,
    Row,
)
from commonweal.conversations.registries import OFFLINE_STEPS, SEARCHES, Found, OfflineStep
from commonweal.kit import clock
from commonweal.kit.templatetags.commonweal import day
from commonweal.people.models import Person
from commonweal.people.queries import kept_apart
from commonweal.people.registries import ERASERS, EXPORT_SECTIONS

from . import queries
from .access import get_campaign_for
from .actions import withhold
from .models import Campaign, Organiser, Pledge, Pledging, Signature, Taking


def url_of(campaign: Campaign, slug: str, anchor: str = "") -> str:
    return reverse("campaigns:campaign", args=[slug, campaign.pk]) + anchor


def asked_of_you(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Being asked to organise, and work of others to confirm. Two queries. Nothing of people kept apart."""
    mine, apart = {membership.pk: membership for membership in memberships}, kept_apart(person.pk)
    asked = Organiser.objects.filter(membership__in=list(mine), agreed_at=None, declined_at=None)
    asked = asked.exclude(Q(asked_by__person__in=apart) | Q(campaign__started_by__person__in=apart))
    for one in asked.select_related("campaign", "asked_by").order_by("pk")[:3]:
        yield Row(
            title=_("%(name)s asks you to organise “%(title)s”")
            % {"name": one.asked_by.display_name, "title": one.campaign.title},
            detail=_("Look at the draft and say yes or no."),
            url=url_of(one.campaign, mine[one.membership_id].community.slug),
            action=_("Look"),
            group=NEED_YOU,
            face=one.asked_by,
        )
    done = Taking.objects.filter(
        done_at__isnull=False,
        answered_at__isnull=True,
        given_back_at__isnull=True,
        action__campaign__organisers__in=Organiser.objects.filter(membership__in=list(mine), agreed_at__isnull=False),
    ).exclude(membership__in=list(mine))
    done = done.exclude(Q(membership__person__in=apart) | Q(action__campaign__started_by__person__in=apart))
    slugs = {membership.community_id: membership.community.slug for membership in memberships}
    for taking in done.select_related("action__campaign", "membership").order_by("done_at")[:3]:
        campaign = taking.action.campaign
        yield Row(
            title=_("%(name)s says it is done: %(work)s")
            % {"name": taking.membership.display_name, "work": taking.action.title},
            detail=campaign.title,
            url=url_of(campaign, slugs[campaign.community_id], f"#work-{taking.action_id}"),
            action=_("Confirm"),
            group=NEED_YOU,
            face=taking.membership,
        )


def shifts_you_took(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Places this person took and has not finished. One query."""
    mine = {membership.pk: membership for membership in memberships}
    takings = Taking.objects.filter(
        membership__in=list(mine), given_back_at=None, done_at=None, action__campaign__closed_at__isnull=True
    ).select_related("action__campaign")
    takings = takings.exclude(action__campaign__started_by__person__in=kept_apart(person.pk))
    for taking in takings.order_by("action__starts_at", "pk")[:5]:
        action, now = taking.action, clock.now()
        begun = action.starts_at is None or action.starts_at <= now
        yield Row(
            title=action.title,
            detail=action.place or action.campaign.title,
            url=url_of(action.campaign, mine[taking.membership_id].community.slug, f"#work-{action.pk}"),
            action=_("I did it") if begun else _("Look"),
            group=YOU_SAID,
            due=action.starts_at,
            icon="hand",
        )


def pledges_you_made(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Pledges that started and about which this person has not said how it went. One query."""
    mine = {membership.pk: membership for membership in memberships}
    started = Pledging.objects.filter(
        membership__in=list(mine), did=None, pledge__started_at__gte=clock.now() - timedelta(days=60)
    ).select_related("pledge__campaign")
    started = started.exclude(pledge__campaign__started_by__person__in=kept_apart(person.pk))
    for one in started.order_by("pledge__started_at")[:5]:
        yield Row(
            title=_("I will %(promise)s") % {"promise": one.pledge.promise},
            detail=_("Enough people pledged; it has started."),
            url=url_of(one.pledge.campaign, mine[one.membership_id].community.slug, f"#pledge-{one.pledge_id}"),
            action=_("Say how it went"),
            group=YOU_SAID,
            icon="pledge",
        )


def pledges_short_of_people(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Pledges close to their deadline or their number that this person has not made. One query."""
    communities = {membership.community_id: membership.community for membership in memberships}
    now = clock.now()
    waiting = Pledge.objects.filter(
        campaign__community__in=list(communities),
        campaign__launched_at__isnull=False,
        campaign__closed_at__isnull=True,
        campaign__withheld_at__isnull=True,
        started_at__isnull=True,
        unmet_at__isnull=True,
        deadline__gt=now,
        deadline__lt=now + timedelta(days=7),
    ).exclude(pledgings__membership__in=[membership.pk for membership in memberships])
    waiting = waiting.exclude(campaign__started_by__person__in=kept_apart(person.pk))
    for pledge in waiting.select_related("campaign").order_by("deadline")[:3]:
        missing = ngettext("%(n)d more person is needed.", "%(n)d more people are needed.", pledge.missing)
        yield Row(
            title=_("I will %(promise)s, if others will") % {"promise": pledge.promise},
            detail=missing % {"n": pledge.missing},
            url=url_of(pledge.campaign, communities[pledge.campaign.community_id].slug, f"#pledge-{pledge.pk}"),
            action=_("Look"),
            group=NEW,
            due=pledge.deadline,
            icon="pledge",
        )


def campaigns_without_outcome(steward: Membership) -> Iterable[Row]:
    """Campaigns whose day is past and that nobody closed. One query."""
    late = Campaign.objects.filter(
        community=steward.community_id,
        launched_at__isnull=False,
        closed_at__isnull=True,
        withheld_at__isnull=True,
        due_on__lt=clock.now().date(),
    )
    for campaign in late.order_by("due_on")[:5]:
        yield Row(
            title=campaign.title,
            detail=_("Its day was %(day)s; nobody has said what came of it.") % {"day": day(campaign.due_on)},
            url=reverse("campaigns:close", args=[steward.community.slug, campaign.pk]),
            action=_("Write it down"),
            group=NEED_YOU,
            icon="act",
        )


def search(community: Community, membership: Membership | None, text: str, limit: int) -> list[Found]:
    return [
        Found(title=c.title, excerpt=c.goal, url=url_of(c, community.slug), kind=gettext_lazy("Campaign"))
        for c in queries.search(community, membership, text, limit)
    ]


def export(person: Person) -> dict[str, Any]:
    """One's campaigns, signatures, pledges and places."""
    mine = {"membership__person": person}
    return {
        "campaigns": list(
            Campaign.objects.filter(started_by__person=person).values(
                "title", "goal", "decider", "why_now", "drafted_at"
            )
        ),
        "organised": list(Organiser.objects.filter(**mine).values("agreed_at", title=F("campaign__title"))),
        "signatures": list(
            Signature.objects.filter(**mine).values("signed_at", "show_name", title=F("campaign__title"))
        ),
        "pledges": list(
            Pledging.objects.filter(**mine).values("pledged_at", "did", "show_name", promise=F("pledge__promise"))
        ),
        "work": list(
            Taking.objects.filter(**mine).values("taken_at", "given_back_at", "done_at", title=F("action__title"))
        ),
    }


def erase(person: Person) -> None:
    """Somebody goes: names are no longer shown, places not yet worked are free again, waiting pledges are taken back."""
    from . import pledges, shifts

    Signature.objects.filter(membership__person=person).update(show_name=False)
    Pledging.objects.filter(membership__person=person).update(show_name=False)
    for membership in Membership.objects.filter(person=person, state="active"):
        for taking in Taking.objects.filter(membership=membership, given_back_at=None, done_at=None).select_related(
            "action"
        ):
            shifts.give_back(membership=membership, action=taking.action)
        waiting = Pledge.objects.filter(pledgings__membership=membership, started_at=None, unmet_at=None)
        for pledge in waiting:
            pledges.take_back(membership=membership, pledge=pledge)


DOOR_PAGES.add("act", DoorPage("act", "campaigns:list"))
TODAY.add("campaigns-asked", asked_of_you)
TODAY.add("shifts", shifts_you_took)
TODAY.add("pledges", pledges_you_made)
TODAY.add("pledges-waiting", pledges_short_of_people)
DESK.add("campaigns", campaigns_without_outcome)
SEARCHES.add("campaigns", search)
EXPORT_SECTIONS.add("campaigns", export)
ERASERS.add("campaigns", erase)
OFFLINE_STEPS.add(
    "campaign",
    OfflineStep(
        key="campaign",
        icon="act",
        label=gettext_lazy("Start a campaign"),
        help=gettext_lazy("Change one thing, together"),
        url=lambda topic: f"{reverse('campaigns:start', args=[topic.community.slug])}?topic={topic.pk}",
        door="act",
    ),
)
REPORTABLES.add(
    "campaign",
    Reportable(
        key="campaign",
        label=gettext_lazy("a campaign"),
        get=lambda viewer, pk: get_campaign_for(viewer, viewer.community, pk),
        community=lambda campaign: campaign.community,
        author=lambda campaign: campaign.started_by,
        excerpt=lambda campaign: f"{campaign.title}\n\n{campaign.goal}\n\n{campaign.why_now}"[:1000],
        url=lambda campaign: url_of(campaign, campaign.community.slug),
        withhold=lambda campaign, _by: withhold(campaign=campaign, hidden=True),
        restore=lambda campaign, _by: withhold(campaign=campaign, hidden=False),
    ),
)
