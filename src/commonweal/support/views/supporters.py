"""For stewards: who gives support, who would like to, how the load is spread, and what is asked of them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import STEWARDS, enter_as_member
from commonweal.kit import clock
from commonweal.kit.errors import Refused

from .. import agreement
from ..access import get_application_for
from ..actions import applying, preparing
from ..forms_supporters import AnswerForm, StandardForm
from ..load import carried
from ..models import DEFAULT_CAP, DEFAULT_RENEWAL_DAYS, Standard, TrainingItem
from ..queries_supporters import open_applications
from ..routing import prepared_among
from .going import see_other


def supporters(request: HttpRequest, slug: str) -> HttpResponse:
    """Who would like to give support, who does, and how the load is spread."""
    membership = enter_as_member(request, slug, door="support", roles=STEWARDS)
    from commonweal.methods.figures import gini

    rows = carried(membership.community)
    answered = [row.answered for row in rows]
    context = {
        "applications": open_applications(membership),
        "answer_form": AnswerForm(),
        "rows": rows,
        "most": max(answered, default=0) or 1,
        "answered": sum(answered),
        "gini": gini(answered) if any(answered) else None,
        "prepared": prepared_among(membership.community_id, [row.member.pk for row in rows]),
        "standard": Standard.objects.filter(community=membership.community_id).first(),
        "now": clock.now(),
    }
    return render(request, "support/supporters.html", context)


@require_POST
def answer(request: HttpRequest, slug: str, application_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug, door="support", roles=STEWARDS)
    application = get_application_for(membership, application_id)
    form = AnswerForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(_("Keep your words under 500 letters."))
        applying.answer_application(
            membership=membership, application=application, accepted="yes" in request.POST, **form.cleaned_data
        )
        messages.success(request, _("They are told what you answered."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return see_other(reverse("support:supporters", args=[slug]))


def standard(request: HttpRequest, slug: str) -> HttpResponse:
    """What is asked of supporters: the list, the agreement, the cap, the renewal."""
    membership = enter_as_member(request, slug, door="support", roles=STEWARDS)
    now = Standard.objects.filter(community=membership.community_id).first()
    version, text = agreement.current(membership.community_id)
    items = TrainingItem.objects.filter(community=membership.community_id, retired_at__isnull=True)
    initial = {
        "items": "\n".join(items.values_list("text", flat=True)),
        "agreement_text": text,
        "cap": now.cap if now else DEFAULT_CAP,
        "renewal_days": now.renewal_days if now else DEFAULT_RENEWAL_DAYS,
    }
    form = StandardForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        asked = dict(form.cleaned_data)
        asked["items"] = asked["items"].splitlines()
        try:
            preparing.set_standard(membership=membership, **asked)
            messages.success(request, _("Saved. Supporters see it on their page."))
            return see_other(reverse("support:supporters", args=[slug]))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
    context = {"form": form, "standard": now, "version": version}
    return render(request, "support/standard.html", context, status=422 if form.errors else 200)
