"""Requests for support and the steps that were taken so that nobody waits in vain."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Community, Membership
from commonweal.conversations.models import Post, Topic
from commonweal.kit import clock
from commonweal.people.suggestions import TONGUES, label_of

#: What is promised, and when a quiet request is taken further.
SUPPORT_PROMISE = timedelta(hours=4)
FIRST_TOPIC_PROMISE = timedelta(hours=24)
NEXT_TIER_AFTER = timedelta(minutes=15)
ENOUGH_REPLIES = 2
#: How long "I am on it" shows others that somebody is writing. It locks nobody out.
CLAIM_LASTS = timedelta(minutes=20)
#: How far up the queue somebody moves who says that it is urgent, and who has had no answer at all.
URGENT_MOVES_UP = timedelta(hours=2)
UNANSWERED_MOVES_UP = timedelta(hours=1)


class HelpKind(models.TextChoices):
    """The five kinds of support of Cutrona & Suhr (1992), in words people use."""

    EMOTIONAL = "emotional", _("Someone to listen")
    NETWORK = "network", _("Company")
    TANGIBLE = "tangible", _("Practical help")
    INFORMATIONAL = "informational", _("Knowing what to do")
    ESTEEM = "esteem", _("Encouragement")


class SupportRequest(models.Model):
    """A topic whose author was promised two human replies by `promise_due_at`.

    Two sorts share one queue: support requests (four hours) and the first topic of a new member (a day). `replies`
    counts other people, not posts; the second one sets `answered_at`. `replies` is stored so that the queue needs no
    count; the rows behind it are `HumanReply`. A "not yet" of the author begins a new round, with a new promise
    from `promised_at` on (None in the first round: from `asked_at`); what came before is a `Reopening`. `urgent_at` is
    when the author said that it is pressing (in `Circumstances`), `turn_at` where it stands in the queue. `language`
    is the code of the one it is written in; empty where nobody said so, which counts as the community's.
    """

    class Sort(models.TextChoices):
        SUPPORT = "support", _("asks for support")
        FIRST = "first", _("wrote here for the first time")

    topic = models.OneToOneField(Topic, on_delete=models.CASCADE, related_name="support_request")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="support_requests")
    sort = models.CharField(max_length=8, choices=Sort.choices, default=Sort.SUPPORT)
    asked_at = models.DateTimeField(default=clock.now)
    promise_due_at = models.DateTimeField()
    replies = models.PositiveSmallIntegerField(default=0)
    first_reply_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    urgent_at = models.DateTimeField(null=True)
    promised_at = models.DateTimeField(null=True)
    turn_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=10, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(sort__in=["support", "first"]), name="support_sort_is_known"),
            models.CheckConstraint(
                condition=models.Q(promise_due_at__gt=models.F("asked_at")), name="promise_is_after_asking"
            ),
        ]
        indexes = [
            models.Index(
                fields=["community", "promise_due_at", "id"],
                name="people_who_wait",
                condition=models.Q(answered_at__isnull=True, closed_at__isnull=True),
            ),
            models.Index(
                fields=["promise_due_at"],
                name="promises_to_watch",
                condition=models.Q(answered_at__isnull=True, closed_at__isnull=True),
            ),
            models.Index(
                fields=["community", "turn_at", "id"],
                name="queue_by_turn",
                condition=models.Q(answered_at__isnull=True, closed_at__isnull=True),
            ),
            models.Index(fields=["community", "-asked_at", "-id"], name="newest_requests"),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"

    @property
    def is_waiting(self) -> bool:
        return self.answered_at is None and self.closed_at is None

    @property
    def is_support(self) -> bool:
        return self.sort == self.Sort.SUPPORT

    @property
    def language_label(self) -> str:
        """What the language of the request is called, in the reader's own."""
        return label_of("language", TONGUES.get(self.language, self.language))

    def is_short_of_time(self, now: datetime) -> bool:
        """Whether less than a quarter of the promised time is left."""
        return self.promise_due_at - now < (self.promise_due_at - self.waits_since) / 4

    @property
    def waits_since(self) -> datetime:
        """When the present round began."""
        return self.promised_at or self.asked_at

    def turn(self) -> datetime:
        """Where this stands in the queue: by deadline, earlier when it is urgent and while nobody has answered."""
        at = self.promise_due_at
        at -= URGENT_MOVES_UP if self.urgent_at else timedelta(0)
        return at - (UNANSWERED_MOVES_UP if self.replies == 0 and self.is_support else timedelta(0))

    def save(self, **options: Any) -> None:  # type: ignore[override]
        """Keep the place in the queue true to what it is made of."""
        self.turn_at = self.turn()
        if (fields := options.get("update_fields")) is not None:
            options["update_fields"] = {*fields, "turn_at"}
        super().save(**options)


class Circumstances(models.Model):
    """How pressing it is in the author's own words, and the country whose help lines they are shown."""

    request = models.OneToOneField(
        SupportRequest, on_delete=models.CASCADE, primary_key=True, related_name="circumstances"
    )
    urgency = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)


class Need(models.Model):
    """One kind of help that a request says would help."""

    request = models.ForeignKey(SupportRequest, on_delete=models.CASCADE, related_name="needs")
    kind = models.CharField(max_length=14, choices=HelpKind.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "kind"], name="one_need_of_a_kind"),
            models.CheckConstraint(condition=models.Q(kind__in=HelpKind.values), name="need_is_known"),
        ]
        ordering = ["id"]


class HumanReply(models.Model):
    """The first answer of one other person to a request, in its present round."""

    request = models.ForeignKey(SupportRequest, on_delete=models.CASCADE, related_name="human_replies")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "membership"], name="one_human_reply_per_person")]


class Acknowledgement(models.Model):
    """A supporter said "I am on it". Others see that they are writing until `claimed_until`, and can answer all the same."""

    request = models.ForeignKey(SupportRequest, on_delete=models.CASCADE, related_name="acknowledgements")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "membership"], name="one_acknowledgement_each")]


class Escalation(models.Model):
    """One widening of the circle of people told about a request. Each level happens once in a round."""

    class Level(models.IntegerChoices):
        ON_DUTY = 1, _("those on duty were told")
        SUPPORTERS = 2, _("all supporters were told")
        STEWARDS = 3, _("the stewards were told")
        SHORT = 4, _("time is short; supporters and stewards were told again")
        BROKEN = 5, _("the promise was broken; it stands on the stewards' desk")

    request = models.ForeignKey(SupportRequest, on_delete=models.CASCADE, related_name="escalations")
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    told = models.PositiveIntegerField(default=0, help_text=_("How many people were told."))
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "level"], name="one_escalation_per_level"),
            models.CheckConstraint(condition=models.Q(level__in=[1, 2, 3, 4, 5]), name="escalation_level_is_known"),
        ]
        ordering = ["at", "level"]


class NameLook(models.Model):
    """A steward on duty looked at the name of an anonymous author. Kept, and shown to the author."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="name_looks")
    steward = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("why you need the name"), max_length=300)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="a_look_has_a_reason")]
        ordering = ["-at", "-id"]
