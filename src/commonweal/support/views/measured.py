from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commonweal.communities.access import enter_as_member
from commonweal.kit import clock

from .. import measured as figures


def measured(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether the promise is kept. Stewards see every figure; members those about ten requests or more."""
    membership = enter_as_member(request, slug, door="support")
    community, now = membership.community, clock.now()
    context = {
        "report": figures.report(community, now),
        "exact": membership.is_steward,
        "never": list(figures.never_answered(community, now)) if membership.is_steward else [],
        "smallest": figures.SMALLEST,
    }
    return render(request, "support/measured.html", context)
