"""The pages of stewards and founders: requests to join, roles, removals, settings, doors and words."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.errors import Refused

from .. import actions
from ..access import STEWARDS, enter_as_member, get_asker_for, get_member_for, get_removed_for
from ..forms import ABOUT_ROLES, AnswerForm, DoorsForm, ReasonForm, RoleForm, SettingsForm, WordsForm
from ..models import Community, Membership, Removal, Role
from ..queries import join_requests, people_on_duty
from ..tells import STEWARD_ROLES


def requests(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody who asks to come in, the longest waiting first."""
    membership = enter_as_member(request, slug, roles=STEWARDS)
    waiting = join_requests(membership.community)
    return render(request, "communities/requests.html", {"waiting": waiting})


def answer(request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
    """Yes or no to one of them, with what they wrote in view."""
    membership = enter_as_member(request, slug, roles=STEWARDS)
    asker = get_asker_for(membership, member_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accepted = request.POST.get("answer") == "yes"
        done = attempt(
            form,
            actions.answer_join_request,
            membership=membership,
            asker=asker,
            accepted=accepted,
            reason=form.cleaned_data["reason"],
        )
        if done is not None:
            said = _("%(name)s is in, and was told.") if accepted else _("%(name)s was told, with your reason.")
            messages.success(request, said % {"name": asker.display_name})
            return see_other("communities:requests", slug=slug)
    return show(request, "communities/answer.html", {"form": form, "asker": asker})


def roles(request: HttpRequest, slug: str) -> HttpResponse:
    """Who has which role, what a role may do, and for stewards who was removed."""
    membership = enter_as_member(request, slug)
    removals: list[Removal] = []
    if membership.role in STEWARD_ROLES:
        standing = Removal.objects.filter(membership__community=membership.community, lifted_at__isnull=True)
        removals = list(standing.select_related("membership").order_by("-at")[:50])
    context = {
        "on_duty": people_on_duty(membership.community, limit=100),
        "about_roles": [(Role(role).label, text) for role, text in ABOUT_ROLES.items()],
        "removals": removals,
    }
    return render(request, "communities/roles.html", context)


def role(request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
    """Give one member another role."""
    membership = enter_as_member(request, slug, roles=STEWARDS)
    member = get_member_for(membership, membership.community, member_id)
    form = RoleForm(request.POST or None, high=membership.role == Role.FOUNDER, initial={"role": member.role})
    if request.method == "POST" and form.is_valid():
        new = form.cleaned_data["role"]
        if attempt(form, actions.change_role, membership=membership, member=member, role=new):
            said = {"name": member.display_name, "role": Role(new).label}
            messages.success(request, _("%(name)s now has the role of %(role)s, and was told.") % said)
            return see_other("communities:member", slug=slug, member_id=member.pk)
    return show(request, "communities/role.html", {"form": form, "member": member})


def remove(request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
    """Remove one member. Asks once, with the consequence, and for the reason they will read."""
    membership = enter_as_member(request, slug, roles=STEWARDS)
    member = get_member_for(membership, membership.community, member_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, actions.remove_member, membership=membership, member=member, reason=reason):
            messages.success(request, _("%(name)s was removed and told why.") % {"name": member.display_name})
            return see_other("communities:roles", slug=slug)
    return show(request, "communities/remove.html", {"form": form, "member": member})


@require_POST
def readmit(request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
    """Take a removal back."""
    membership = enter_as_member(request, slug, roles=STEWARDS)
    member = get_removed_for(membership, member_id)
    try:
        actions.readmit_member(membership=membership, member=member)
        messages.success(request, _("%(name)s may join again, and was told.") % {"name": member.display_name})
    except Refused as refused:
        messages.error(request, str(refused.message))
    return see_other("communities:roles", slug=slug)


def settings(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug, roles=STEWARDS)
    fresh = Community.objects.get(pk=membership.community_id)
    form = SettingsForm(request.POST or None, instance=fresh)
    if request.method == "POST" and form.is_valid():
        kept = {"cell": fresh.cell if form.cleaned_data["place_name"] == fresh.place_name else ""}
        if attempt(form, actions.edit_community, membership=membership, **form.cleaned_data, **kept):
            return _saved(request, "communities:settings", slug)
    return show(request, "communities/settings.html", {"form": form, "tab": "settings"})


def doors(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug, roles=STEWARDS)
    form = DoorsForm(request.POST or None, initial={"doors": membership.community.open_doors})
    if request.method == "POST" and form.is_valid() and _try(form, actions.open_doors, membership):
        return _saved(request, "communities:doors", slug)
    return show(request, "communities/settings.html", {"form": form, "tab": "doors"})


def words(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug, roles=STEWARDS)
    form = WordsForm(request.POST or None, instance=Community.objects.get(pk=membership.community_id))
    if request.method == "POST" and form.is_valid() and _try(form, actions.edit_rules, membership):
        return _saved(request, "communities:words", slug)
    return show(request, "communities/settings.html", {"form": form, "tab": "words"})


def _try(form: Any, action: Any, membership: Membership) -> Any:
    return attempt(form, action, membership=membership, **form.cleaned_data)


def _saved(request: HttpRequest, url_name: str, slug: str) -> HttpResponse:
    messages.success(request, _("Saved."))
    return see_other(url_name, slug=slug)
