"""The reply box under a topic: rendered once per topic and language, with the reader's own values joined in.

Almost every reader gets the same empty box; only the token, the number of this sending, how far the page reaches and
the draft differ. A refused reply or a quote is rendered whole.
"""

from __future__ import annotations

import re
import secrets
import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from commonweal.kit.kept import Kept

from .forms import ReplyForm
from .models import Post, Topic

BOXES: Kept[tuple[str, ...]] = Kept(most=500, seconds=3600)


def draft_url(key: str) -> str:
    """Where a field saves what is typed in it, under `key`."""
    return f"{reverse('conversations:draft')}?{urlencode({'key': key})}"


def quoted_in(topic: Topic, asked: Any) -> Post | None:
    """The post of this topic that a reply is to quote, if it still stands. One query, none when nothing was asked."""
    if not asked or not re.fullmatch(r"[0-9]{1,18}", str(asked)):
        return None
    posts = Post.objects.filter(pk=str(asked)[:18], topic=topic, deleted_at__isnull=True, withheld_at__isnull=True)
    return posts.select_related("author").first()


def reply_box(
    request: HttpRequest,
    topic: Topic,
    *,
    since: int,
    draft: str = "",
    quote: Any = "",
    form: ReplyForm | None = None,
    fresh: bool = False,
    token: str = "",
) -> SafeString:
    """The box for one reader. form: a refused one. fresh: an empty one that takes the old one's place after sending.

    token: the page's own, so that its forms share one (each made anew is sixty random bytes more to send).
    """
    token, submission = token or get_token(request), str(uuid.uuid4())
    if form is not None:
        given = form["submission"].value() or submission
        text, draft = str(given), form["text"].value() or ""
        context = _context(topic, token, text, since, draft, form) | _quote(topic, quote)
        return mark_safe(render_to_string("conversations/_reply.html", context))  # noqa: S308
    if quote or fresh:
        context = _context(topic, token, submission, since, draft, ReplyForm()) | _quote(topic, quote)
        return mark_safe(render_to_string("conversations/_reply.html", {**context, "swap": fresh}))  # noqa: S308
    key = (topic.community.slug, topic.pk, translation.get_language())
    first, *rest = BOXES.get(key, lambda: _pieces(topic))
    own = (token, submission, str(since), escape(draft))
    return mark_safe(first + "".join(value + piece for value, piece in zip(own, rest, strict=True)))  # noqa: S308


def _context(topic: Topic, token: str, submission: str, since: Any, text: str, form: ReplyForm) -> dict[str, Any]:
    return {
        "topic": topic,
        "community": topic.community,
        "form": form,
        "token": token,
        "submission": submission,
        "since": since,
        "text": text,
        "draft_url": draft_url(f"topic:{topic.pk}"),
    }


def _quote(topic: Topic, asked: Any) -> dict[str, Any]:
    quoted = quoted_in(topic, asked)
    hidden = quoted is not None and topic.anonymous and quoted.author_id == topic.author_id
    return {"quoted": quoted, "quoted_hidden": hidden}


def _pieces(topic: Topic) -> tuple[str, ...]:
    cut = secrets.token_hex(12)
    return tuple(
        render_to_string("conversations/_reply.html", _context(topic, cut, cut, cut, cut, ReplyForm())).split(cut)
    )
