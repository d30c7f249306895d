"""The Library door, one resource, and keeping it right."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import enter, enter_as_member
from commonweal.communities.models import Membership
from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.pages import asked_words, page

from . import actions, queries
from .access import get_editable_resource_for, get_resource_for, may_change, shows_author
from .forms import RemoveForm, ResourceForm
from .models import Resource


def shelf(request: HttpRequest, slug: str) -> HttpResponse:
    """The Library door: everything, by kind, by tag, by words."""
    community = enter(request, slug, door="library")
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    kind, tag, words = (asked_words(request, name) for name in ("kind", "tag", "q"))
    found = queries.shelf(community, membership, kind=kind, tag=tag, words=words)
    context = {
        "page": page(request, found, "-changed_at", "-id"),
        "kind": kind,
        "kinds": Resource.Kind.choices,
        "tag": tag,
        "tags": queries.common_tags(community, membership),
        "words": words,
    }
    return render(request, "library/shelf.html", context)


def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add something worth knowing."""
    membership = enter_as_member(request, slug, door="library")
    form = ResourceForm(request.POST or None, initial={"kind": request.GET.get("kind", "")})
    if request.method == "POST" and form.is_valid():
        made = attempt(form, actions.add_resource, membership=membership, **form.cleaned_data)
        if made is not None:
            messages.success(request, _("Added. Thank you for writing it down."))
            return see_other("library:resource", slug, made.pk)
    return show(request, "library/edit.html", {"form": form})


def resource(request: HttpRequest, slug: str, resource_id: int) -> HttpResponse:
    """One resource."""
    community = enter(request, slug, door="library")
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    found = get_resource_for(membership, community, resource_id)
    context = {
        "resource": found,
        "tags": list(found.tags.all()),
        "may_change": may_change(membership, found),
        "shows_author": shows_author(membership, found),
    }
    return render(request, "library/resource.html", context)


def edit(request: HttpRequest, slug: str, resource_id: int) -> HttpResponse:
    """Change what one added; stewards change anything."""
    membership = enter_as_member(request, slug, door="library")
    found = get_editable_resource_for(membership, membership.community, resource_id)
    form = ResourceForm(request.POST or None, resource=found)
    if request.method == "POST" and form.is_valid():
        changed = attempt(form, actions.change_resource, membership=membership, resource=found, **form.cleaned_data)
        if changed is not None:
            messages.success(request, _("Changed, and checked today."))
            return see_other("library:resource", slug, found.pk)
    return show(request, "library/edit.html", {"form": form, "resource": found})


@require_POST
def check(request: HttpRequest, slug: str, resource_id: int) -> HttpResponse:
    """Say that it is still right."""
    membership = enter_as_member(request, slug, door="library")
    found = get_resource_for(membership, membership.community, resource_id)
    actions.check_resource(membership=membership, resource=found)
    messages.success(request, _("Thank you for checking."))
    return see_other("library:resource", slug, found.pk)


def remove(request: HttpRequest, slug: str, resource_id: int) -> HttpResponse:
    """Take it out: one's own, or as a steward with a reason. Asks once."""
    membership = enter_as_member(request, slug, door="library")
    found = get_editable_resource_for(membership, membership.community, resource_id)
    own = found.added_by_id == membership.pk
    form = RemoveForm(request.POST or None)
    if own:
        form.fields["reason"].required = False
    if request.method == "POST" and form.is_valid():
        done = attempt(form, actions.remove_resource, membership=membership, resource=found, **form.cleaned_data)
        if done is not None:
            messages.success(request, _("It is out of the library."))
            return see_other("library:list", slug)
    context = {
        "title": _("Remove %(title)s?") % {"title": found.title},
        "consequence": _("Nobody will find it here any more.")
        if own
        else _("Nobody will find it here any more, and whoever added it is told why."),
        "label": _("Remove it"),
        "cancel_url": reverse("library:resource", args=[slug, found.pk]),
        "form": form if not own or form.errors else None,
    }
    return show(request, "kit/_confirm.html", context)
