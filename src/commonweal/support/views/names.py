from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from commonweal.communities.access import STEWARDS, enter_as_member
from commonweal.conversations.models import Topic
from commonweal.kit.errors import Refused

from .. import actions, queries
from ..access import get_request_for
from ..forms import NameForm
from ..models import NameLook


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
