"""What a community shows of itself: its front, its rules, its doors, its chapters; and which communities there are."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from commonweal.kit.access import public_page
from commonweal.kit.guests import same_for_guests
from commonweal.kit.pages import page
from commonweal.people.queries import kept_apart

from ..access import STEWARDS, enter, membership_of, person_of
from ..context import door_pages
from ..forms import JoinForm
from ..models import Access, Community, Membership
from ..queries import (
    chapters_of,
    last_answer,
    link_to,
    listed_communities,
    may_found,
    memberships_of,
    people_on_duty,
    requests_of,
)
from ..today import first_steps

#: Doors that a phone shows in its bottom bar.
IN_THE_BAR = ("talk", "support", "meet")


@public_page
def directory(request: HttpRequest) -> HttpResponse:
    """One's own communities, and the listed ones, a page at a time."""
    request.shell_here = "directory"  # type: ignore[attr-defined]
    person = person_of(request)
    mine = memberships_of(person) if person else []
    context = {
        "mine": mine,
        "own": {membership.community_id for membership in mine},
        "waiting": requests_of(person) if person else [],
        "page": page(request, listed_communities(), "-members_count", "-id"),
        "may_found": may_found(person),
    }
    return same_for_guests(request, render(request, "communities/directory.html", context))


def front(request: HttpRequest, slug: str) -> HttpResponse:
    """For members a calm overview; for everybody else what this is and how to come in."""
    community = enter(request, slug, front=True)
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    if membership is not None:
        return render(request, "communities/front.html", _overview(community, membership))
    return same_for_guests(request, render(request, "communities/door.html", threshold(request, community)))


def _overview(community: Community, membership: Membership) -> dict[str, object]:
    apart = kept_apart(membership.person_id) if membership.person_id else set()
    return {
        "door_lines": door_pages(community),
        "first": first_steps(membership),
        "on_duty": people_on_duty(community, apart),
        "chapters": chapters_of(community, membership),
        "more": more_links(membership),
    }


def threshold(request: HttpRequest, community: Community, form: JoinForm | None = None) -> dict[str, object]:
    """What somebody sees who is not (or not yet) a member. Three queries, one for a guest."""
    person = person_of(request)
    own = membership_of(person, community)
    answer = last_answer(own) if own is not None and not own.is_active else None
    names = {"display_name": own.display_name} if own is not None else {}
    joinable = community.access in (Access.OPEN, Access.REQUEST)
    if form is None and joinable and (person is not None or request.method == "POST"):
        form = JoinForm(community=community, person=person, initial=names)
    return {
        "own": own,
        "answer": answer if answer is not None and not answer.accepted else None,
        "form": form,
        "joinable": joinable,
        "door_lines": door_pages(community),
        "chapters": chapters_of(community, None),
    }


def about(request: HttpRequest, slug: str) -> HttpResponse:
    """What the community is for, in facts, and who looks after it."""
    community = enter(request, slug, front=True)
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    apart = kept_apart(membership.person_id) if membership is not None and membership.person_id else set()
    people = people_on_duty(community, apart) if membership is not None else []
    context = {"on_duty": people, "chapters": chapters_of(community, membership)}
    return same_for_guests(request, render(request, "communities/about.html", context))


def rules(request: HttpRequest, slug: str) -> HttpResponse:
    enter(request, slug, front=True)
    return same_for_guests(request, render(request, "communities/rules.html", {}))


def more(request: HttpRequest, slug: str) -> HttpResponse:
    """The phone's More: the doors that do not fit into the bottom bar, and everything else of this community."""
    community = enter(request, slug, front=True)
    request.shell_here = "more"  # type: ignore[attr-defined]
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    inside = membership is not None or community.readable_by_all
    lines = [line for line in door_pages(community) if line.key not in IN_THE_BAR] if inside else []
    context = {"door_lines": lines, "more": more_links(membership)}
    return render(request, "communities/more.html", context)


def more_links(membership: Membership | None) -> list[tuple[str, str, str, str]]:
    """(icon, name, line, URL) of what a member can reach besides the doors."""
    if membership is None:
        return []
    slug = membership.community.slug
    links = [
        ("people", _("People"), _("Who is here, and who is near"), reverse("communities:people", args=[slug])),
        ("person", _("You here"), _("Your name and what you show"), reverse("communities:persona", args=[slug])),
        ("mail", _("Invitations"), _("Bring somebody along"), reverse("communities:invitations", args=[slug])),
        ("pulse", _("Pulse"), _("Does it work? Honestly"), link_to("insight:pulse", slug)),
    ]
    if membership.is_steward:
        requests = reverse("communities:requests", args=[slug])
        links += [
            ("desk", _("Desk"), _("Everything that waits for a steward"), link_to("moderation:desk", slug)),
            ("inbox", _("Requests to join"), _("Who asks to come in"), requests),
            ("key", _("Roles"), _("Who does what"), reverse("communities:roles", args=[slug])),
            ("settings", _("Settings"), _("Name, access, doors, rules"), reverse("communities:settings", args=[slug])),
        ]
    return [link for link in links if link[3]]


def chapters(request: HttpRequest, slug: str) -> HttpResponse:
    """The chapters one may know of, and for stewards the way to start one."""
    community = enter(request, slug, front=True)
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    may_start = membership is not None and membership.role in STEWARDS and community.parent_id is None
    context = {"chapters": chapters_of(community, membership), "may_start": may_start}
    return render(request, "communities/chapters.html", context)
