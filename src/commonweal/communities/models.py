"""A community and the personas in it. What is said or done hangs on the membership, never on the person."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.kit import clock
from commonweal.kit.ids import link_token
from commonweal.people.models import Person

from .names import NameKey


class Kind(models.TextChoices):
    PEER_SUPPORT = "peer-support", _("Peer support")
    HOBBY = "hobby", _("A hobby")
    CAUSE = "cause", _("A cause")
    PROFESSION = "profession", _("A profession")
    FAITH = "faith", _("A faith")
    NEIGHBOURHOOD = "neighbourhood", _("A neighbourhood")


class Access(models.TextChoices):
    OPEN = "open", _("Open: anyone can read and join")
    REQUEST = "request", _("By request: anyone can ask, a steward says yes; members read")
    INVITATION = "invitation", _("By invitation: the name is public, members invite; members read")
    HIDDEN = "hidden", _("Hidden: only those with an invitation know it exists")


class Door(models.TextChoices):
    """The six doors of a community, in the order in which they always stand."""

    TALK = "talk", _("Talk")
    SUPPORT = "support", _("Support")
    MEET = "meet", _("Meet")
    EXCHANGE = "exchange", _("Exchange")
    ACT = "act", _("Act")
    LIBRARY = "library", _("Library")


class Community(models.Model):
    """A named group with a purpose, an access level and its own rules. `parent` makes it a chapter."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    purpose = models.CharField(_("purpose"), max_length=300)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    access = models.CharField(_("who may see and join"), max_length=12, choices=Access.choices, default=Access.OPEN)
    matters_most = models.CharField(_("what matters most"), max_length=300, blank=True)
    place_name = models.CharField(_("where"), max_length=120, blank=True)
    cell = models.CharField(max_length=16, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text=_("Two letters, for the help lines shown first."))
    language = models.CharField(max_length=10, default="en")
    time_zone = models.CharField(max_length=50, default="UTC")
    rules = models.TextField(_("rules"), blank=True)
    rules_html = models.TextField(blank=True, editable=False)
    welcome = models.TextField(_("welcome"), blank=True)
    welcome_html = models.TextField(blank=True, editable=False)
    closed_doors = models.JSONField(default=list, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="chapters")
    members_count = models.PositiveIntegerField(default=0)
    founded_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "communities"
        indexes = [models.Index(fields=["-members_count", "-id"], name="biggest_communities")]
        constraints = [
            models.CheckConstraint(condition=models.Q(access__in=Access.values), name="access_is_known"),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def readable_by_all(self) -> bool:
        """Whether people who are not members may read what is said here."""
        return self.access == Access.OPEN

    @property
    def listed(self) -> bool:
        """Whether its name may be shown to people who are not members."""
        return self.access != Access.HIDDEN

    @property
    def open_doors(self) -> list[str]:
        return [door for door in Door.values if door not in self.closed_doors]


class Role(models.TextChoices):
    MEMBER = "member", _("member")
    SUPPORTER = "supporter", _("supporter")
    STEWARD = "steward", _("steward")
    FOUNDER = "founder", _("founder")


class Asking(models.TextChoices):
    """Whether fellow members may ask somebody to talk in private."""

    TOLD = "told", _("Yes, and tell me when somebody does")
    QUIET = "quiet", _("Yes, quietly: it waits in my messages, without a notice")
    CLOSED = "closed", _("Not just now")


class State(models.TextChoices):
    ASKED = "asked", _("asked to join")
    ACTIVE = "active", _("active")
    LEFT = "left", _("left")
    REMOVED = "removed", _("removed")


class Membership(models.Model):
    """A person in a community: the persona others see, a role, a state.

    After a person deletes their account `person` is empty and the persona reads "Someone who left".
    `shown` lists the kinds of trait (people.Trait.Kind) and "place" that this persona shows to fellow members.
    `welcomes` says that a member offers to greet newcomers. `reminded_at` is when the stewards were told a second time
    of a request to join that nobody had answered.
    """

    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="memberships")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="memberships")
    display_name = models.CharField(_("name here"), max_length=60)
    name_key = NameKey(of="display_name", max_length=60)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.MEMBER)
    state = models.CharField(max_length=12, choices=State.choices, default=State.ACTIVE)
    brought = models.CharField(_("what brought you here"), max_length=500, blank=True)
    about = models.CharField(_("about you"), max_length=500, blank=True)
    shown = models.JSONField(default=list, blank=True)
    welcomes = models.BooleanField(_("I will greet newcomers"), default=False)
    asking = models.CharField(
        _("may members ask me to talk in private"),
        max_length=6,
        choices=Asking.choices,
        default=Asking.TOLD,
        db_default="told",
    )
    joined_at = models.DateTimeField(default=clock.now)
    asked_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "community"], name="one_membership_per_community"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_is_known"),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="state_is_known"),
            models.CheckConstraint(condition=models.Q(asking__in=Asking.values), name="asking_is_known"),
        ]
        indexes = [
            models.Index(fields=["community", "state", "-joined_at", "-id"], name="newest_members"),
            models.Index(  # the operator class lets PostgreSQL find names by their start; SQLite does without
                fields=["community", "name_key"],
                name="members_by_name",
                opclasses=["int8_ops", "varchar_pattern_ops"],
            ),
            models.Index(fields=["community", "role"], name="members_by_role"),
            models.Index(fields=["community"], name="members_who_welcome", condition=models.Q(welcomes=True)),
            models.Index(fields=["community", "asked_at"], name="join_requests", condition=models.Q(state="asked")),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def is_active(self) -> bool:
        return self.state == State.ACTIVE

    @property
    def is_steward(self) -> bool:
        return self.is_active and self.role in (Role.STEWARD, Role.FOUNDER)

    @property
    def is_supporter(self) -> bool:
        """Supporters and stewards answer requests that are shown to supporters only."""
        return self.is_active and self.role in (Role.SUPPORTER, Role.STEWARD, Role.FOUNDER)

    @property
    def face_key(self) -> str:
        """What the colour of the generated avatar is derived from: the membership, so personas do not match up."""
        return f"m{self.pk}"


class JoinAnswer(models.Model):
    """A steward's answer to a request to join. The request itself is the membership in state `asked`."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="answers")
    answered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    accepted = models.BooleanField()
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=clock.now)


class Invitation(models.Model):
    """A link that lets people in, up to a number of uses and a date."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="invitations")
    token = models.CharField(max_length=40, unique=True, default=link_token)
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="invitations")
    uses_left = models.PositiveIntegerField(_("how many people may use it"), default=10)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["community", "-made_at"], name="newest_invitations")]

    @property
    def works(self) -> bool:
        """Whether somebody could still come in with it."""
        return self.withdrawn_at is None and self.uses_left > 0 and self.expires_at > clock.now()


