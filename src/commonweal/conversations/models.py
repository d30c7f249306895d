"""Topics and posts. A topic may be a discussion, a question or a support request; the latter has a row in `support`."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelsearch import index

from commonweal.communities.models import Community, Membership
from commonweal.kit import clock
from commonweal.kit.words import folded


class Audience(models.TextChoices):
    COMMUNITY = "community", _("Everyone in this community")
    SUPPORTERS = "supporters", _("Supporters and stewards only")


class Topic(models.Model):
    """A conversation in a community.

    `anonymous` hides the author's persona from all but stewards on duty, here and in their own posts below.
    `posts_count`, `last_post_at` and `last_number` are stored, kept by `actions` under the topic's row lock.
    `version` moves with everything that changes how its posts look: the shared fragment and live updates hang on it.
    """

    class Kind(models.TextChoices):
        DISCUSSION = "discussion", _("Discussion")
        QUESTION = "question", _("Question")
        SUPPORT = "support", _("Support request")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="topics")
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="topics")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.DISCUSSION)
    title = models.CharField(_("title"), max_length=140)
    anonymous = models.BooleanField(default=False)
    audience = models.CharField(max_length=12, choices=Audience.choices, default=Audience.COMMUNITY)
    warning = models.CharField(_("content warning"), max_length=100, blank=True)
    posts_count = models.PositiveIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(default=clock.now)
    last_post_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)
    withheld_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["community", "-last_post_at", "-id"], name="liveliest_topics"),
            models.Index(fields=["community", "kind", "-last_post_at", "-id"], name="liveliest_topics_of_a_kind"),
            models.Index(fields=["author", "-id"], name="topics_by_author"),
        ]

    def __str__(self) -> str:
        return self.title


class Post(index.Indexed, models.Model):
    """One message in a topic. `number` counts from 1 within the topic; `html` is rendered once, at write.

    Taken back (`deleted_at`) it can be restored for a day; then a job erases the text and the pictures for good.
    `to_index` says that the search index has yet to hear of it; a job in the bulk lane sees to that, so that
    writing never waits for indexing.
    """

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="posts")
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="posts")
    number = models.PositiveIntegerField()
    text = models.TextField(_("your message"))
    html = models.TextField(editable=False)
    renderer = models.PositiveSmallIntegerField(default=1)
    warning = models.CharField(max_length=100, blank=True)
    quoted = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    submission = models.UUIDField(null=True)
    posted_at = models.DateTimeField(default=clock.now)
    edited_at = models.DateTimeField(null=True)
    withheld_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    thanks = models.PositiveIntegerField(default=0)
    me_too = models.PositiveIntegerField(default=0)
    helpful = models.PositiveIntegerField(default=0)
    to_index = models.BooleanField(default=True)

    search_auto_update = False
    search_fields = [index.SearchField("searchable")]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "number"], name="one_post_per_number"),
            models.UniqueConstraint(fields=["author", "submission"], name="one_post_per_submission"),
        ]
        indexes = [
            models.Index(fields=["author", "-id"], name="posts_by_author"),
            models.Index(fields=["id"], name="posts_to_index", condition=models.Q(to_index=True)),
            models.Index(fields=["deleted_at"], name="posts_to_erase", condition=models.Q(deleted_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"post {self.pk}"

    def searchable(self) -> str:
        """What the search index holds: words without accents or case, the topic's title with its first post."""
        title = f"{self.topic.title} " if self.number == 1 else ""
        return folded(title + self.text)


class Edit(models.Model):
    """What a post said before it was changed."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="edits")
    text = models.TextField()
    edited_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)


class Reaction(models.Model):
    """Thanks, me too or helpful, once each per member and post. There is no other kind and no score on people."""

    class Kind(models.TextChoices):
        THANKS = "thanks", _("Thanks")
        ME_TOO = "me_too", _("Me too")
        HELPFUL = "helpful", _("Helpful")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reactions")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="reactions")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "membership", "kind"], name="one_reaction_of_a_kind"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["thanks", "me_too", "helpful"]), name="reaction_is_kind"
            ),
        ]


class Mention(models.Model):
    """That a post names a member with @."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mentions")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="mentions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "membership"], name="one_mention_per_post")]


class Attachment(models.Model):
    """An image, re-encoded and stripped of metadata. Without a post it belongs to a draft and goes after a day."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, related_name="attachments")
    uploaded_by = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="attachments")
    file = models.FileField(upload_to="attachments/%Y/%m/", max_length=120)
    description = models.CharField(_("what the picture shows"), max_length=200, blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text=_("In bytes, as stored."))
    at = models.DateTimeField(default=clock.now)


class Draft(models.Model):
    """What a person has typed but not sent, per place (`key`, for example "topic:12" or "new:riverside")."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=80)
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="one_draft_per_place")]


class ReadMark(models.Model):
    """How far a member has read a topic: everything up to `number`."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="read_marks")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="read_marks")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "topic"], name="one_mark_per_topic")]


class Watch(models.Model):
    """That a member wants to hear of new posts in a topic. Written when they start, answer or choose to follow it."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="watches")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="watches")
    muted = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "topic"], name="one_watch_per_topic")]


class Conversation(models.Model):
    """Private messages between people who agreed to talk. Opens when everyone asked has said yes."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="conversations")
    started_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(_("about"), max_length=140, blank=True)
    started_at = models.DateTimeField(default=clock.now)
    last_message_at = models.DateTimeField(default=clock.now)
    last_number = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-last_message_at", "-id"], name="liveliest_conversations")]


class Participant(models.Model):
    """A member in a private conversation. `answered_at` with `accepted` is their consent; declining is silent.

    `keep_days` is after how many days what this member wrote here is deleted for everybody; None keeps it.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="participants")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="conversations")
    accepted = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)
    read_number = models.PositiveIntegerField(default=0)
    talked_at = models.DateTimeField(null=True, help_text=_("When they and another had both written."))
    keep_days = models.PositiveSmallIntegerField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "membership"], name="one_participation_per_member"),
            models.CheckConstraint(
                condition=models.Q(keep_days__isnull=True) | models.Q(keep_days__in=[7, 30]), name="kept_days_are_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["keep_days", "id"], name="participants_who_forget", condition=models.Q(keep_days__isnull=False)
            )
        ]


class Message(models.Model):
    """One private message."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="messages")
    number = models.PositiveIntegerField()
    text = models.TextField(_("your message"))
    html = models.TextField(editable=False)
    submission = models.UUIDField(null=True)
    sent_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "number"], name="one_message_per_number"),
            models.UniqueConstraint(fields=["author", "submission"], name="one_message_per_submission"),
        ]


class Shown(models.Model):
    """Private messages that one of those in a conversation chose to show to stewards, as they read when they were shown.

    `text` is blanked when either of the two closes their account. `about` wrote them.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="shown")
    shown_by = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    about = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now)
