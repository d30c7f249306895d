"""Help lines and local services that a community adds or corrects. The bundled list stays as it is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Community, Membership
from commonweal.kit import clock


class ServiceKind(models.TextChoices):
    LINE = "line", _("A help line")
    SERVICE = "service", _("A local service")


class LocalService(models.Model):
    """One line or service of a community, with the page that states it and the day somebody looked there.

    It reads "unverified" until a steward checks it, again after ninety days, and again after every change. With
    `replaces` it stands for its members in the place of a bundled line; retired, it hides that line from them.
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="local_services")
    kind = models.CharField(max_length=8, choices=ServiceKind.choices, default=ServiceKind.LINE)
    replaces = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=40, blank=True)
    web = models.URLField(max_length=300, blank=True)
    hours = models.CharField(max_length=120, blank=True)
    languages = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=200, blank=True)
    source = models.URLField(max_length=400)
    looked_up = models.DateField()
    changed_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(source=""), name="a_service_has_a_source"),
            models.CheckConstraint(condition=Q(kind__in=ServiceKind.values), name="service_kind_is_known"),
            models.CheckConstraint(condition=~Q(phone="", text="", web=""), name="a_service_can_be_reached"),
            models.UniqueConstraint(
                fields=["community", "name", "phone", "text"],
                condition=Q(retired_at__isnull=True),
                name="one_service_of_a_name_and_number",
            ),
            models.UniqueConstraint(
                fields=["community", "replaces"], condition=~Q(replaces=""), name="one_correction_of_a_line"
            ),
        ]
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """Under which its checks are kept."""
        return f"local-{self.pk}"
