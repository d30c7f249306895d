"""Help lines, and who looked whether they are still right."""

from __future__ import annotations

from datetime import timedelta

from django.db import models

from commonweal.communities.models import Membership
from commonweal.kit import clock

CHECK_HOLDS_FOR = timedelta(days=90)


class LineCheck(models.Model):
    """A steward checked one help line against its source. The newest word on a line counts, for ninety days."""

    line = models.CharField(max_length=60)
    checked_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    right = models.BooleanField(default=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["line", "-at"], name="newest_line_check")]
