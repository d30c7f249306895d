"""What communities contribute to the registries: rows on Today and on the desk, reports, one's own data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.people.models import Person
from commonweal.people.queries import kept_apart
from commonweal.people.reflecting import contact_check_is_due
from commonweal.people.registries import ERASERS, EXPORT_SECTIONS, OWN_LINKS, OwnLink

from .access import get_member_for
from .actions import readmit_member, remove_member
from .actions.persona import erase_person
from .models import Membership
from .queries import greetings_owed, join_requests, ungreeted
from .registries import DESK, NEED_YOU, REPORTABLES, TODAY, YOU_SAID, Reportable, Row
from .vetting import vettings_to_look_at

#: A request to join should be answered within this time; then the stewards are told again.
ANSWER_WITHIN = timedelta(hours=48)
#: A newcomer without a greeting after this time stands on the desk.
GREET_WITHIN = timedelta(hours=24)
#: How long after saying that one is under 18 one is asked whether it is still so.
ASK_AGE_AGAIN = timedelta(days=365)


def _request_row(asker: Membership, group: str = NEED_YOU) -> Row:
    due = asker.asked_at + ANSWER_WITHIN if asker.asked_at else None
    return Row(
        title=_("%(name)s asks to join") % {"name": asker.display_name},
        detail=" · ".join(filter(None, [asker.community.name, asker.brought])),
        url=reverse("communities:answer", args=[asker.community.slug, asker.pk]),
        action=_("Answer"),
        group=group,
        due=due,
        face=asker,
        tone="wait",
    )


def newcomers_and_requests(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Newcomers this person greets, and for stewards everybody who asks to join. Three queries for stewards, else two."""
    if not memberships:
        return
    apart = kept_apart(person.pk)
    for welcome in greetings_owed(memberships):
        newcomer = welcome.newcomer
        if newcomer.person_id not in apart:
            yield Row(
                title=_("%(name)s is new and hopes for a hello from you") % {"name": newcomer.display_name},
                detail=" · ".join(filter(None, [newcomer.community.name, newcomer.brought])),
                url=reverse("communities:greet", args=[newcomer.community.slug, newcomer.pk]),
                action=_("Say hello"),
                due=welcome.given_at + GREET_WITHIN,
                face=newcomer,
            )
    steward_of = [m.community_id for m in memberships if m.is_steward]
    if steward_of:
        yield from (_request_row(asker) for asker in join_requests(steward_of, limit=6))


def on_the_desk(steward: Membership) -> Iterable[Row]:
    """Requests to join, and newcomers whom nobody has greeted for a day. Two queries."""
    for asker in join_requests(steward.community, limit=5):
        asker.community = steward.community
        yield _request_row(asker)
    for welcome in ungreeted(steward.community, longer_than=GREET_WITHIN):
        yield Row(
            title=_("Nobody has greeted %(name)s yet") % {"name": welcome.newcomer.display_name},
            detail=_("%(name)s was asked to.") % {"name": welcome.welcomer.display_name},
            url=reverse("communities:greet", args=[steward.community.slug, welcome.newcomer_id]),
            action=_("Say hello"),
            due=welcome.newcomer.joined_at + GREET_WITHIN,
            face=welcome.newcomer,
            tone="wait",
        )


