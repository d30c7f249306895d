from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Community, Membership
from commonweal.kit import clock

#: What may be named as a reason to the other person. The words are those of the method.
SHARES = ("experience", "needs", "availability", "distance", "interests", "stage")
#: A pair of ages further apart than this many bands is no pair for whoever asked for it.
MOST_BANDS_APART = 3


def all_shares() -> list[str]:
    return list(SHARES)


class Kind(models.TextChoices):
    """The kinds of introduction; each has its own rounds."""

    BUDDY = "buddy", _("Somebody like me")
    MENTOR = "mentor", _("Somebody a step ahead")
    CIRCLE = "circle", _("A circle")


class Gender(models.TextChoices):
    """What somebody may say of themselves here, for people who feel safe only with some. Nobody is shown it."""

    WOMAN = "woman", _("A woman")
    MAN = "man", _("A man")
    NON_BINARY = "nonbinary", _("Non-binary")
    OWN = "own", _("In my own words")


class AgeBand(models.IntegerChoices):
    """Wide bands, so that nobody is known by one. 0 is kept for people under 18, who are never asked here."""

    TO_29 = 1, _("18 to 29")
    TO_44 = 2, _("30 to 44")
    TO_59 = 3, _("45 to 59")
    FROM_60 = 4, _("60 and over")


class Stage(models.IntegerChoices):
    """Where one stands on one's own road, in one's own judgement."""

    BEGINNING = 0, _("It has only just begun")
    THICK_OF_IT = 1, _("I am in the thick of it")
    FINDING_FEET = 2, _("I am finding my feet")
    STEADIER = 3, _("Mostly steady now")
    LOOKING_BACK = 4, _("Well along, looking back")


class Wishes(models.Model):
    """What a member wants from introductions here. Without a row, agreeing to introductions means "somebody like me".

    needs, gives: kinds of help (the five of Cutrona & Suhr). ways: bits 1 in person, 2 a call, 4 writing. reach: how
    far in km they would go for meeting in person, None when distance does not matter. same_experience: only people who
    have lived with something they have too. room: how many people a helper walks beside at a time. shares: what may be
    named to the other. counted: rounds may check whether people of their languages are left behind.

    circle: rounds and stewards may ask them into a circle. gender, gender_words, age_band: what they say of themselves,
    used for what others ask for and shown to nobody. only_genders, bands_apart, only_language: what they ask for in
    whomever they meet; empty and None ask for nothing. words: what they wrote on joining may be compared, never quoted.
    """

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="wishes")
    buddy = models.BooleanField(default=True)
    seeks = models.BooleanField(default=False)
    helps = models.BooleanField(default=False)
    circle = models.BooleanField(default=False, db_default=False)
    stage = models.PositiveSmallIntegerField(choices=Stage.choices, null=True)
    needs = models.JSONField(default=list)
    gives = models.JSONField(default=list)
    ways = models.PositiveSmallIntegerField(default=7)
    reach = models.PositiveSmallIntegerField(null=True)
    same_experience = models.BooleanField(default=False)
    room = models.PositiveSmallIntegerField(default=2, validators=[MinValueValidator(1), MaxValueValidator(4)])
    shares = models.JSONField(default=all_shares)
    counted = models.BooleanField(default=False)
    gender = models.CharField(max_length=10, choices=Gender.choices, blank=True, default="", db_default="")
    gender_words = models.CharField(max_length=40, blank=True, default="", db_default="")
    age_band = models.PositiveSmallIntegerField(choices=AgeBand.choices, null=True)
    only_genders = models.JSONField(default=list, null=True)
    bands_apart = models.PositiveSmallIntegerField(null=True, validators=[MaxValueValidator(MOST_BANDS_APART)])
    only_language = models.CharField(max_length=60, blank=True, default="", db_default="")
    words = models.BooleanField(default=False, db_default=False)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(ways__gte=1, ways__lte=7), name="some_way_to_meet")]
        indexes = [
            models.Index(fields=["membership"], name="wishes_for_a_helper", condition=models.Q(seeks=True)),
            models.Index(fields=["membership"], name="wishes_to_help", condition=models.Q(helps=True)),
            models.Index(fields=["membership"], name="wishes_for_a_circle", condition=models.Q(circle=True)),
        ]


class Round(models.Model):
    """One round of matching in a community: a kind and a day (or an hour). There is never a second one of the same.

    A round is planned in one transaction and then written part by part, so that a worker that dies in between leaves
    what is still to write as `Planned` rows and the next one goes on. `state` is what the method hands from round to
    round; `result` holds numbers only: how many looked, how many got a proposal, how long others have waited.
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="rounds")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    period = models.CharField(max_length=13)
    begun_at = models.DateTimeField(default=clock.now)
    planned_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    state = models.JSONField(default=dict)
    result = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "kind", "period"], name="one_round_a_period"),
        ]
        indexes = [models.Index(fields=["community", "kind", "-id"], name="newest_rounds")]

    def __str__(self) -> str:
        return f"round {self.pk}"


class Planned(models.Model):
    """A pair that a round found and has not proposed yet. Gone as soon as it is proposed, or no longer fits."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="planned")
    one = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    reasons = models.JSONField(default=list)


class PlannedCircle(models.Model):
    """People whom a round found for a circle and has not asked yet: ids of memberships. Gone as soon as they are asked."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="planned_circles")
    people = models.JSONField(default=list)
