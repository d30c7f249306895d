"""Private check-ins: somebody outside hears of it when a person does not say that they are home.

All of it belongs to the person alone and hangs on no community. Nothing here is kept for long (`checkin/jobs.py`).
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.kit import clock
from commonweal.kit.ids import link_token
from commonweal.kit.posting import Outgoing
from commonweal.people.models import Person

from .meeting import Gathering

#: Minutes that a person may choose between the end and the letter to their contact.
GRACES = (15, 30, 60, 120)


class TrustedContact(models.Model):
    """Somebody outside whom a person named. They hear nothing of a check-in before they agreed (`ContactAnswer`).

    `known_as` is the name under which they know the person. Once they said no, name and address are gone and only
    `address_key` stays, so that the same person cannot ask them again.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="trusted_contacts")
    name = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    known_as = models.CharField(max_length=60, blank=True)
    address_key = models.CharField(max_length=64)
    language = models.CharField(max_length=10, default="en")
    token = models.CharField(max_length=40, unique=True, default=link_token)
    made_at = models.DateTimeField(default=clock.now)
    last_needed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "address_key"], name="one_contact_per_address")]

    def __str__(self) -> str:
        return f"trusted contact {self.pk}"

    @property
    def agrees(self) -> bool:
        return getattr(self, "answer", None) is not None and self.answer.agrees

    @property
    def refused(self) -> bool:
        return getattr(self, "answer", None) is not None and not self.answer.agrees


class ContactAnswer(models.Model):
    """What the contact said, by the link in their letter. A later answer replaces it: they may stop at any time."""

    contact = models.OneToOneField(TrustedContact, on_delete=models.CASCADE, related_name="answer")
    agrees = models.BooleanField()
    at = models.DateTimeField(default=clock.now)


class CheckIn(models.Model):
    """That a person means to be home by `ends_at`, and what their contact may read if they have not said so by `alert_at`.

    `words` are sent exactly as they stand; `plan` is a note to oneself and is sent to nobody. `turn` grows with each
    "I need longer", so that its nudges are new ones. `token` opens the one page of the nudge's mail.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="check_ins")
    contact = models.ForeignKey(TrustedContact, on_delete=models.SET_NULL, null=True, related_name="check_ins")
    gathering = models.ForeignKey(Gathering, on_delete=models.SET_NULL, null=True, related_name="+")
    plan = models.CharField(max_length=140, blank=True)
    words = models.CharField(max_length=500)
    ends_at = models.DateTimeField()
    grace = models.PositiveSmallIntegerField(default=30, help_text=_("Minutes."))
    alert_at = models.DateTimeField()
    turn = models.PositiveSmallIntegerField(default=0)
    token = models.CharField(max_length=40, unique=True, default=link_token)
    submission = models.UUIDField(null=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "submission"], name="one_check_in_per_submission"),
            models.CheckConstraint(condition=models.Q(alert_at__gt=models.F("ends_at")), name="nudged_before_alerted"),
        ]
        indexes = [models.Index(fields=["ends_at"], name="check_ins_by_end")]

    def __str__(self) -> str:
        return f"check-in {self.pk}"


class CheckInEnd(models.Model):
    """That it is over: the person is home, or needs it no more. The first word stands."""

    class How(models.TextChoices):
        HOME = "home", _("Home")
        CANCELLED = "cancelled", _("Cancelled")

    check_in = models.OneToOneField(CheckIn, on_delete=models.CASCADE, related_name="end")
    how = models.CharField(max_length=9, choices=How.choices)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(how__in=["home", "cancelled"]), name="end_is_known")]


class Letter(Outgoing):
    """A mail of a check-in. It holds no words: they are composed from the rows as they stand when it goes out."""

    class Kind(models.TextChoices):
        ASK = "ask", _("Will you be a trusted contact?")
        NUDGE = "nudge", _("Are you home?")
        LAST_NUDGE = "last_nudge", _("Are you home? Once more")
        ALERT = "alert", _("Not home yet")
        HOME = "home", _("Home after all")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    contact = models.ForeignKey(TrustedContact, on_delete=models.CASCADE, null=True, related_name="letters")
    check_in = models.ForeignKey(CheckIn, on_delete=models.CASCADE, null=True, related_name="letters")
    turn = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["check_in", "kind", "turn"], name="one_letter_of_a_kind_and_turn"),
            models.UniqueConstraint(
                fields=["check_in", "kind"],
                name="contact_hears_once",
                condition=models.Q(kind__in=["alert", "home"]),
            ),
            models.UniqueConstraint(fields=["contact"], name="asked_once", condition=models.Q(kind="ask")),
            models.CheckConstraint(
                condition=models.Q(claimed_at__isnull=False)
                | models.Q(sent_at__isnull=True, failed_at__isnull=True, uncertain_at__isnull=True),
                name="letter_is_claimed_before_it_ends",
            ),
        ]
        indexes = [
            models.Index(fields=["not_before"], name="waiting_letters", condition=models.Q(claimed_at__isnull=True))
        ]
