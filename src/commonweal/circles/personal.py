"""What is a person's own here: to download, and to let go."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from commonweal.kit import clock
from commonweal.people.models import Person

from .models import (
    Afterwards,
    Attendance,
    Circle,
    CircleInvitation,
    Introduction,
    IntroductionAnswer,
    Pause,
    Planned,
    Seat,
    Session,
    StayInTouch,
    WhatNext,
    Wishes,
)


def export(person: Person) -> dict[str, Any]:
    """My own side only: what I answered and where I sat. Never who the other was before it opened."""
    answers = IntroductionAnswer.objects.filter(membership__person=person).select_related("introduction")
    return {
        "introductions": [
            {
                "proposed_at": said.introduction.proposed_at.isoformat(),
                "my_answer": "yes" if said.yes else "not this time",
                "opened_at": said.introduction.opened_at.isoformat() if said.introduction.opened_at else None,
            }
            for said in answers
        ],
        "introductions_i_want": [
            {
                "community": one.membership.community.name,
                "somebody_like_me": one.buddy,
                "somebody_a_step_ahead": one.seeks,
                "i_help": one.helps,
                "a_circle": one.circle,
                "my_gender": one.gender_words or (one.get_gender_display() if one.gender else None),
                "my_age": one.get_age_band_display() if one.age_band else None,
                "only_genders": one.only_genders,
                "age_bands_apart": one.bands_apart,
                "only_language": one.only_language or None,
                "my_words_may_be_compared": one.words,
                "stage": one.get_stage_display() if one.stage is not None else None,
                "needs": one.needs,
                "gives": one.gives,
                "reach_km": one.reach,
                "may_be_named": one.shares,
            }
            for one in Wishes.objects.filter(membership__person=person).select_related("membership__community")
        ],
        "after_meeting": [
            {"at": one.at.isoformat(), "again": one.again, "felt_safe": one.felt_safe}
            for one in Afterwards.objects.filter(membership__person=person)
        ],
        "circles": [
            {"name": seat.circle.name, "joined_at": seat.joined_at.isoformat()}
            for seat in Seat.objects.filter(membership__person=person).select_related("circle")
        ],
        "circle_invitations": [
            {"at": asked.at.isoformat(), "my_answer": {True: "yes", False: "not this time", None: None}[asked.yes]}
            for asked in CircleInvitation.objects.filter(membership__person=person)
        ],
        "after_circles": [
            {"circle": said.circle.name, "my_choice": said.choice, "at": said.at.isoformat()}
            for said in WhatNext.objects.filter(membership__person=person).select_related("circle")
        ],
        "recaps_i_wrote": [
            {"circle": one.circle.name, "at": one.starts_at.isoformat(), "recap": one.recap}
            for one in Session.objects.filter(recap_by__person=person).select_related("circle")
        ],
        "sessions": [
            {"circle": there.session.circle.name, "at": there.session.starts_at.isoformat()}
            for there in Attendance.objects.filter(membership__person=person).select_related("session__circle")
        ],
    }


def erase(person: Person) -> None:
    """Open introductions run out now, what they were based on is forgotten, and seats become free.

    A circle planned but not yet asked leaves them out by itself: only people who still agree are asked.
    """
    now = clock.now()
    mine = Introduction.objects.filter(Q(first__person=person) | Q(second__person=person))
    mine.filter(opened_at__isnull=True, expires_at__gt=now).update(expires_at=now)
    mine.update(reasons=[])
    Wishes.objects.filter(membership__person=person).delete()
    Planned.objects.filter(Q(one__person=person) | Q(other__person=person)).delete()
    Pause.objects.filter(told_by__person=person).update(words="")
    CircleInvitation.objects.filter(membership__person=person).delete()
    WhatNext.objects.filter(membership__person=person).delete()
    StayInTouch.objects.filter(Q(chooser__person=person) | Q(chosen__person=person)).delete()
    Session.objects.filter(recap_by__person=person).update(recap="", recap_by=None)
    Circle.objects.filter(facilitator__person=person).update(facilitator=None)
    Circle.objects.filter(offered_to__person=person).update(offered_to=None)
    Seat.objects.filter(membership__person=person, left_at__isnull=True).update(left_at=now)
