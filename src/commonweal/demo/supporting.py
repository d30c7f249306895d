"""How Riverside looks after those who give support: what it asks of them, its week, and somebody who would like to join in."""

from __future__ import annotations

from commonweal.communities.models import Membership
from commonweal.support import agreement
from commonweal.support.actions import applying, planning, preparing
from commonweal.support.models import TrainingItem, WeeklySlot

from .stage import Stage, story


def put_on(stage: Stage) -> None:
    known = story("people")
    steward, founder = known["stewards"][0], known["founder"]
    if not stage.knows(steward, founder):
        return
    stage.at(stage.day(20, "18:00"), lambda: _ask_of_supporters(stage.members[founder]), founder)
    for place, who in enumerate(name for name in known["supporters"] if stage.knows(name)):
        if place % 3 != 2:  # every third has not come to it yet
            stage.at(stage.day(19 - place, "19:30"), lambda who=who: _prepare(stage.members[who]), who)  # type: ignore[misc]
    stage.at(stage.day(12, "10:00"), lambda: _plan(stage, stage.members[steward]), steward)
    applicant = story("supporting")["applicant"]
    if stage.knows(applicant):
        stage.at(stage.day(1, "09:10"), lambda: _apply(stage.members[applicant]), applicant)


def _ask_of_supporters(founder: Membership) -> None:
    items = story("supporting")["asked"]
    preparing.set_standard(
        membership=founder, cap=3, renewal_days=365, items=items, agreement_text=agreement.shipped_text()
    )


def _prepare(member: Membership) -> None:
    for item in TrainingItem.objects.filter(community=member.community_id, retired_at__isnull=True):
        preparing.tick_item(membership=member, item_id=item.pk, done=True)
    preparing.accept_agreement(membership=member, version=agreement.current(member.community_id)[0])


def _plan(stage: Stage, steward: Membership) -> None:
    for weekday, hour, who in story("supporting")["week"]:
        slot: WeeklySlot = planning.open_slot(membership=steward, weekday=weekday, hour=hour, hours=3)
        if who in stage.members:
            planning.sign_up(membership=stage.members[who], slot=slot)


def _apply(member: Membership) -> None:
    applying.apply_to_support(
        membership=member,
        why=story("supporting")["why"],
        languages=["en"],
        kinds=["emotional", "network"],
    )
