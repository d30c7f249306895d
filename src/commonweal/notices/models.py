"""What a person was told, how they want to be told, and the mail that carried it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Community
from commonweal.kit import clock
from commonweal.kit.posting import Outgoing
from commonweal.people.models import Person


class Mail(Outgoing):
    """One mail to one person: a single notice at once, or the digest of a `day`. Its words are its notices."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="mails")
    day = models.DateField(null=True, help_text=_("For a digest: the day, in the person's zone."))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "day"], name="one_digest_per_day", condition=models.Q(day__isnull=False)
            ),
            models.CheckConstraint(
                condition=models.Q(claimed_at__isnull=False)
                | models.Q(sent_at__isnull=True, failed_at__isnull=True, uncertain_at__isnull=True),
                name="mail_is_claimed_before_it_ends",
            ),
        ]
        indexes = [
            models.Index(fields=["not_before"], name="waiting_mail", condition=models.Q(claimed_at__isnull=True)),
            models.Index(
                fields=["claimed_at"],
                name="unfinished_mail",
                condition=models.Q(sent_at__isnull=True, failed_at__isnull=True, claimed_at__isnull=False),
            ),
        ]


class Notice(models.Model):
    """One person told of one step.

    `text` is the untranslated sentence, so that it reads in whatever language the person uses when they look;
    `params` fills its places. `inbox` and `digest` are what the person had chosen when it was told.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, null=True, related_name="+")
    step = models.UUIDField()
    actor = models.BigIntegerField(null=True, help_text=_("The membership that caused it, so that erasure finds it."))
    verb = models.CharField(max_length=80)
    kind = models.CharField(max_length=60)
    text = models.CharField(max_length=500)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=500)
    inbox = models.BooleanField(default=True)
    digest = models.BooleanField(default=False)
    mail = models.ForeignKey(Mail, on_delete=models.SET_NULL, null=True, related_name="notices")
    at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "step"], name="told_once")]
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="newest_notices", condition=models.Q(inbox=True)),
            models.Index(
                fields=["person"], name="unread_notices", condition=models.Q(inbox=True, read_at__isnull=True)
            ),
            models.Index(
                fields=["person", "at"],
                name="notices_for_the_digest",
                condition=models.Q(digest=True, mail__isnull=True, read_at__isnull=True),
            ),
            models.Index(fields=["read_at"], name="read_notices", condition=models.Q(read_at__isnull=False)),
            models.Index(fields=["actor"], name="notices_by_actor", condition=models.Q(actor__isnull=False)),
        ]


class Email(models.TextChoices):
    """When mail about a kind of notice is sent."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    OFF = "off", _("Never")


class NoticeChoice(models.Model):
    """How a person wants to be told of one kind of thing. Without a row the default of the kind holds."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=60)
    inbox = models.BooleanField(default=True)
    email = models.CharField(max_length=8, choices=Email.choices)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="one_choice_per_kind"),
            models.CheckConstraint(condition=models.Q(email__in=["at_once", "daily", "off"]), name="email_is_known"),
        ]
