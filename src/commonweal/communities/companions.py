"""A person's private page: whom they met, how long they were together, and to whom a line might do good.

For their own eyes only. Friendship takes 40 to 60 hours for a casual friend and more than 200 for a close one (Hall
2019), so time together is shown as what it is: an estimate from how long meetings usually take. No streaks, no
comparison, and nothing that is counted for others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from commonweal.kit import clock
from commonweal.people.models import Person
from commonweal.people.queries import kept_apart

from .models import Asking, LetBe, Membership, State
from .queries import link_to
from .registries import OCCASIONS, TOUCHES, Occasion
from .vetting import separation_of

#: After how long without meeting or writing a line might do good, and until when it is not too late to be natural.
QUIET_AFTER, FORGOTTEN_AFTER = timedelta(weeks=4), timedelta(days=365)
#: How many are suggested at most, and for how long somebody is let be.
MOST_SUGGESTED, LET_BE_FOR = 3, timedelta(days=90)
#: How long after a meeting the page offers to look back, and how many people and meetings it shows at most.
LOOK_BACK, MOST_PEOPLE, MOST_OCCASIONS = timedelta(days=21), 60, 5


@dataclass
class Companion:
    """One person one has met."""

    member: Membership
    minutes: int = 0
    last_met: datetime | None = None
    last_touch: datetime | None = None
    write_url: str = ""

    @property
    def hours(self) -> int:
        """Rounded to whole hours, at least one: it is an estimate."""
        return max(1, round(self.minutes / 60))


@dataclass
class PrivatePage:
    """What a person sees of their own meetings."""

    companions: list[Companion] = field(default_factory=list)
    might_write: list[Companion] = field(default_factory=list)
    coming: list[Occasion] = field(default_factory=list)
    lately: list[Occasion] = field(default_factory=list)


def occasions_of(memberships: list[Membership]) -> list[Occasion]:
    """Everything at which these memberships (of one person) met somebody or will. As many queries as the sources make."""
    return [occasion for source in OCCASIONS for occasion in source(memberships)] if memberships else []


def private_page(person: Person, memberships: list[Membership]) -> PrivatePage:
    """The page of one person. Four queries besides those of the sources, however many people and meetings there are."""
    occasions = occasions_of(memberships)
    now = clock.now()
    page = PrivatePage(companions=_companions(person, occasions))
    here = {companion.member.pk for companion in page.companions}
    page.coming = sorted((o for o in occasions if not o.met and not o.begun), key=lambda o: o.at)[:MOST_OCCASIONS]
    lately = [o for o in occasions if (o.met or o.begun) and o.at > now - LOOK_BACK]
    page.lately = sorted(lately, key=lambda o: o.at, reverse=True)[:MOST_OCCASIONS]
    touches: dict[int, tuple[datetime, str]] = {}
    for source in TOUCHES if here else ():
        touches.update(source(memberships))
    for companion in page.companions:
        companion.last_touch, companion.write_url = touches.get(companion.member.pk, (None, ""))
    page.might_write = _might_write(person, memberships, page.companions)
    return page


def _companions(person: Person, occasions: list[Occasion]) -> list[Companion]:
    together: dict[int, Companion] = {}
    met = [o for o in occasions if o.met]
    ids = {other for o in met for other in o.others}
    others = Membership.objects.filter(pk__in=ids, state=State.ACTIVE, person__isnull=False)
    others = others.exclude(person__in=kept_apart(person.pk)).exclude(person=person).select_related("community")
    members = {m.pk: m for m in others}
    for occasion in met:
        for pk in occasion.others:
            if pk in members:
                one = together.setdefault(pk, Companion(members[pk]))
                one.minutes += occasion.minutes
                one.last_met = max(one.last_met or occasion.at, occasion.at)
    never = clock.now() - timedelta(days=10_000)
    return sorted(together.values(), key=lambda c: (c.last_met or never, c.member.pk), reverse=True)[:MOST_PEOPLE]


def _might_write(person: Person, memberships: list[Membership], companions: list[Companion]) -> list[Companion]:
    """Those with whom one had most time and has been quiet with for some weeks: three at most, never a nag."""
    now = clock.now()
    let_be = set(LetBe.objects.filter(person=person, until__gt=now).values_list("other", flat=True))
    mine = {m.community_id: m.pk for m in memberships}
    rule = separation_of([*mine.values(), *(c.member.pk for c in companions)])
    found = []
    for one in sorted(companions, key=lambda c: c.minutes, reverse=True):
        last = max(filter(None, (one.last_met, one.last_touch)))
        me = mine.get(one.member.community_id)
        quiet = QUIET_AFTER < now - last < FORGOTTEN_AFTER
        if not quiet or one.member.pk in let_be or me is None or not rule.may_be_alone(me, one.member.pk):
            continue
        if not one.write_url and one.member.asking != Asking.CLOSED:
            one.write_url = link_to("conversations:ask_to_talk", one.member.community.slug, one.member.pk)
        if one.write_url:
            found.append(one)
    return found[:MOST_SUGGESTED]


@transaction.atomic
def let_be(*, person: Person, other: Membership) -> LetBe:
    """Do not suggest writing to this one for three months. No step is recorded."""
    until = clock.now() + LET_BE_FOR
    made, _new = LetBe.objects.update_or_create(person=person, other=other, defaults={"until": until})
    return made
