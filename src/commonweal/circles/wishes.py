"""What a member wants from introductions, and the small things stewards keep for first meetings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active, require_steward
from commonweal.communities.afterwards import keep_how_it_felt
from commonweal.communities.models import Membership
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.people.actions import answer_consent
from commonweal.people.models import Consent
from commonweal.people.queries import consents_to
from commonweal.trail.actions import record

from . import verbs
from .models import SHARES, Afterwards, AgeBand, Gender, Introduction, MeetingPlace, Pause, Wishes
from .reasons import HELP

MOST_PLACES = 30
#: The genders somebody may ask for. Own words are for oneself: nobody can ask for them.
ASKED_FOR = (Gender.WOMAN, Gender.MAN, Gender.NON_BINARY)


@dataclass(frozen=True)
class Asks:
    """What somebody states of themselves for others who ask for it, and what they ask for in whomever they meet."""

    gender: str = ""
    gender_words: str = ""
    age_band: int | None = None
    only_genders: list[str] | None = None
    bands_apart: int | None = None
    only_language: str = ""

    def fields(self) -> dict[str, Any]:
        """The columns of the wishes. Raises Refused for people near an age that was not said."""
        if self.bands_apart is not None and self.age_band is None:
            raise Refused(_("To ask for people near your age, say roughly how old you are."), field="age_band")
        return {
            "gender": self.gender if self.gender in Gender.values else "",
            "gender_words": self.gender_words.strip()[:40] if self.gender == Gender.OWN else "",
            "age_band": self.age_band if self.age_band in AgeBand.values else None,
            "only_genders": [one for one in ASKED_FOR if one in (self.only_genders or [])],
            "bands_apart": self.bands_apart,
            "only_language": self.only_language[:60],
        }


def wishes_of(membership: Membership) -> Wishes:
    """A member's wishes, or what agreeing alone means; none of the kinds without agreeing. Two queries."""
    agreed = consents_to(membership.person_id or 0, Consent.Purpose.INTRODUCTIONS)
    found = Wishes.objects.filter(membership=membership).first() or Wishes(membership=membership)
    if not agreed:
        found.buddy = found.seeks = found.helps = found.circle = False
    return found


@transaction.atomic
def set_wishes(
    *,
    membership: Membership,
    buddy: bool,
    seeks: bool,
    helps: bool,
    circle: bool = False,
    stage: int | None = None,
    needs: list[str] | None = None,
    gives: list[str] | None = None,
    ways: int = 7,
    reach: int | None = None,
    same_experience: bool = False,
    room: int = 2,
    shares: list[str] | None = None,
    counted: bool = False,
    availability: int | None = None,
    asks: Asks | None = None,
    words: bool = False,
) -> Wishes:
    """Say which introductions one wants here and how. Wanting any is agreeing to introductions; wanting none, here, is not.

    Raises Refused when somebody wants to seek and to help at once, to meet within reach without having said where, or
    people near their age without having said theirs.
    """
    require_active(membership)
    if seeks and helps:
        raise Refused(
            _("Choose one of the two: to look for somebody a step ahead, or to be that somebody."), field="kinds"
        )
    person = membership.person
    _check_ways(ways, reach, placed=person is not None and bool(person.cell))
    fields: dict[str, Any] = {
        "buddy": buddy,
        "seeks": seeks,
        "helps": helps,
        "circle": circle,
        "stage": stage,
        "needs": [one for one in HELP if one in (needs or [])],
        "gives": [one for one in HELP if one in (gives or [])],
        "ways": ways,
        "reach": reach,
        "same_experience": same_experience,
        "room": min(4, max(1, room)),
        "shares": [one for one in SHARES if shares is None or one in shares],
        "counted": counted,
        "words": words,
        **(asks or Asks()).fields(),
    }
    wishes, _new = Wishes.objects.update_or_create(
        membership=membership, defaults=fields, create_defaults={**fields, "since": clock.now()}
    )
    if person is not None and (buddy or seeks or helps or circle):
        answer_consent(person=person, purpose=Consent.Purpose.INTRODUCTIONS, given=True)
    if person is not None and availability is not None and availability != person.availability:
        person.availability = availability
        person.save(update_fields=["availability"])
    return wishes


