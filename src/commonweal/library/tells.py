"""Who is told of what happens in the library. Called by the worker with a step."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commonweal.communities.telling import tell
from commonweal.trail.models import Step
from commonweal.trail.verbs import Telling

from .models import Removal


def of_removal(step: Step) -> Iterable[Telling]:
    """Whoever added it, with the reason; nobody when it was they who removed it."""
    removal = Removal.objects.select_related("resource__community").filter(resource=step.subject_id).first()
    if removal is not None:
        resource = removal.resource
        text = _("A steward removed %(title)s from the library: %(reason)s")
        url = reverse("library:list", args=[resource.community.slug])
        yield from tell(step, [resource.added_by_id], text, url, title=resource.title, reason=removal.reason)
