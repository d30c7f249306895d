"""Every write a member can name in conversations."""

from .drafts import draft_for, forget_draft, save_draft
from .keeping import choose_how_long, delete_what_ran_out
from .pictures import Picture, attach, remove_picture
from .posts import change_post, hold_post, react, restore_post, take_back_post, unwithhold_post, withhold_post
from .private import (
    answer_request,
    ask_to_talk,
    leave_conversation,
    may_talk,
    open_conversation,
    require_may_be_asked,
    send_message,
)
from .showing import show_messages
from .topics import close_topic, follow_topic, mark_read, mute_topic, reopen_topic, reply, start_topic

__all__ = [
    "Picture",
    "answer_request",
    "ask_to_talk",
    "attach",
    "change_post",
    "choose_how_long",
    "close_topic",
    "delete_what_ran_out",
    "draft_for",
    "follow_topic",
    "forget_draft",
    "hold_post",
    "leave_conversation",
    "mark_read",
    "may_talk",
    "mute_topic",
    "open_conversation",
    "react",
    "remove_picture",
    "reopen_topic",
    "reply",
    "require_may_be_asked",
    "restore_post",
    "save_draft",
    "send_message",
    "show_messages",
    "start_topic",
    "take_back_post",
    "unwithhold_post",
    "withhold_post",
]
