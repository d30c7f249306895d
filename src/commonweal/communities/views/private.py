"""A person's private page, and what they write for themselves around a meeting. Nobody else sees any of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonweal.kit.access import own_page
from commonweal.kit.answers import attempt, see_other, show
from commonweal.people import reflecting
from commonweal.people.models import Person, Reflection

from ..companions import let_be, occasions_of, private_page
from ..models import Membership
from ..queries import memberships_of
from ..registries import Occasion


def _person(request: HttpRequest) -> Person:
    request.shell_here = "me"  # type: ignore[attr-defined]
    return request.user  # type: ignore[return-value]


@own_page
@require_GET
def met(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    reflections = list(person.reflections.order_by("-changed_at", "-pk")[:100])
    done = {(r.occasion, r.moment) for r in reflections}
    page = private_page(person, memberships_of(person))
    context = {
        "private": page,
        "coming": [(o, (o.key, "before") in done) for o in page.coming],
        "lately": [(o, (o.key, "after") in done) for o in page.lately],
        "ask": reflecting.contact_check_is_due(person),
        "reflections": [
            (r, [(reflecting.QUESTIONS[r.moment].get(k, k), v) for k, v in r.answers.items()]) for r in reflections
        ],
    }
    return render(request, "communities/met.html", context)


@own_page
@require_POST
def met_step(request: HttpRequest) -> HttpResponse:
    """The small steps on that page: the monthly question, letting somebody be, deleting one's own words."""
    person = _person(request)
    does, number = request.POST.get("do", ""), request.POST.get("id", "")
    pk = int(number) if number.isdecimal() and len(number) < 19 else 0
    if does in ("contact-yes", "contact-no", "contact-skip"):
        answer = {"contact-yes": True, "contact-no": False}.get(does)
        reflecting.answer_contact_check(person=person, contact=answer)
        said = (
            _("Thank you. Only you see your answer.") if answer is not None else _("Skipped. We ask again in a month.")
        )
        messages.success(request, said)
    elif does == "let-be":
        others = [c.member.pk for c in private_page(person, memberships_of(person)).companions]
        if pk not in others:
            raise Http404
        let_be(person=person, other=Membership.objects.get(pk=pk))
        messages.success(request, _("Not suggested again for a while. They are not told."))
    elif does == "delete":
        reflecting.delete_reflection(person=person, reflection_id=pk)
        messages.success(request, _("Deleted."))
    else:
        raise Http404
    return see_other("communities:met")


class ReflectionForm(forms.Form):
    """Two or three questions; none needs an answer."""

    def __init__(self, *args: Any, moment: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, question in reflecting.QUESTIONS[moment].items():
            area = forms.Textarea(attrs={"rows": 3, "maxlength": reflecting.LONGEST})
            self.fields[key] = forms.CharField(label=question, required=False, widget=area)


def _back(request: HttpRequest, occasion: Occasion | None) -> str:
    """Where this form leads back to: to the meeting's page with `?back=there`, when one came from it; else the private page."""
    return occasion.url if occasion is not None and request.GET.get("back") == "there" else reverse("communities:met")


@own_page
@require_http_methods(["GET", "POST"])
def reflect(request: HttpRequest, moment: str, kind: str, thing_id: int) -> HttpResponse:
    """One's private words before or after a meeting that is one's own."""
    person = _person(request)
    key = f"{kind}:{thing_id}"
    occasion = next((o for o in occasions_of(memberships_of(person)) if o.key == key), None)
    kept = person.reflections.filter(occasion=key, moment=moment).first()
    if moment not in Reflection.Moment.values or (occasion is None and kept is None):
        raise Http404
    back = _back(request, occasion)
    title = occasion.title if occasion is not None else kept.title if kept is not None else ""
    form = ReflectionForm(request.POST or None, moment=moment, initial=kept.answers if kept else None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        attempt(
            form, reflecting.keep_reflection, person=person, occasion=key, moment=moment, title=title, answers=words
        )
        if form.is_valid():
            messages.success(request, _("Kept, for you alone."))
            return see_other(back)
    context = {
        "form": form,
        "title": title,
        "occasion": occasion,
        "before": moment == Reflection.Moment.BEFORE,
        "back": back,
        "from_there": occasion is not None and back == occasion.url,
    }
    return show(request, "communities/reflect.html", context)
