"""A supporter's own pages: applying, preparing, where one stands, breaks and notes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import SUPPORTERS, enter_as_member
from commonweal.kit.errors import Refused

from .. import queries
from ..actions import applying, preparing, resting
from ..forms_supporters import ApplyForm, BreakForm, NoteForm, SupporterForm
from ..models import Application, DebriefNote
from ..standing import standing_of
from .going import see_other


def giving(request: HttpRequest, slug: str) -> HttpResponse:
    """Where somebody stands: how to become a supporter, what is still to do, until when it holds."""
    membership = enter_as_member(request, slug, door="support")
    stands = standing_of(membership)
    chosen = stands.supporter or stands.application
    given: dict[str, Any] = {"languages": chosen.languages, "kinds": chosen.kinds} if chosen else {"languages": []}
    given["steps_in"] = stands.supporter is not None and stands.supporter.steps_in
    form: ApplyForm | SupporterForm
    form = (SupporterForm if membership.is_supporter else ApplyForm)(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            if membership.is_supporter:
                applying.say_what_i_give(membership=membership, **form.cleaned_data)
                messages.success(request, _("Saved. You are asked for these first."))
            else:
                applying.apply_to_support(membership=membership, **form.cleaned_data)
                messages.success(request, _("Thank you. A steward reads it and answers you."))
            return see_other(reverse("support:giving", args=[slug]))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
    context = {
        "stands": stands,
        "form": form,
        "duty": queries.running_duty(membership),
        "break_form": BreakForm(),
        "declined": _declined(membership.pk) if not membership.is_supporter and stands.application is None else None,
    }
    return render(request, "support/giving.html", context, status=422 if form.errors else 200)


def _declined(membership_id: int) -> Application | None:
    """The last application, when a steward said not now."""
    last = Application.objects.select_related("answer").filter(membership=membership_id).order_by("-at", "-pk").first()
    return last if last is not None and hasattr(last, "answer") and not last.answer.accepted else None


def _do(
    request: HttpRequest, slug: str, act: Callable[[], object], said: str, to: str = "support:giving"
) -> HttpResponse:
    try:
        act()
        messages.success(request, said)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return see_other(reverse(to, args=[slug]))


def _number(request: HttpRequest, name: str) -> int:
    """A whole number from a small form; -1, which is nobody's, for anything else."""
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else -1


@require_POST
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug, door="support")
    applying.take_back_application(membership=membership)
    messages.success(request, _("Taken back. You can apply again whenever you like."))
    return see_other(reverse("support:giving", args=[slug]))


@require_POST
def tick(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug, door="support")
    item, done = _number(request, "item"), "undo" not in request.POST
    said = _("Ticked.") if done else _("The tick is gone.")
    return _do(request, slug, lambda: preparing.tick_item(membership=membership, item_id=item, done=done), said)


@require_POST
def agree(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug, door="support")
    version = _number(request, "version")
    said = _("Thank you. Your agreement is noted.")
    return _do(request, slug, lambda: preparing.accept_agreement(membership=membership, version=version), said)


@require_POST
def renew(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug, door="support", roles=SUPPORTERS)
    return _do(request, slug, lambda: applying.renew(membership=membership), _("Renewed. Thank you for staying."))


@require_POST
def rest(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug, door="support", roles=SUPPORTERS)
    if "end" in request.POST:
        return _do(request, slug, lambda: resting.come_back(membership=membership), _("Good to have you back."))
    days = _number(request, "days")
    said = _("You are off duty and hear no alarms. Rest well; come back whenever you like.")
    return _do(request, slug, lambda: resting.take_break(membership=membership, days=days), said)


def notes(request: HttpRequest, slug: str) -> HttpResponse:
    """Notes to oneself after a case: nobody else can read them, and the clock erases them."""
    membership = enter_as_member(request, slug, door="support", roles=SUPPORTERS)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            resting.keep_note(membership=membership, **form.cleaned_data)
            messages.success(request, _("Kept for you alone."))
            return see_other(reverse("support:notes", args=[slug]))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
    context = {
        "form": form,
        "notes": DebriefNote.objects.filter(membership=membership)[:100],
        "break_form": BreakForm(),
    }
    return render(request, "support/notes.html", context, status=422 if form.errors else 200)


@require_POST
def erase_note(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug, door="support", roles=SUPPORTERS)
    note = _number(request, "note")
    said = _("Erased.")
    return _do(request, slug, lambda: resting.erase_note(membership=membership, note_id=note), said, "support:notes")
