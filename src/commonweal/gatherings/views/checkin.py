"""Private check-ins: one's own pages, and the two pages that a letter's link opens."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonweal.communities.models import State
from commonweal.kit.access import own_page
from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.errors import Refused
from commonweal.people.models import Person

from ..access import get_gathering_for
from ..checkin import actions, contacts
from ..checkin.access import get_check_in_by, get_check_in_for, get_contact_by, get_contact_for
from ..checkin.forms import CheckInForm
from ..checkin.letters import Draft, alerting, clock_label
from ..checkin.queries import contacts_of, open_check_ins, state_of
from ..models import Answer, CheckIn, Gathering, Rsvp, TrustedContact


def _person(request: HttpRequest) -> Person:
    return cast(Person, request.user)  # own_page has sent guests to sign in


@require_GET
@own_page
def check_ins(request: HttpRequest) -> HttpResponse:
    """Everything about one's check-ins: those that are open, and whom one trusts."""
    person = _person(request)
    rows = [(one, state_of(one)) for one in open_check_ins(person)]
    context = {"rows": rows, "contacts": contacts_of(person), "zone": person.time_zone}
    return render(request, "gatherings/checkin/list.html", context)


@require_http_methods(["GET", "POST"])
@own_page
def new(request: HttpRequest) -> HttpResponse:
    """Arrange one: the form, then the whole letter to look at, then it stands."""
    person = _person(request)
    gathering = _gathering(person, request.GET.get("gathering", ""))
    form = CheckInForm(request.POST or None, person=person, contacts=contacts_of(person), gathering=gathering)
    step = request.POST.get("step", "look")
    if request.method == "POST" and form.is_valid() and step != "change":
        if step == "look":
            return render(request, "gatherings/checkin/preview.html", _preview(person, form))
        made = attempt(form, actions.start_check_in, person=person, gathering=gathering, **form.arranged())
        if made is not None:
            messages.success(request, _("Your check-in stands. When you are home, one tap says so."))
            return see_other("gatherings:check_in", made.pk)
    return show(request, "gatherings/checkin/new.html", {"form": form, "gathering": gathering})


def _gathering(person: Person, raw: str) -> Gathering | None:
    """The gathering one sets out for, if it is one's own to see; None otherwise, silently."""
    if not (raw.isascii() and raw.isdigit() and len(raw) < 18):
        return None
    rows = Rsvp.objects.select_related("membership__community", "gathering__community").exclude(answer=Answer.NO)
    rsvp = rows.filter(gathering=int(raw), membership__person=person, membership__state=State.ACTIVE).first()
    if rsvp is None:
        return None
    try:
        return get_gathering_for(rsvp.membership, rsvp.gathering.community, int(raw))
    except Http404:
        return None


def _preview(person: Person, form: CheckInForm) -> dict[str, Any]:
    data, chosen = form.cleaned_data, form.chosen()
    if not isinstance(chosen, TrustedContact):
        chosen = TrustedContact(name=chosen.name, email=chosen.email, known_as=chosen.known_as)
    letter: Draft = alerting(chosen, words=data["words"], ends_at=data["ends_at"], zone=person.time_zone)
    ends = clock_label(data["ends_at"], person.time_zone)
    return {"form": form, "letter": letter, "contact": chosen, "ends": ends, "new": chosen.pk is None}


@require_GET
@own_page
def check_in(request: HttpRequest, check_in_id: int) -> HttpResponse:
    """One check-in: where it stands, and what one can do."""
    person = _person(request)
    return _one(request, get_check_in_for(person, check_in_id))


def _one(request: HttpRequest, found: CheckIn) -> HttpResponse:
    zone = _person(request).time_zone
    context: dict[str, Any] = {
        "check_in": found,
        "state": state_of(found),
        "ends": clock_label(found.ends_at, zone),
        "alerts": clock_label(found.alert_at, zone),
        "longer": actions.LONGER,
    }
    if found.contact is not None:
        context["letter"] = alerting(found.contact, words=found.words, ends_at=found.ends_at, zone=zone)
    return render(request, "gatherings/checkin/one.html", context)


@require_POST
@own_page
def home(request: HttpRequest, check_in_id: int) -> HttpResponse:
    """ "I'm home", from Today or from its page."""
    found = get_check_in_for(_person(request), check_in_id)
    actions.come_home(check_in=found)
    messages.success(request, _("Good that you are home."))
    return see_other("gatherings:check_in", found.pk)


@require_POST
@own_page
def longer(request: HttpRequest, check_in_id: int) -> HttpResponse:
    """Be home later, by one tap."""
    found = get_check_in_for(_person(request), check_in_id)
    asked = request.POST.get("minutes", "")
    minutes = int(asked) if asked in {str(one) for one in actions.LONGER} else 0
    try:
        actions.need_longer(check_in=found, minutes=minutes)
    except Refused as refused:
        messages.warning(request, str(refused.message))
    else:
        messages.success(request, _("Noted. We ask you later."))
    return see_other("gatherings:check_in", found.pk)


@require_http_methods(["GET", "POST"])
@own_page
def cancel(request: HttpRequest, check_in_id: int) -> HttpResponse:
    """Call a check-in off. Asks once."""
    found = get_check_in_for(_person(request), check_in_id)
    if request.method == "POST":
        try:
            actions.cancel_check_in(check_in=found)
        except Refused as refused:
            messages.warning(request, str(refused.message))
            return see_other("gatherings:check_in", found.pk)
        messages.success(request, _("Cancelled. Nobody is told anything."))
        return see_other("gatherings:check_ins")
    context = {
        "title": _("Cancel this check-in?"),
        "consequence": _("Nobody will ask whether you are home, and nobody will be told."),
        "label": _("Cancel it"),
        "cancel_url": reverse("gatherings:check_in", args=[found.pk]),
    }
    return render(request, "kit/_confirm.html", context)


@require_POST
@own_page
def forget_contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Let go of a trusted contact."""
    person = _person(request)
    found = get_contact_for(person, contact_id)
    try:
        contacts.forget_contact(person=person, contact=found)
    except Refused as refused:
        messages.warning(request, str(refused.message))
    else:
        messages.success(request, _("Removed, with their name and address."))
    return see_other("gatherings:check_ins")


@never_cache
@require_http_methods(["GET", "POST"])
def home_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """What the link in a nudge opens, without signing in. Only pressing the button says anything: mail readers look ahead."""
    found = get_check_in_by(token)
    if request.method == "POST":
        actions.come_home(check_in=found)
        return see_other("gatherings:home_by_link", token)
    return render(request, "gatherings/checkin/home_by_link.html", {"state": state_of(found)})


@never_cache
@require_http_methods(["GET", "POST"])
def agree(request: HttpRequest, token: str) -> HttpResponse:
    """What a trusted contact sees by their link: who asks, what it means, yes and no."""
    found = get_contact_by(token)
    if request.method == "POST" and request.POST.get("answer") in ("yes", "no"):
        try:
            contacts.answer_as_contact(contact=found, agrees=request.POST["answer"] == "yes")
        except Refused as refused:
            messages.warning(request, str(refused.message))
        return see_other("gatherings:agree", token)
    return render(request, "gatherings/checkin/agree.html", {"contact": found})
