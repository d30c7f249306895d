"""A page hears of every change after the one it shows, also of one made before it began to listen."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import signing

from commonweal.kit import live
from commonweal.site.live import Listener, _tell

TALK = ("topic", 12)


def waiting(listener: Listener) -> list[Any]:
    return [listener.waiting.get_nowait() for _ in range(listener.waiting.qsize())]


@pytest.mark.parametrize(("shown", "now", "told"), [(3, 3, []), (3, 4, [(TALK, 4)]), (4, 3, [(TALK, 3)])])
def test_a_page_is_told_at_the_first_look_when_it_shows_something_else(shown: int, now: int, told: list[Any]) -> None:
    listener = Listener(live.subscribed([live.token(*TALK, shown)]))
    _tell(listener, {TALK: now, ("topic", 13): 9})
    assert waiting(listener) == told
    _tell(listener, {TALK: now})
    assert waiting(listener) == []


def test_a_page_that_cannot_keep_up_is_told_later() -> None:
    listener = Listener({TALK: 0})
    for version in range(1, 60):
        _tell(listener, {TALK: version})
    assert len(waiting(listener)) == 50
    _tell(listener, {TALK: 59})
    assert waiting(listener) == [(TALK, 59)]


def test_what_is_gone_tells_nothing() -> None:
    listener = Listener({TALK: 3})
    _tell(listener, {})
    assert waiting(listener) == []


def test_tokens_that_the_site_did_not_make_open_no_channel() -> None:
    of_before = signing.dumps(["topic", 12], salt="live")
    for token in ("", "x:y:z", of_before, live.token("unheard-of", 1, 1), signing.dumps([*TALK, 1], salt="other")):
        assert live.subscribed([token]) == {}
