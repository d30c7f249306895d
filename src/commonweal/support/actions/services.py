"""A community's own help lines and local services, and its corrections of the bundled ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_steward
from commonweal.communities.models import Membership
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.trail.actions import record

from ..desk import verbs
from ..lines import data
from ..models.lines import LineCheck
from ..models.services import LocalService

#: What a steward says of a line: the fields of a form, and the columns of a file.
COLUMNS = ("kind", "name", "phone", "text", "web", "hours", "languages", "note", "source", "looked_up")


def _said(said: dict[str, Any]) -> dict[str, Any]:
    """The known fields. Raises Refused without a source, a day it was looked up, or a way to reach it."""
    said = {column: said.get(column) or "" for column in COLUMNS}
    if not said["source"]:
        raise Refused(_("Name the page that states this. No number is taken from memory."), field="source")
    if not said["looked_up"] or said["looked_up"] > clock.now().date():
        raise Refused(_("Say on which day you looked at that page."), field="looked_up")
    if not (said["phone"] or said["text"] or said["web"]):
        raise Refused(_("Give a number or a website: people need a way to reach it."), field="phone")
    return said | {"kind": said["kind"] or "line"}


def _record(membership: Membership, service: LocalService, verb: Any) -> LocalService:
    record(verb, subject=service, actor=membership.pk, community=membership.community_id)
    return service


@transaction.atomic
def add_service(*, membership: Membership, said: dict[str, Any], replaces: str = "") -> LocalService:
    """Add a line or service; with `replaces`, in the place of a bundled line. It reads "unverified" until it is checked.

    Raises Refused for others than stewards, without a source, and when the same one is in the list already.
    """
    require_steward(membership)
    if replaces and replaces not in {line.key for line in data()["lines"]}:
        raise Refused(_("This line is not in the list any more."))
    fields = _said(said)
    if replaces:
        LocalService.objects.filter(community=membership.community_id, replaces=replaces).delete()
    try:
        with transaction.atomic():
            made = LocalService.objects.create(
                community_id=membership.community_id,
                replaces=replaces,
                changed_by=membership,
                changed_at=clock.now(),
                **fields,
            )
    except IntegrityError as error:
        raise Refused(_("This is in the list already."), field="name") from error
    return _record(membership, made, verbs.SERVICE_ADDED)


@transaction.atomic
def change_service(*, membership: Membership, service: LocalService, said: dict[str, Any]) -> LocalService:
    """Correct an entry. Its earlier checks count no more. Raises Refused like `add_service`."""
    require_steward(membership)
    for field, value in _said(said).items():
        setattr(service, field, value)
    service.changed_by, service.changed_at = membership, clock.now()
    try:
        with transaction.atomic():
            service.save()
    except IntegrityError as error:
        raise Refused(_("This is in the list already."), field="name") from error
    return _record(membership, service, verbs.SERVICE_CHANGED)


@transaction.atomic
def retire_service(*, membership: Membership, service: LocalService) -> LocalService:
    """Take an entry off the help page. A correction goes altogether: the bundled line shows again. Twice is once."""
    require_steward(membership)
    if service.retired_at is None:
        service.retired_at = clock.now()
        service.save(update_fields=["retired_at"])
        _record(membership, service, verbs.SERVICE_RETIRED)
    if service.replaces:
        LocalService.objects.filter(pk=service.pk).update(replaces="")
    return service


@transaction.atomic
def check_service(*, membership: Membership, service: LocalService, right: bool) -> LineCheck:
    """A steward compared an entry with its source, or called it. Counts for ninety days or until it is changed."""
    require_steward(membership)
    check = LineCheck.objects.create(line=service.key, checked_by=membership, right=right, at=clock.now())
    record(
        verbs.SERVICE_CHECKED,
        subject=service,
        actor=membership.pk,
        community=membership.community_id,
        data={"right": right},
    )
    return check


@transaction.atomic
def add_services(*, membership: Membership, rows: Iterable[dict[str, Any]]) -> list[LocalService]:
    """Add what a file holds: all of it or, when one row is refused, nothing."""
    return [add_service(membership=membership, said=row) for row in rows]