def still_under_18(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Once a year: is it still so? No query."""
    said_at = person.under_18_said_at
    if said_at is not None and said_at < clock.now() - ASK_AGE_AGAIN:
        yield Row(
            title=_("You told us a year ago that you are under 18. Is it still so?"),
            detail=_("Nobody else sees this."),
            url=reverse("people:age"),
            action=_("Answer"),
            group=YOU_SAID,
            icon="shield",
        )


def monthly_question(person: Person, memberships: list[Membership]) -> Iterable[Row]:
    """Once a month, with consent: did this lead to contact offline? At most one query."""
    if contact_check_is_due(person):
        yield Row(
            title=_("Did something here lead to contact offline this month?"),
            detail=_("You agreed to be asked. Only you see your answer."),
            url=reverse("communities:met"),
            action=_("Answer or skip"),
            group=YOU_SAID,
            icon="heart",
        )


def whom_i_met(person: Person) -> Iterable[OwnLink]:
    """The private page. No query."""
    yield OwnLink(
        label=_("People I met"),
        url=reverse("communities:met"),
        detail=_("Whom you met, time together, and your words around meetings. For your eyes only."),
        icon="heart",
    )


def vetting_on_the_desk(steward: Membership) -> Iterable[Row]:
    """Members who wait for a second steward's look, or whose year runs out within a month. One query."""
    for vetting in vettings_to_look_at(steward):
        ending = vetting.until is not None
        who = {"name": vetting.member.display_name}
        yield Row(
            title=(_("The vetting of %(name)s runs out") if ending else _("%(name)s waits for a second steward")) % who,
            detail=_("Contact with people under 18"),
            url=reverse("communities:vet", args=[steward.community.slug, vetting.member_id]),
            action=_("Look at it"),
            due=vetting.until or vetting.first_at,
            face=vetting.member,
            tone="wait",
        )


def personas(person: Person) -> Iterable[OwnLink]:
    """One row on one's own page for each community. One query."""
    from .queries import memberships_of

    for membership in memberships_of(person):
        yield OwnLink(
            label=_("%(name)s in %(community)s")
            % {"name": membership.display_name, "community": membership.community.name},
            url=reverse("communities:persona", args=[membership.community.slug]),
            detail=_("Your name there and what you show"),
            icon="community",
        )


def own_data(person: Person) -> list[dict[str, Any]]:
    """Every persona with what was written there, greetings given and received, and invitations made."""
    return [
        {
            "community": m.community.name,
            "name": m.display_name,
            "role": m.role,
            "state": m.state,
            "what_brought_me": m.brought,
            "about": m.about,
            "shown": m.shown,
            "greets_newcomers": m.welcomes,
            "may_be_asked_to_talk": m.asking,
            "vetted": list(m.vettings.order_by("pk").values("first_at", "second_at", "until", "withdrawn_at")),
            "joined_at": m.joined_at.isoformat(),
            "asked_at": m.asked_at.isoformat() if m.asked_at else None,
            "left_at": m.left_at.isoformat() if m.left_at else None,
            "greetings_written": [w.message for w in m.newcomers.all() if w.message],
            "invitations_made": [i.made_at.isoformat() for i in m.invitations.all()],
        }
        for m in person.memberships.select_related("community").prefetch_related("newcomers", "invitations")
    ]


def _reported(viewer: Membership, member_id: int) -> Membership:
    if viewer.pk == member_id:
        raise Http404
    return get_member_for(viewer, viewer.community, member_id)


def _take_out(member: Membership, steward: Membership) -> None:
    remove_member(membership=steward, member=member, reason=_("A report about you was upheld. See the decision."))


def _let_back(member: Membership, steward: Membership) -> None:
    try:
        readmit_member(membership=steward, member=member)
    except Refused:  # another steward let them in already: the wish is fulfilled
        return


TODAY.add("communities", newcomers_and_requests)
TODAY.add("under 18", still_under_18)
TODAY.add("monthly question", monthly_question)
OWN_LINKS.add("people I met", whom_i_met)
DESK.add("communities", on_the_desk)
DESK.add("vetting", vetting_on_the_desk)
OWN_LINKS.add("communities", personas)
EXPORT_SECTIONS.add("communities", own_data)
ERASERS.add("communities", erase_person)
REPORTABLES.add(
    "member",
    Reportable(
        key="member",
        label=gettext_lazy("person"),
        get=_reported,
        community=lambda member: member.community,
        author=lambda member: member,
        excerpt=lambda member: "\n".join(filter(None, [member.display_name, member.brought, member.about])),
        url=lambda member: reverse("communities:member", args=[member.community.slug, member.pk]),
        withhold=_take_out,
        restore=_let_back,
    ),
)
