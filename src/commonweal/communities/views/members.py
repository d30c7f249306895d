"""The people of a community: the directory, a member's page, a greeting, and keeping somebody away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.errors import Refused
from commonweal.kit.pages import asked_words, page
from commonweal.people.actions import block as block_person

from ..access import enter_as_member, get_member_for
from ..actions import greet as greet_newcomer
from ..forms import GreetForm
from ..models import Role, Welcome
from ..portraits import portraits
from ..queries import directory
from ..registries import MEMBER_STEPS


def people(request: HttpRequest, slug: str) -> HttpResponse:
    """The members, newest first; found by the start of a name or by something they show. A fixed number of queries."""
    membership = enter_as_member(request, slug)
    words, role = asked_words(request, "q"), request.GET.get("role", "")
    rows = page(request, directory(membership, words=words, role=role), "-joined_at", "-id", size=24)
    context = {
        "page": rows,
        "portraits": portraits(membership, rows.rows),
        "words": words,
        "role": role if role in Role.values else "",
        "roles": [(Role.SUPPORTER, _("Supporters")), (Role.STEWARD, _("Stewards"))],
    }
    return render(request, "communities/people.html", context)


def member(request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
    """What one member shows of themselves here, and what one can do together."""
    membership = enter_as_member(request, slug)
    found = get_member_for(membership, membership.community, member_id)
    own = found.pk == membership.pk
    steps = [] if own else [step for source in MEMBER_STEPS if (step := source(membership, found))]
    context = {
        "portrait": portraits(membership, [found])[0],
        "steps": steps,
        "own": own,
        "greet": None if own else _open_greeting(membership.pk, found.pk),
        "may_change_role": membership.is_steward and (membership.role == Role.FOUNDER or found.role in _LOW),
        "may_vet": membership.is_steward and not own,
        "may_remove": membership.is_steward and not own and found.role != Role.FOUNDER,
    }
    return render(request, "communities/member.html", context)


_LOW = (Role.MEMBER, Role.SUPPORTER)


def _open_greeting(welcomer_id: int, newcomer_id: int) -> Welcome | None:
    return Welcome.objects.filter(newcomer=newcomer_id, welcomer=welcomer_id, greeted_at__isnull=True).first()


def greet(request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
    """Say hello to a newcomer, with what they wrote in view."""
    membership = enter_as_member(request, slug)
    newcomer = get_member_for(membership, membership.community, member_id)
    form = GreetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        message = form.cleaned_data["message"]
        if attempt(form, greet_newcomer, membership=membership, newcomer=newcomer, message=message):
            messages.success(request, _("Thank you. %(name)s has been told.") % {"name": newcomer.display_name})
            return see_other("today")
    welcome = Welcome.objects.select_related("welcomer").filter(newcomer=newcomer).first()
    return show(request, "communities/greet.html", {"form": form, "newcomer": newcomer, "welcome": welcome})


def block(request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
    """Keep somebody away, both ways. Asks once; nothing tells them."""
    membership = enter_as_member(request, slug)
    found = get_member_for(membership, membership.community, member_id)
    if found.pk == membership.pk or found.person is None or membership.person is None:
        return redirect("communities:member", slug=slug, member_id=member_id)
    if request.method == "POST":
        try:
            block_person(blocker=membership.person, blocked=found.person, known_as=found.display_name)
        except Refused as refused:
            messages.error(request, str(refused.message))
            return see_other("communities:member", slug=slug, member_id=member_id)
        messages.success(request, _("Done. You will not see each other any more."))
        return see_other("communities:people", slug=slug)
    return render(request, "communities/block.html", {"member": found})
