"""What a community knows and where help is: links, pages of its own, and local services."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Community, Membership
from commonweal.kit import clock

#: After half a year without anybody looking, a page says so and stands on the stewards' desk.
STALE_AFTER = timedelta(days=180)


class Resource(models.Model):
    """One thing worth knowing. `checked_at` is when somebody last saw that it is still right.

    `search_key` is title, words and tags without case and accents, kept by `actions`, for the library's own search.
    """

    class Kind(models.TextChoices):
        LINK = "link", _("Link")
        PAGE = "page", _("Page")
        SERVICE = "service", _("Local service")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="resources")
    added_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="resources")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=140)
    text = models.TextField(_("words"), blank=True)
    html = models.TextField(blank=True, editable=False)
    url = models.URLField(_("address on the web"), max_length=500, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    hours = models.CharField(_("hours"), max_length=200, blank=True)
    place = models.CharField(_("where"), max_length=200, blank=True)
    search_key = models.TextField(blank=True, editable=False)
    submission = models.UUIDField(null=True)
    added_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    checked_at = models.DateTimeField(default=clock.now)
    checked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    withheld_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["added_by", "submission"], name="one_resource_per_submission"),
            models.CheckConstraint(condition=models.Q(kind__in=["link", "page", "service"]), name="resource_is_kind"),
        ]
        indexes = [
            models.Index(
                fields=["community", "-changed_at", "-id"],
                name="newest_resources",
                condition=models.Q(removed_at__isnull=True),
            ),
            models.Index(
                fields=["community", "checked_at"],
                name="stalest_resources",
                condition=models.Q(removed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_stale(self) -> bool:
        """Whether nobody has looked for half a year."""
        return self.checked_at < clock.now() - STALE_AFTER


class Tag(models.Model):
    """One word under which a resource is found, in small letters."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="tags")
    word = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "word"], name="one_tag_of_a_word")]
        indexes = [models.Index(fields=["word"], name="tag_by_word")]
        ordering = ["word"]


class Removal(models.Model):
    """That a resource was taken out of the library: by its author, or by a steward with a reason."""

    resource = models.OneToOneField(Resource, on_delete=models.CASCADE, related_name="removal")
    removed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    at = models.DateTimeField(default=clock.now)
