from __future__ import annotations

from django.http import Http404

from commonweal.kit.access import audited
from commonweal.people.models import Person

from .models import Notice


@audited
def get_notice_for(person: Person, notice_id: int) -> Notice:
    """One of the person's own notices. Raises Http404 for anybody else's. One query."""
    notice = Notice.objects.filter(pk=notice_id, person=person).first()
    if notice is None:
        raise Http404
    return notice
