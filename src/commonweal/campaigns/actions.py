"""From a draft to an outcome: the writes about a campaign as a whole."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership
from commonweal.conversations.models import Topic
from commonweal.kit import clock, limits, markdown
from commonweal.kit.errors import Refused
from commonweal.trail.actions import link, record, record_outcome

from . import verbs
from .fan_out import tell_outcome, tell_update
from .models import Campaign, Milestone, Organiser, Signature, Update
from .parts import SEED_ORGANISERS, is_organiser, locked, require_organiser, require_running, take_part

LONGEST = timedelta(days=5 * 365)


@transaction.atomic
def draft(
    *,
    membership: Membership,
    title: str,
    goal: str,
    decider: str,
    why_now: str,
    due_on: date,
    first_day_plan: str = "",
    organisers: list[Membership] | None = None,
    topic: Topic | None = None,
    submission: uuid.UUID | None = None,
) -> Campaign:
    """Write down one thing to change. Only its organisers see the draft; those named are asked whether they will organise.

    Raises Refused for a non-member, an empty field or a date in the past, TooMany past five drafts a day.
    """
    require_active(membership)
    if submission and (sent := Campaign.objects.filter(started_by=membership, submission=submission).first()):
        return sent
    texts = _checked(title=title, goal=goal, decider=decider, why_now=why_now)
    _check_due(due_on)
    limits.spend("campaign", membership.pk, limit=5, window=timedelta(days=1))
    now = clock.now()
    campaign = Campaign.objects.create(
        community=membership.community,
        started_by=membership,
        topic=topic,
        due_on=due_on,
        first_day_plan=first_day_plan.strip(),
        submission=submission,
        drafted_at=now,
        **texts,
    )
    Organiser.objects.create(campaign=campaign, membership=membership, asked_by=membership, asked_at=now, agreed_at=now)
    take_part(campaign, membership)
    record(verbs.DRAFTED, subject=campaign, actor=membership.pk, community=membership.community_id)
    if topic is not None:
        link(topic, campaign, community=membership.community_id)
    for other in organisers or []:
        ask_to_organise(membership=membership, campaign=campaign, other=other)
    return campaign


def _checked(**texts: str) -> dict[str, str]:
    for name, text in texts.items():
        if not text.strip():
            raise Refused(_("Write a few words here."), field=name)
    return {name: text.strip() for name, text in texts.items()}


def _check_due(due_on: date) -> None:
    today = clock.now().date()
    if due_on <= today:
        raise Refused(_("Choose a day that is still to come."), field="due_on")
    if due_on > today + LONGEST:
        raise Refused(_("Choose a day within five years; a nearer goal moves people."), field="due_on")


@transaction.atomic
def change(*, membership: Membership, campaign: Campaign, due_on: date, first_day_plan: str, **texts: str) -> Campaign:
    """Change what a campaign says; organisers only. A launched one keeps a plan for its first day."""
    campaign = locked(campaign)
    require_organiser(campaign, membership)
    if campaign.closed_at is not None:
        raise Refused(_("This campaign is closed; it stays as it is."))
    if due_on != campaign.due_on:
        _check_due(due_on)
    if campaign.launched_at and not first_day_plan.strip():
        raise Refused(_("Keep the plan for the first day."), field="first_day_plan")
    for name, text in _checked(**texts).items():
        setattr(campaign, name, text)
    campaign.due_on, campaign.first_day_plan = due_on, first_day_plan.strip()
    campaign.save(update_fields=[*texts, "due_on", "first_day_plan"])
    return campaign


@transaction.atomic
def ask_to_organise(*, membership: Membership, campaign: Campaign, other: Membership) -> Organiser:
    """Ask a fellow member to organise too. Asking twice is asking once; a no can be asked again a day later."""
    require_organiser(campaign, membership)
    if other.community_id != campaign.community_id or not other.is_active:
        raise Refused(_("Ask somebody who is a member here."), field="organisers")
    limits.spend("ask_to_organise", membership.pk, limit=20, window=timedelta(days=1))
    asked, created = Organiser.objects.get_or_create(
        campaign=campaign, membership=other, defaults={"asked_by": membership, "asked_at": clock.now()}
    )
    if created:
        record(verbs.ASKED_TO_ORGANISE, subject=asked, actor=membership.pk, community=campaign.community_id)
    return asked


@transaction.atomic
def answer_asking(*, membership: Membership, campaign: Campaign, yes: bool) -> Organiser:
    """Say yes or no to organising. Raises Refused for somebody who was not asked."""
    require_active(membership)
    asked = Organiser.objects.select_for_update().filter(campaign=campaign, membership=membership).first()
    if asked is None:
        raise Refused(_("You were not asked to organise this campaign."))
    if asked.agreed_at or asked.declined_at:
        return asked
    asked.agreed_at, asked.declined_at = (clock.now(), None) if yes else (None, clock.now())
    asked.save(update_fields=["agreed_at", "declined_at"])
    if yes:
        take_part(campaign, membership)
    record(verbs.ANSWERED_ASKING, subject=asked, actor=membership.pk, community=campaign.community_id)
    return asked


@transaction.atomic
def launch(*, membership: Membership, campaign: Campaign) -> Campaign:
    """Show the campaign to everyone. Launching twice is launching once.

    More than 99% of petitions die small, and most of the reach is used up within ten hours (Yasseri et al. 2017): so
    nothing is launched without two seed organisers who said yes and a plan for the first day. Raises Refused otherwise.
    """
    campaign = locked(campaign)
    require_organiser(campaign, membership)
    if campaign.launched_at is not None:
        return campaign
    if campaign.organisers.filter(agreed_at__isnull=False).count() < SEED_ORGANISERS:
        raise Refused(
            _("A campaign needs two organisers before it starts. Ask somebody, and launch it when they have said yes."),
            field="organisers",
        )
    if not campaign.first_day_plan.strip():
        raise Refused(_("Write a plan for the first day: who will you ask, and how?"), field="first_day_plan")
    if campaign.due_on <= clock.now().date():
        raise Refused(_("The day in “by when” is past. Choose another first."), field="due_on")
    campaign.launched_at = clock.now()
    campaign.save(update_fields=["launched_at"])
    record(verbs.LAUNCHED, subject=campaign, actor=membership.pk, community=campaign.community_id)
    return campaign


@transaction.atomic
def sign(*, membership: Membership, campaign: Campaign, show_name: bool = False) -> Signature:
    """Stand behind the goal; private unless the member wants the name shown.

    People whose first support is private go on to help more than those who show it (Kristofferson et al. 2014).
    Signing again changes only whether the name is shown.
    """
    campaign = locked(campaign)
    require_running(campaign, membership)
    signature, created = Signature.objects.get_or_create(
        campaign=campaign, membership=membership, defaults={"show_name": show_name, "signed_at": clock.now()}
    )
    if created:
        Campaign.objects.filter(pk=campaign.pk).update(signatures_count=F("signatures_count") + 1)
        take_part(campaign, membership)
        record(verbs.SIGNED, subject=campaign, actor=membership.pk, community=campaign.community_id)
    elif signature.show_name != show_name:
        signature.show_name = show_name
        signature.save(update_fields=["show_name"])
    return signature


@transaction.atomic
def post_update(
    *, membership: Membership, campaign: Campaign, text: str, submission: uuid.UUID | None = None
) -> Update:
    """Write news; everyone who took part is told. Organisers only; at most six a day."""
    campaign = locked(campaign)
    require_organiser(campaign, membership)
    if submission and (sent := Update.objects.filter(author=membership, submission=submission).first()):
        return sent
    text = text.replace("\x00", "").strip()
    if not text:
        raise Refused(_("Write a sentence first."), field="text")
    if campaign.launched_at is None:
        raise Refused(_("Launch the campaign first; until then nobody follows it."))
    limits.spend("campaign_update", campaign.pk, limit=6, window=timedelta(days=1))
    update = Update.objects.create(
        campaign=campaign,
        author=membership,
        text=text,
        html=markdown.render(text),
        submission=submission,
        posted_at=clock.now(),
    )
    record(verbs.POSTED_UPDATE, subject=update, actor=membership.pk, community=campaign.community_id)
    tell_update(update_id=update.pk, beyond=0)
    return update


@transaction.atomic
def set_milestone(*, membership: Membership, campaign: Campaign, title: str, due_on: date | None = None) -> Milestone:
    """Name a step on the way. Organisers only; at most twenty."""
    campaign = locked(campaign)
    require_organiser(campaign, membership)
    title = _checked(title=title)["title"]
    if same := campaign.milestones.filter(title=title).first():
        return same
    if campaign.milestones.count() >= 20:
        raise Refused(_("Twenty milestones are plenty. Reach one first."))
    milestone = Milestone.objects.create(
        campaign=campaign, title=title, due_on=due_on, set_by=membership, set_at=clock.now()
    )
    record(verbs.SET_MILESTONE, subject=milestone, actor=membership.pk, community=campaign.community_id)
    return milestone


@transaction.atomic
def reach_milestone(*, membership: Membership, milestone: Milestone) -> Milestone:
    """Mark a milestone as reached. Reaching it twice is reaching it once."""
    milestone = Milestone.objects.select_for_update().select_related("campaign").get(pk=milestone.pk)
    require_organiser(milestone.campaign, membership)
    if milestone.reached_at is None:
        milestone.reached_at, milestone.reached_by = clock.now(), membership
        milestone.save(update_fields=["reached_at", "reached_by"])
        community = milestone.campaign.community_id
        record(verbs.REACHED_MILESTONE, subject=milestone, actor=membership.pk, community=community)
    return milestone


@transaction.atomic
def close(*, membership: Membership, campaign: Campaign, reached: bool, text: str, evidence: str = "") -> Campaign:
    """Write down what came of the campaign, with evidence, and tell everyone who took part. Organisers and stewards."""
    campaign = locked(campaign)
    require_active(membership)
    same = membership.community_id == campaign.community_id
    if not (is_organiser(campaign, membership) or (same and membership.is_steward)):
        raise Refused(_("Only an organiser or a steward can write down the outcome."))
    if campaign.launched_at is None:
        raise Refused(_("This campaign was never launched. Leave it as a draft."))
    text = _checked(text=text)["text"]
    record_outcome(
        subject=campaign,
        community=campaign.community_id,
        recorded_by=membership.pk,
        reached=reached,
        text=text,
        evidence=evidence,
    )
    campaign.closed_at = clock.now()
    campaign.save(update_fields=["closed_at"])
    record(verbs.CLOSED, subject=campaign, actor=membership.pk, community=campaign.community_id)
    tell_outcome(campaign_id=campaign.pk)
    return campaign


@transaction.atomic
def withhold(*, campaign: Campaign, hidden: bool) -> None:
    """Take a campaign off the page, or put it back. Called by moderation with its recorded decision."""
    campaign.withheld_at = clock.now() if hidden else None
    campaign.save(update_fields=["withheld_at"])
