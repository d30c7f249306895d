"""Planning, changing and cancelling a gathering, and who hosts it. Answering is in `seats`, what follows in `afterwards`."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership
from commonweal.kit import clock, limits, markdown
from commonweal.kit.errors import Refused
from commonweal.people.queries import are_apart
from commonweal.trail.actions import link, record

from . import seats, verbs
from .access import hosts_it, locked
from .models import Answer, Cancellation, Gathering, Host, Invited, Rsvp

LONGEST = timedelta(days=3)
LONGEST_TEXT = 5_000
#: Changing one of these tells everyone who answered; a better wording does not.
WORTH_TELLING = ("starts_at", "ends_at", "area", "address", "link")


@transaction.atomic
def plan_gathering(
    *,
    membership: Membership,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    text: str = "",
    area: str = "",
    address: str = "",
    link: str = "",
    capacity: int | None = None,
    newcomer_seats: int = 2,
    access_notes: str = "",
    for_support: bool = False,
    second_host: Membership | None = None,
    source: models.Model | None = None,
    only_for: tuple[int, ...] = (),
    submission: uuid.UUID | None = None,
) -> Gathering:
    """Plan a gathering, with the planner as its first host and first to come. `source` is what it grew out of.

    With `only_for` (membership ids) it is private: only they see it, and they are told.
    Two seats are kept for newcomers by default: gatherings bind those who come and loosen the ties of those who do not
    (Sessions 2010). Sending the same `submission` twice returns the first gathering. Raises Refused for impossible
    times, no place, or a support gathering without a second host; TooMany past ten a day.
    """
    require_active(membership)
    limits.spend("plan_gathering", membership.pk, limit=10, window=timedelta(days=1))
    if submission and (sent := Gathering.objects.filter(planned_by=membership, submission=submission).first()):
        return sent
    facts = _checked(
        title=title, text=text, starts_at=starts_at, ends_at=ends_at, area=area, address=address, link=link,
        capacity=capacity, newcomer_seats=newcomer_seats, access_notes=access_notes, for_support=for_support,
    )  # fmt: skip
    if starts_at <= clock.now():
        raise Refused(_("This time has passed. Choose one that is still to come."), field="day")
    if for_support and second_host is None:
        raise Refused(_("A support gathering has two hosts. Ask somebody to host with you."), field="second_host")
    gathering = Gathering.objects.create(
        community=membership.community,
        planned_by=membership,
        time_zone=membership.community.time_zone,
        submission=submission,
        private=bool(only_for),
        **facts,
    )
    for member in {membership.pk, *only_for} if only_for else ():
        Invited.objects.create(gathering=gathering, membership_id=member)
    Host.objects.create(gathering=gathering, membership=membership, agreed_at=clock.now())
    Rsvp.objects.create(gathering=gathering, membership=membership, answer=Answer.YES)
    seats.recount(gathering)
    if source is not None:
        _link(source, gathering)
    record(verbs.PLANNED, subject=gathering, actor=membership.pk, community=membership.community_id)
    if second_host is not None:
        ask_to_host(membership=membership, gathering=gathering, other=second_host)
    return gathering


def _link(source: models.Model, gathering: Gathering) -> None:
    link(source, gathering, community=gathering.community_id)


def _checked(**facts: Any) -> dict[str, Any]:
    """The facts of a gathering, stripped and rendered. Raises Refused beside the field that cannot be."""
    for name in ("title", "text", "area", "address", "link", "access_notes"):
        facts[name] = facts[name].strip().replace("\x00", "")
    if not facts["title"]:
        raise Refused(_("Give it a title, so that people know what they come to."), field="title")
    if len(facts["text"]) > LONGEST_TEXT:
        most = {"most": LONGEST_TEXT}
        raise Refused(_("This is too long; the most is %(most)s characters.") % most, field="text")
    if facts["ends_at"] <= facts["starts_at"]:
        raise Refused(_("It has to end after it starts."), field="until_time")
    if facts["ends_at"] - facts["starts_at"] > LONGEST:
        raise Refused(_("A gathering lasts three days at most. Plan several instead."), field="until_time")
    if not facts["area"] and not facts["link"]:
        raise Refused(_("Say roughly where it is, or give an online link."), field="area")
    if facts["address"] and not facts["area"]:
        raise Refused(
            _("Say roughly where it is too: everyone sees that, the address only those who come."), field="area"
        )
    if facts["capacity"] is None:
        facts["newcomer_seats"] = 0
    elif facts["newcomer_seats"] >= facts["capacity"]:
        raise Refused(_("Keep fewer seats for newcomers than there are seats."), field="newcomer_seats")
    facts["html"] = markdown.render(facts["text"]) if facts["text"] else ""
    return facts


@transaction.atomic
def change_gathering(*, membership: Membership, gathering: Gathering, **facts: Any) -> Gathering:
    """Change what a gathering is, when or where. Those who answered are told when the time or place changed.

    More seats are given to the waiting list at once; fewer seats never take one away from somebody who has it.
    Raises Refused for somebody who does not host it, or once it has ended or was cancelled.
    """
    gathering = locked(gathering)
    _require_host(membership, gathering)
    _require_to_come(gathering)
    facts = _checked(**facts)
    if facts["starts_at"] != gathering.starts_at and facts["starts_at"] <= clock.now():
        raise Refused(_("This time has passed. Choose one that is still to come."), field="day")
    agreed = gathering.hosts.exclude(membership=membership).exists()
    if facts["for_support"] and not agreed:
        raise Refused(_("A support gathering has two hosts. Ask somebody to host with you first."), field="for_support")
    told = any(facts[name] != getattr(gathering, name) for name in WORTH_TELLING)
    for name, value in facts.items():
        setattr(gathering, name, value)
    gathering.sequence += 1
    gathering.save()
    seats.fill(gathering)
    if told:
        record(verbs.CHANGED, subject=gathering, actor=membership.pk, community=gathering.community_id)
    return gathering


@transaction.atomic
def cancel_gathering(*, membership: Membership, gathering: Gathering, reason: str) -> Cancellation:
    """Call a gathering off, with a reason. Everyone who answered is told; the address is withdrawn at once.

    Cancelling twice keeps the first reason. Raises Refused without a reason, and for somebody who does not host it.
    """
    gathering = locked(gathering)
    if not membership.is_steward:
        _require_host(membership, gathering)
    standing = Cancellation.objects.filter(gathering=gathering).first()
    if standing is not None:
        return standing
    if gathering.has_ended:
        raise Refused(_("It is over; say instead that it did not take place."))
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why in a few words. People who planned to come will read it."), field="reason")
    gathering.sequence += 1
    gathering.save(update_fields=["sequence"])
    made = Cancellation.objects.create(gathering=gathering, cancelled_by=membership, reason=reason)
    record(verbs.CANCELLED, subject=gathering, actor=membership.pk, community=gathering.community_id)
    return made


@transaction.atomic
def ask_to_host(*, membership: Membership, gathering: Gathering, other: Membership) -> Host:
    """Ask a fellow member to host too. They are not shown as host, nor as coming, before they agree.

    Raises Refused for a stranger or somebody kept apart (in the same words), and for somebody who does not host it.
    """
    _require_host(membership, gathering)
    apart = bool(membership.person_id and other.person_id and are_apart(membership.person_id, other.person_id))
    if other.community_id != gathering.community_id or not other.is_active or apart or other.pk == membership.pk:
        raise Refused(_("We don't know a member of that name. Check the spelling."), field="second_host")
    host, created = Host.objects.get_or_create(gathering=gathering, membership=other)
    if created:
        record(
            verbs.ASKED_TO_HOST,
            subject=gathering,
            actor=membership.pk,
            community=gathering.community_id,
            data={"member": other.pk},
        )
    return host


@transaction.atomic
def answer_hosting(*, membership: Membership, gathering: Gathering, agree: bool) -> None:
    """Agree to host, or not. Agreeing is coming: the host gets a seat. Raises Refused when nobody asked."""
    gathering = locked(gathering)
    host = Host.objects.filter(gathering=gathering, membership=membership, agreed_at__isnull=True).first()
    if host is None:
        raise Refused(_("There is no open question to you here."))
    if not agree:
        host.delete()
        record(verbs.DECLINED_TO_HOST, subject=gathering, actor=membership.pk, community=gathering.community_id)
        return
    _require_to_come(gathering)
    host.agreed_at = clock.now()
    host.save(update_fields=["agreed_at"])
    Rsvp.objects.update_or_create(
        gathering=gathering, membership=membership, defaults={"answer": Answer.YES, "as_newcomer": False}
    )
    seats.recount(gathering)
    record(verbs.AGREED_TO_HOST, subject=gathering, actor=membership.pk, community=gathering.community_id)


def _require_host(membership: Membership, gathering: Gathering) -> None:
    require_active(membership)
    if not hosts_it(membership, gathering):
        raise Refused(_("Only the hosts can do this. They are named on its page."))


def _require_to_come(gathering: Gathering) -> None:
    if Cancellation.objects.filter(gathering=gathering).exists():
        raise Refused(_("This gathering was cancelled."))
    if gathering.has_ended:
        raise Refused(_("This gathering is over."))
