"""What happens in conversations. Who is told is in `tells.py`."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from commonweal.trail.verbs import contact, effect, kind, verb

from . import tells

contact("topic", _("A topic"))
contact("private", _("A private conversation"))
effect("talked", _("Talked in private"))

kind("replies", _("Replies to you"), _("Somebody answered in a topic you started, joined or follow, or named you."))
kind("private", _("Private messages"), _("Somebody asks to talk, agreed to talk, or wrote to you."))

TOPIC_STARTED = verb(
    "conversations.topic_started", _("started a topic"), contact="topic", kind="replies", tells=tells.of_topic
)
POSTED = verb("conversations.posted", _("answered in a topic"), contact="topic", kind="replies", tells=tells.of_post)
REACTED = verb("conversations.reacted", _("reacted to a post"), keep=timedelta(days=365))
EDITED = verb("conversations.edited", _("changed a post"), keep=timedelta(days=365))
DELETED = verb("conversations.deleted", _("took back a post"))
RESTORED = verb("conversations.restored", _("brought back a post"))
CLOSED = verb("conversations.closed", _("closed a topic"))
REOPENED = verb("conversations.reopened", _("opened a topic again"))
ASKED_TO_TALK = verb("conversations.asked_to_talk", _("asked somebody to talk"), kind="private", tells=tells.of_asking)
AGREED_TO_TALK = verb("conversations.agreed_to_talk", _("agreed to talk"), kind="private", tells=tells.of_agreeing)
OPENED = verb("conversations.opened", _("began to talk in private"), contact="private")
MESSAGED = verb("conversations.messaged", _("sent a private message"), kind="private", tells=tells.of_message)
TALKED = verb("conversations.talked", _("talked in private"), effect="talked")
