from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import STEWARDS, SUPPORTERS, enter, enter_as_member, person_of
from commonweal.communities.models import Community, Membership, State
from commonweal.conversations.models import Topic
from commonweal.kit import clock
from commonweal.kit.access import public_page
from commonweal.kit.errors import Refused
from commonweal.kit.pages import page

from . import actions, drafts, queries
from .access import get_request_for
from .forms import AskForm, DutyForm, NameForm
from .lines import check_line, countries, guess_country, help_for, lines_of
from .models import SUPPORT_PROMISE, NameLook, SupportRequest


def _see_other(url: str) -> HttpResponse:
    return HttpResponseRedirect(url, status=303)


def _topic_url(request: SupportRequest) -> str:
    return reverse("conversations:topic", args=[request.community.slug, request.topic_id])


@public_page
def help_now(request: HttpRequest) -> HttpResponse:
    """Crisis lines and emergency numbers, for everybody, signed in or not."""
    chosen = request.GET.get("country", "")[:2].upper()
    country = chosen or _own_country(request) or guess_country(request.headers.get("Accept-Language", ""))
    response = render(
        request,
        "support/help_now.html",
        {"help": help_for(country), "countries": countries(), "asked_for": chosen},
    )
    if person_of(request) is None:
        response["X-Guest-Cache"] = "1"
    return response


def _own_country(request: HttpRequest) -> str:
    """The country of the community a signed-in person joined last that names one. One query."""
    person = person_of(request)
    if person is None:
        return ""
    mine = Community.objects.filter(memberships__person=person, memberships__state=State.ACTIVE).exclude(country="")
    return mine.order_by("-memberships__joined_at").values_list("country", flat=True).first() or ""


def requests(request: HttpRequest, slug: str) -> HttpResponse:
    """The support door: what waits for an answer, what was answered, and how to ask."""
    community = enter(request, slug, door="support")
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    context: dict[str, Any] = {"on_duty": queries.on_duty(community)}
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
            return _see_other(reverse("support:ask", args=[slug]))
        if form.is_valid():
            try:
                made = actions.ask_for_support(membership=membership, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
            else:
                messages.success(request, _("Your request is there. What happens next stands beside it."))
                return _see_other(_topic_url(made))
    context = {
        "form": form,
        "on_duty": [m for m in queries.on_duty(membership.community) if m.pk != membership.pk],
        "by": clock.now() + SUPPORT_PROMISE,
        "drafted": not form.is_bound and bool(form.initial),
    }
    return render(request, "support/ask.html", context, status=422 if form.is_bound else 200)


@require_POST
def draft(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug, door="support")
    drafts.keep(membership, request.POST, whole=False)
    return HttpResponse(status=204)


def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """For supporters: who waits, how long, what they asked for, and how much time is left."""
    membership = enter_as_member(request, slug, door="support", roles=SUPPORTERS)
    context = {
        "page": page(request, queries.waiting(membership.community, membership), "promise_due_at", "id"),
        "duty": queries.running_duty(membership),
        "on_duty": queries.on_duty(membership.community),
        "duty_form": DutyForm(),
        "now": clock.now(),
    }
    return render(request, "support/queue.html", context)


@require_POST
def duty(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug, door="support", roles=SUPPORTERS)
    form = DutyForm(request.POST)
    if "end" in request.POST:
        actions.end_duty(membership=membership)
        messages.success(request, _("You are off duty. Thank you."))
    elif form.is_valid():
        actions.go_on_duty(membership=membership, hours=form.cleaned_data["hours"])
        messages.success(request, _("You are on duty. It ends by itself."))
    else:
        messages.error(request, _("Choose how long you will be on duty."))
    return _see_other(reverse("support:queue", args=[slug]))


@require_POST
def acknowledge(request: HttpRequest, slug: str, request_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug, door="support", roles=SUPPORTERS)
    found = get_request_for(membership, request_id)
    try:
        actions.acknowledge(membership=membership, request=found)
        messages.success(request, _("They know that somebody is on it."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return _see_other(_back(request) or _topic_url(found))


@require_POST
def helped(request: HttpRequest, slug: str, request_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug)
    found = get_request_for(membership, request_id)
    try:
        actions.say_whether_it_helped(membership=membership, request=found, helped=request.POST.get("helped", ""))
        messages.success(request, _("Thank you for saying so. You can ask again whenever you like."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return _see_other(_topic_url(found))


def name(request: HttpRequest, slug: str, request_id: int) -> HttpResponse:
    """For stewards: look up a hidden name, with a reason, and see every look so far."""
    membership = enter_as_member(request, slug, door="support", roles=STEWARDS)
    found = get_request_for(membership, request_id)
    topic: Topic = found.topic
    if not topic.anonymous or topic.author_id == membership.pk:
        raise Http404
    form, author = NameForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            actions.look_at_name(membership=membership, topic=topic, reason=form.cleaned_data["reason"])
            author = topic.author
        except Refused as refusal:
            form.add_error("reason" if refusal.field == "reason" else None, str(refusal.message))
    context = {
        "form": form,
        "topic": topic,
        "author": author,
        "duty": queries.running_duty(membership),
        "looks": NameLook.objects.filter(topic=topic).select_related("steward")[:50],
    }
    return render(request, "support/name.html", context, status=422 if form.errors else 200)


def lines(request: HttpRequest, slug: str) -> HttpResponse:
    """For stewards: compare each help line of the community's country with its source."""
    membership = enter_as_member(request, slug, roles=STEWARDS)
    if request.method == "POST":
        try:
            check_line(membership=membership, key=request.POST.get("line", ""), right="wrong" not in request.POST)
            messages.success(request, _("Thank you. It stands on the help page now."))
        except Refused as refusal:
            messages.error(request, str(refusal.message))
        return _see_other(reverse("support:lines", args=[slug]))
    country = membership.community.country.upper()
    return render(request, "support/lines.html", {"lines": lines_of(country), "country": country})


def _back(request: HttpRequest) -> str:
    """Where a small form came from, when that is a page of ours."""
    back = request.POST.get("back", "")
    return back if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None) else ""