def _check_ways(ways: int, reach: int | None, *, placed: bool) -> None:
    if not 1 <= ways <= 7 or (reach is not None and not ways & 1):
        raise Refused(_("Choose at least one way to meet; a distance needs meeting in person."), field="ways")
    if reach is not None and not placed:
        raise Refused(
            _("Say roughly where you are first, in your own settings, or leave the distance open."), field="reach"
        )


@transaction.atomic
def say_how_it_felt(
    *, membership: Membership, introduction: Introduction, again: str, felt_safe: bool, words: str = ""
) -> Afterwards:
    """After a first meeting, in private: meet again, felt safe? Nothing of it reaches the other, now or later.

    A no keeps the pair from being proposed again. "Not safe" pauses new introductions of the other until a steward has
    looked. A second answer replaces the first, but a word about safety stays. Raises Refused for anybody else.
    """
    require_active(membership)
    if membership.pk not in (introduction.first_id, introduction.second_id) or introduction.opened_at is None:
        raise Refused(_("This introduction is not open."))
    said = keep_how_it_felt(
        Afterwards, membership=membership, again=again, felt_safe=felt_safe, introduction=introduction
    )
    if not felt_safe:
        pause(about=introduction.other_of(membership.pk), told_by=membership, introduction=introduction, words=words)
    return said


@transaction.atomic
def pause(
    *, about: Membership, told_by: Membership, introduction: Introduction | None = None, words: str = ""
) -> Pause:
    """No new introductions of `about` until a steward has looked. Saying it twice is saying it once; words are added.

    Without an introduction (a report, a handover) a word after a steward has looked is a new one: they look again.
    """
    words = words.strip().replace("\x00", "")[:1000]
    made, new = Pause.objects.get_or_create(
        membership=about,
        told_by=told_by,
        introduction=introduction,
        defaults={"community_id": about.community_id, "words": words, "at": clock.now()},
    )
    if not new and introduction is None and made.looked_at is not None:
        made.looked_at, made.looked_by, made.goes_on, made.at, made.words = None, None, None, clock.now(), words
        made.save(update_fields=["looked_at", "looked_by", "goes_on", "at", "words"])
        new = True
    if new:
        record(verbs.PAUSED, subject=made, actor=None, community=made.community_id)
    elif words and made.looked_at is None:
        made.words = words
        made.save(update_fields=["words"])
    return made


@transaction.atomic
def look_at_pause(*, membership: Membership, pause: Pause, goes_on: bool) -> Pause:
    """A steward has looked: new introductions go on, or stay off. Never about oneself. Looking again may change it."""
    require_steward(membership)
    if pause.community_id != membership.community_id or membership.pk in (pause.membership_id, pause.told_by_id):
        raise Refused(_("Another steward has to look at this one."))
    pause.goes_on, pause.looked_by, pause.looked_at = goes_on, membership, clock.now()
    pause.save(update_fields=["goes_on", "looked_by", "looked_at"])
    record(verbs.LOOKED_AT, subject=pause, actor=membership.pk, community=pause.community_id)
    return pause


@transaction.atomic
def add_place(*, membership: Membership, name: str, area: str, why: str, step_free: bool = False) -> MeetingPlace:
    """A steward adds a public place for first meetings. Raises Refused past thirty."""
    require_steward(membership)
    here = MeetingPlace.objects.filter(community=membership.community_id, withdrawn_at__isnull=True)
    if same := here.filter(name=name.strip(), area=area.strip()).first():
        return same
    if here.count() >= MOST_PLACES:
        raise Refused(_("Thirty places are plenty. Take one off the list first."))
    return MeetingPlace.objects.create(
        community_id=membership.community_id,
        name=name.strip(),
        area=area.strip(),
        why=why.strip(),
        step_free=step_free,
        added_by=membership,
        added_at=clock.now(),
    )


@transaction.atomic
def withdraw_place(*, membership: Membership, place: MeetingPlace) -> None:
    """Take a place off the list; twice is once."""
    require_steward(membership)
    MeetingPlace.objects.filter(pk=place.pk, withdrawn_at__isnull=True).update(withdrawn_at=clock.now())
