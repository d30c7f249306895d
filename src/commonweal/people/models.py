"""An account and what belongs to it alone. Nothing here is shown in a community; personas (memberships) are."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from commonweal.kit import clock


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Make an account. Without a password, the person signs in by code or passkey."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        if password:
            person.set_password(password)
        else:
            person.set_unusable_password()
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """An account: how somebody signs in, and the private facts that help find people like them.

    `availability` is a bit mask over the week grid: bit 6·day + slot, Monday first, six slots of four hours a day in
    the person's own time zone. `cell` is an h3 cell of resolution 6 or 7 (about 3 to 6 km across), never finer.
    `under_18_said_at` is when they last said that they are under 18; it holds until they say otherwise. No birthday.
    `contact_asked_again_at` is from when the monthly question may be asked again; answering and skipping both move it.
    """

    email = models.EmailField(_("email"), unique=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=50, default="UTC")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=clock.now)
    availability = models.BigIntegerField(_("times I am free"), default=0)
    cell = models.CharField(max_length=16, blank=True)
    place_name = models.CharField(_("roughly where"), max_length=120, blank=True)
    contact_asked_again_at = models.DateTimeField(null=True, blank=True)
    under_18_said_at = models.DateTimeField(null=True, blank=True)
    placeholder = models.BooleanField(
        default=False, help_text=_("Stands for an author of imported statements. Cannot sign in.")
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_email")]
        indexes = [
            models.Index(fields=["cell"], name="person_by_cell", condition=~models.Q(cell="")),
            models.Index(fields=["id"], name="people_under_18", condition=models.Q(under_18_said_at__isnull=False)),
        ]

    @property
    def is_minor(self) -> bool:
        """Whether they said that they are under 18 and have not said otherwise."""
        return self.under_18_said_at is not None

    def __str__(self) -> str:
        return f"person {self.pk}"


class Trait(models.Model):
    """One thing a person said about themselves, normalised for matching. Private until a persona shows it."""

    class Kind(models.TextChoices):
        EXPERIENCE = "experience", _("I have lived with")
        INTEREST = "interest", _("I like")
        LANGUAGE = "language", _("I speak")
        GIVE = "give", _("I can give")
        NEED = "need", _("I could use")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="traits")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    tag = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "tag"], name="one_trait_of_a_kind")]
        indexes = [models.Index(fields=["kind", "tag"], name="trait_by_tag")]
        ordering = ["kind", "tag"]


class Consent(models.Model):
    """That a person agreed to one use of what they said, or took it back. The newest row per purpose counts."""

    class Purpose(models.TextChoices):
        INTRODUCTIONS = "introductions", _("Suggest people I could meet")
        RESEARCH = "research", _("Count my answers, without my name, in the community's reports")
        CONTACT_CHECK = "contact_check", _("Ask me once a month whether this led to contact offline")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    given = models.BooleanField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["person", "purpose", "-at"], name="newest_consent")]


class Block(models.Model):
    """One person wants nothing to do with another. Works both ways; nothing tells the blocked person."""

    blocker = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="blocked_by")
    known_as = models.CharField(
        max_length=60,
        blank=True,
        help_text="The name under which the blocker met them; no other persona of theirs shows.",
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="one_block_per_pair"),
            models.CheckConstraint(condition=~models.Q(blocker=models.F("blocked")), name="nobody_blocks_themselves"),
        ]


class Reflection(models.Model):
    """What somebody wrote for themselves before or after a meeting. Nobody else ever reads it; kept until they delete it.

    `occasion` names the meeting ("gatherings.gathering:12"), `answers` are {key of a question: words}.
    """

    class Moment(models.TextChoices):
        BEFORE = "before", _("Before")
        AFTER = "after", _("Afterwards")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="reflections")
    occasion = models.CharField(max_length=80)
    moment = models.CharField(max_length=6, choices=Moment.choices)
    title = models.CharField(max_length=140, blank=True)
    answers = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=clock.now)

    @property
    def kind(self) -> str:
        return self.occasion.partition(":")[0]

    @property
    def number(self) -> str:
        return self.occasion.partition(":")[2]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "occasion", "moment"], name="one_reflection_a_moment"),
            models.CheckConstraint(condition=models.Q(moment__in=["before", "after"]), name="moment_is_known"),
        ]


class ContactAnswer(models.Model):
    """Whether somebody says that this led to contact offline in a month (its first day). Theirs alone."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="contact_answers")
    month = models.DateField()
    contact = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "month"], name="one_contact_answer_a_month")]


class Departure(models.Model):
    """That somebody closed their account. Who it was is not written down anywhere; the trail counts it."""

    at = models.DateTimeField(default=clock.now)


class SharedCache(models.Model):
    """The table of Django's database cache: what several web processes must count together (limits on signing in).

    Only the cache backend reads and writes it. It is a model so that migrations make it on every database.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "shared_cache"
