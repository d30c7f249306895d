from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from commonweal.kit.access import public_page

from ..models.desk import RETENTION


@public_page
@require_GET
def policy(request: HttpRequest) -> HttpResponse:
    """What happens when somebody seems to be in danger, published before it happens."""
    return render(request, "support/policy.html", {"days": RETENTION.days})
