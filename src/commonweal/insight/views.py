from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from commonweal.communities.access import enter
from commonweal.communities.models import Membership

from . import shown, svg
from .pulse import report_for
from .waiting import waiting


@require_GET
def pulse(request: HttpRequest, slug: str) -> HttpResponse:
    """What began online and happened offline in eight weeks, how sure that is, and who is left waiting."""
    community = enter(request, slug, door="pulse")
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    exact = membership is not None and membership.is_steward
    report = report_for(community.pk)
    context = {"report": report, "exact": exact}
    if report.computed_at is not None:
        picture = shown.picture(report.data["pairs"], exact=exact)
        headline = shown.headline(report.data, exact=exact)
        title = _("From online contact to offline effect, last eight weeks")
        description = headline + ". " + _("The table below has the numbers.")
        context |= {
            "picture": picture,
            "rows": list(picture.rows()),
            "headline": headline,
            "drawings": [svg.draw(picture, frame, title, description) for frame in (svg.WIDE, svg.NARROW)],
            "figures": shown.figures(report.data, exact=exact),
            "waiting": waiting(report.data, slug, steward=exact),
        }
    return render(request, "insight/pulse.html", context)