class Acceptance(models.Model):
    """That somebody came in by an invitation."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="acceptances")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="acceptances")
    at = models.DateTimeField(default=clock.now)


class Welcome(models.Model):
    """The named person who greets a newcomer, and when they did."""

    newcomer = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="welcome")
    welcomer = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="newcomers")
    given_at = models.DateTimeField(default=clock.now)
    greeted_at = models.DateTimeField(null=True)
    message = models.CharField(max_length=1000, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["welcomer", "given_at"], name="newcomers_to_greet", condition=models.Q(greeted_at__isnull=True)
            )
        ]


class RoleChange(models.Model):
    """That a member was given another role, by whom and when."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="role_changes")
    changed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=Role.choices)
    at = models.DateTimeField(default=clock.now)


class Removal(models.Model):
    """That a steward removed a member, why, and whether that was taken back."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="removals")
    removed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(default=clock.now)
    lifted_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership"], name="one_standing_removal", condition=models.Q(lifted_at__isnull=True)
            )
        ]


class Vetting(models.Model):
    """That two stewards looked at a member and trust them to be alone with people under 18.

    The first steward begins it, a second one agrees, and it holds until `until`, a year later, unless it is withdrawn
    (by a steward, or with no name when the membership ends). What was looked at is not kept: that is for the
    community's own papers.
    """

    member = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="vettings")
    first_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField(default=clock.now)
    second_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    second_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["member", "until"],
                name="standing_vettings",
                condition=models.Q(withdrawn_at__isnull=True, second_at__isnull=False),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(first_by=models.F("second_by")), name="two_different_stewards_vet"
            ),
            models.CheckConstraint(
                condition=~models.Q(member=models.F("first_by")) & ~models.Q(member=models.F("second_by")),
                name="nobody_vets_themselves",
            ),
            models.CheckConstraint(
                condition=models.Q(second_by__isnull=True, second_at__isnull=True, until__isnull=True)
                | models.Q(second_by__isnull=False, second_at__isnull=False, until__isnull=False),
                name="vetting_holds_with_a_second",
            ),
            models.UniqueConstraint(
                fields=["member"],
                name="one_vetting_begun",
                condition=models.Q(second_by__isnull=True, withdrawn_at__isnull=True),
            ),
        ]

    @property
    def holds(self) -> bool:
        """Whether two stewards agreed, nobody withdrew it, and it has not run out."""
        return self.until is not None and self.withdrawn_at is None and self.until > clock.now()


class LetBe(models.Model):
    """That somebody does not want to be reminded of one they met, for a while. Theirs alone."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "other"], name="let_be_once")]


class FirstStartLink(models.Model):
    """The one-time link that opens the founding wizard on an instance without a community. Only its hash is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(null=True)
