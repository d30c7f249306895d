"""Asking for support, answering for one another, and saying whether it helped."""

from __future__ import annotations

from .answering import acknowledge, count_again, count_reply
from .asking import ask_for_support, first_words, watch_first_topic
from .closing import say_whether_it_helped
from .duties import LONGEST_DUTY, end_duty, go_on_duty
from .names import look_at_name

__all__ = [
    "LONGEST_DUTY",
    "acknowledge",
    "ask_for_support",
    "count_again",
    "count_reply",
    "end_duty",
    "first_words",
    "go_on_duty",
    "look_at_name",
    "say_whether_it_helped",
    "watch_first_topic",
]
