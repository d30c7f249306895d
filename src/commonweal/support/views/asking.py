from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import enter, enter_as_member
from commonweal.communities.models import Membership
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.kit.pages import page

from .. import actions, drafts, queries
from ..forms import AskForm
from ..lines import Help, help_for
from ..models import SUPPORT_PROMISE
from ..phrases import found_in
from ..tells import topic_url
from .going import see_other


def requests(request: HttpRequest, slug: str) -> HttpResponse:
    """The support door: what waits for an answer, what was answered, and how to ask."""
    community = enter(request, slug, door="support")
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    context: dict[str, Any] = {"on_duty": queries.on_duty(community, membership)}
    if membership is not None:
        answered = request.GET.get("show") == "answered"
        rows = queries.support_requests(community, membership, waiting=not answered)
        context |= {"answered": answered, "page": page(request, rows, "-asked_at", "-id")}
    return render(request, "support/requests.html", context)


def ask(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug, door="support")
    form = AskForm(request.POST or None, community=membership.community, initial=drafts.kept(membership))
    if request.method == "POST":
        if "keep" in request.POST:
            drafts.keep(membership, request.POST, whole=True)
            messages.success(request, _("Saved as a draft. Only you can see it."))
            return see_other(reverse("support:ask", args=[slug]))
        if form.is_valid():
            try:
                made = actions.ask_for_support(membership=membership, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
            else:
                messages.success(request, _("Your request is there. What happens next stands beside it."))
                return see_other(topic_url(made))
    duty = [m for m in queries.on_duty(membership.community, membership) if m.pk != membership.pk]
    context = {
        "form": form,
        "on_duty": duty,
        "can_be_told": bool(duty) or queries.can_be_told(membership),
        "by": clock.now() + SUPPORT_PROMISE,
        "help": _help(membership, form),
        "drafted": not form.is_bound and any(form.initial.get(name) for name in drafts.WORDS),
    }
    return render(request, "support/ask.html", context, status=422 if form.is_bound else 200)


def _help(membership: Membership, form: AskForm) -> Help | None:
    """The lines themselves, when what is written reads as if they may be needed. One query, or none."""
    written = "\n".join(str(form[name].value() or "") for name in ("title", "text", "urgency"))
    if not form["urgency"].value() and not found_in(written):
        return None
    return help_for(str(form["country"].value() or "") or membership.community.country)


@require_POST
def draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep what is being written, and answer with the lines as soon as it reads as if they may be needed.

    The lines come once and stay while somebody goes on writing; only another country changes them.
    """
    membership = enter_as_member(request, slug, door="support")
    drafts.keep(membership, request.POST, whole="whole" in request.POST)
    if not request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    help = _help(membership, AskForm(request.POST, community=membership.community))
    there = help is None or request.POST.get("lines_here") == (help.country or "any")
    response = render(request, "support/_drafted.html", {"help": None if there else help})
    if there:
        response["HX-Reswap"] = "none"
    return response
