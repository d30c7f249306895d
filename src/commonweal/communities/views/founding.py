"""Founding: six questions, one to a page, and the founder's own name. Answers are kept in the session until the end."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.kit.access import public_page
from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.errors import Refused
from commonweal.people.codes import trust_founders_browser
from commonweal.people.entry import sign_in
from commonweal.people.models import Person

from .. import first_start
from ..access import STEWARDS, enter_as_member, person_of
from ..actions import found_community, start_chapter
from ..actions.accounts import make_founders_account
from ..founding_forms import QUESTIONS, AccountForm, ChapterForm, YouForm
from ..models import Community
from ..queries import may_found

SESSION_KEY = "founding"
LAST = "you"
FORMS: dict[str, type[forms.Form]] = {key: form for key, _short, _title, form in QUESTIONS}


def _may_found(request: HttpRequest) -> bool:
    if first_start.is_founded():
        return may_found(person_of(request))
    return first_start.has_opened(request) or (not settings.FIRST_START and request.user.is_authenticated)


@public_page
def first_start_link(request: HttpRequest, token: str) -> HttpResponse:
    """The one-time link: remembers this browser and begins."""
    if not first_start.open_link(request, token):
        return render(request, "communities/link_gone.html", {"founded": first_start.is_founded()}, status=410)
    response = redirect("communities:found")
    trust_founders_browser(response)
    return response


@public_page
def found(request: HttpRequest) -> HttpResponse:
    """To the first question without an answer; for others, who may found and how to become a founder."""
    if not _may_found(request):
        return _not_yours(request)
    return redirect("communities:found_step", step=_first_open(_kept(request)) or LAST)


@public_page
def step(request: HttpRequest, step: str) -> HttpResponse:
    """One question. What was typed is kept whatever button was pressed; it is checked on the way forward."""
    if not _may_found(request):
        return _not_yours(request)
    if step == LAST:
        return _last(request)
    if step not in FORMS:
        raise Http404
    kept = _kept(request)
    form = FORMS[step](request.POST or None, initial=kept.get(step))
    if request.method == "POST":
        _keep(request, step, form)
        if request.POST.get("go") == "back":
            return see_other("communities:found_step", step=_before(step))
        if form.is_valid():
            return see_other("communities:found_step", step=_after(step))
    return _show(request, step, form)


def _last(request: HttpRequest) -> HttpResponse:
    """The founder's name (and account, when there is none), then the founding itself."""
    kept = _kept(request)
    person = person_of(request)
    form = (YouForm if person else AccountForm)(request.POST or None, initial=kept.get(LAST))
    if request.method == "POST":
        _keep(request, LAST, form)
        if request.POST.get("go") == "back":
            return see_other("communities:found_step", step=QUESTIONS[-1][0])
        if unanswered := _first_open(kept):
            messages.info(request, _("This question still needs an answer."))
            return see_other("communities:found_step", step=unanswered)
        if form.is_valid() and (community := attempt(form, _found, request=request, you=form, kept=kept)):
            request.session.pop(SESSION_KEY, None)
            messages.success(
                request, _("Here it is. Look around, change what does not fit, and invite the first people.")
            )
            response = see_other("communities:front", slug=community.slug)
            if person is None:
                trust_founders_browser(response, request.user)  # type: ignore[arg-type]
            return response
    return _show(request, LAST, form)


@transaction.atomic
def _found(*, request: HttpRequest, you: forms.Form, kept: dict[str, Any]) -> Community:
    """Use the link up, make the account, found the community: all or nothing."""
    person = person_of(request)
    new = person is None
    if not first_start.is_founded() and settings.FIRST_START and not first_start.use_link(request):
        raise Refused(
            _("This link was used or replaced. Ask for a new one where Commonweal runs; your answers are kept.")
        )
    if person is None:
        person = _account(you)
    answers: dict[str, Any] = {}
    for key, question in FORMS.items():
        answered = question(kept[key])
        answered.full_clean()
        answers |= getattr(answered, "found", answered.cleaned_data)
    community = found_community(person=person, display_name=you.cleaned_data["display_name"], **answers)
    if new:
        sign_in(request, person)
    return community


def _account(form: forms.Form) -> Person:
    data = form.cleaned_data
    return make_founders_account(email=data["email"], password=data["password"], time_zone=data["time_zone"])


def _kept(request: HttpRequest) -> dict[str, Any]:
    found: dict[str, Any] = request.session.get(SESSION_KEY, {})
    return found


def _keep(request: HttpRequest, step: str, form: forms.Form) -> None:
    """Put the raw answers into the session, right or wrong, never a password."""
    names = [name for name in ("place", "at", "country", *form.fields) if name in request.POST and name != "password"]
    kept = _kept(request)
    kept[step] = {name: request.POST[name] for name in names} or {"": ""}
    request.session[SESSION_KEY] = kept


def _first_open(kept: dict[str, Any]) -> str | None:
    """The first question that has no good answer yet."""
    for key, form in FORMS.items():
        if key not in kept or not form(kept[key]).is_valid():
            return key
    return None


def _before(step: str) -> str:
    keys = [*FORMS]
    return keys[max(0, keys.index(step) - 1)]


def _after(step: str) -> str:
    keys = [*FORMS, LAST]
    return keys[keys.index(step) + 1]


def _show(request: HttpRequest, step: str, form: forms.Form) -> HttpResponse:
    steps = [(key, short) for key, short, _title, _form in QUESTIONS]
    titles = {key: title for key, _short, title, _form in QUESTIONS}
    keys = [key for key, _short in steps]
    context = {
        "form": form,
        "step": step,
        "steps": steps,
        "number": keys.index(step) + 1 if step in keys else len(keys),
        "past": keys[: keys.index(step)] if step in keys else keys,
        "last": step == LAST,
        "first": step == keys[0],
        "answers": _kept(request) if step == LAST else None,
        "title": titles.get(step, gettext_lazy("And you?")),
    }
    return show(request, "communities/found.html", context)


def _not_yours(request: HttpRequest) -> HttpResponse:
    if settings.FIRST_START and not first_start.is_founded():
        return first_start.not_open_yet(request)
    return render(request, "communities/who_founds.html", {})


def chapter(request: HttpRequest, slug: str) -> HttpResponse:
    """Start a chapter of a community. For its stewards."""
    membership = enter_as_member(request, slug, roles=STEWARDS)
    form = ChapterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fields = {key: form.cleaned_data[key] for key in ("name", "purpose")}
        where = {key: form.found[key] for key in ("place_name", "cell")}
        made = attempt(form, start_chapter, membership=membership, **fields, **where)
        if made is not None:
            messages.success(request, _("The chapter is there, and you are its founder."))
            return see_other("communities:front", slug=made.slug)
    return show(request, "communities/chapter.html", {"form": form})
