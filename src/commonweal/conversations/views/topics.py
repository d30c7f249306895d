"""The Talk list, starting a topic, and the topic page with its fragments."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods

from commonweal.communities.access import enter, enter_as_member
from commonweal.communities.models import Membership
from commonweal.kit import live
from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.guests import same_for_guests
from commonweal.kit.pages import page

from ..access import door_of, get_topic_for, get_topic_page_for
from ..actions import draft_for, mark_read, reply, start_topic
from ..actions.topics import may_close
from ..forms import ReplyForm, TopicForm
from ..models import Post, Topic
from ..queries import opening_at, posts_page, topics_in
from ..registries import OFFLINE_ORDER, OFFLINE_STEPS, REPLY_HELPS, TOPIC_PANELS
from ..replybox import draft_url, reply_box

LISTED_KINDS = (Topic.Kind.DISCUSSION, Topic.Kind.QUESTION)


@require_GET
def topics(request: HttpRequest, slug: str) -> HttpResponse:
    community = enter(request, slug, door="talk")
    membership = cast("Membership | None", request.membership)  # type: ignore[attr-defined]
    kind = request.GET.get("kind", "")
    if kind not in LISTED_KINDS:
        kind = ""
    found = page(request, topics_in(community, membership, kind), "-last_post_at", "-id", size=25)
    kinds = [(key.value, key.label) for key in LISTED_KINDS]
    context = {"page": found, "kind": kind, "kinds": kinds, "first_page": not request.GET.get("after")}
    return same_for_guests(request, render(request, "conversations/topics.html", context))


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug, door="talk")
    if request.method == "POST":
        form = TopicForm(request.POST, request.FILES)
        if form.is_valid():
            words = {name: form.cleaned_data[name] for name in ("kind", "title", "text", "warning", "submission")}
            pictures = form.cleaned_data["pictures"]
            if topic := attempt(form, start_topic, membership=membership, pictures=pictures, **words):
                return see_other("conversations:topic", slug, topic.pk)
    else:
        kept = draft_for(person_id=membership.person_id, key=_new_key(slug))
        form = TopicForm(initial={name: kept[name] for name in ("title", "text") if name in kept})
    context = {"form": form, "draft_url": draft_url(_new_key(slug))}
    return show(request, "conversations/new.html", context)


def _new_key(slug: str) -> str:
    return f"new:{slug}:discussion"


def _number(text: str | None) -> int | None:
    """A post number from a query string. Raises Http404 for what is none."""
    if not text:
        return None
    if not re.fullmatch(r"\d{1,9}", text):
        raise Http404
    return int(text)


@require_http_methods(["GET", "POST"])
def topic(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    if request.method == "POST":
        return _answer(request, slug, topic_id)
    community = enter(request, slug)
    membership = cast("Membership | None", request.membership)  # type: ignore[attr-defined]
    found = get_topic_page_for(membership, community, topic_id)
    return same_for_guests(request, _page(request, found, membership, None))


def _answer(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug)
    found = get_topic_for(membership, membership.community, topic_id)
    form = ReplyForm(request.POST, request.FILES)
    post = None
    if form.is_valid():
        data = form.cleaned_data
        quoted = Post.objects.filter(pk=data["quoted"], topic=found).first() if data["quoted"] else None
        words = {name: data[name] for name in ("text", "warning", "submission", "pictures")}
        post = attempt(form, reply, membership=membership, topic=found, quoted=quoted, **words)
    if post is not None and not request.headers.get("HX-Request"):
        place = reverse("conversations:topic", args=[slug, found.pk])
        return see_other(f"{place}?from={max(1, post.number - 10)}#post-{post.number}")
    if not request.headers.get("HX-Request"):
        return _page(request, found, membership, form)
    if post is None:
        since = _number(request.POST.get("since")) or 0
        box = reply_box(request, found, since=since, form=form, quote=request.POST.get("quoted"))
        refused = HttpResponse(box, status=422)
        refused["HX-Retarget"], refused["HX-Reswap"] = "#reply", "outerHTML"
        return refused
    since = max(0, form.cleaned_data["since"] or post.number - 1)
    shown = posts_page(found, membership, since + 1)
    return HttpResponse(shown.html + reply_box(request, found, since=since, fresh=True))


def _page(request: HttpRequest, found: Topic, membership: Membership | None, form: ReplyForm | None) -> HttpResponse:
    request.shell_here = door_of(found)  # type: ignore[attr-defined]
    read_to = getattr(found, "read_to", None) or 0
    start = _number(request.GET.get("from")) or (opening_at(found, read_to) if membership else 1)
    unread_from = read_to + 1 if membership and 0 < read_to < found.last_number else 0
    shown = posts_page(found, membership, start, unread_from=unread_from)
    context: dict[str, Any] = {
        "topic": found,
        "shown": shown,
        "steps": partial(_steps, found),  # called only when the piece that shows them is not kept
        "panels": _panels(request, found, membership),
        "author_hidden": found.anonymous,
        "read_before": read_to > 0,
    }
    if membership is not None:
        mark_read(membership=membership, topic=found, number=shown.posts.last, before=read_to)
        draft = (getattr(found, "draft", None) or {}).get("text", "")
        quote = request.POST.get("quoted") if form else request.GET.get("quote")
        if found.closed_at is None or form is not None:
            token = get_token(request)
            box = reply_box(request, found, since=shown.posts.last, draft=draft, quote=quote, form=form, token=token)
            helps = [made for one in REPLY_HELPS if (made := one(found, membership))]
            context["helps"] = [mark_safe(render_to_string(*made, request)) for made in helps]  # noqa: S308
            context |= {"box": box, "form": form, "csrf_token": token}
        context |= {
            "since": shown.posts.last,
            "live": None if shown.posts.more else f"/live/?t={live.token('topic', found.pk, found.version)}",
            "muted": getattr(found, "muted", None),
            "may_close": may_close(found, membership),
        }
    return show(request, "conversations/topic.html", context)


def _steps(found: Topic) -> list[dict[str, Any]]:
    doors = found.community.closed_doors
    offered = sorted(OFFLINE_STEPS, key=lambda step: OFFLINE_ORDER.index(step.key))
    return [
        {"icon": step.icon, "label": step.label, "help": step.help, "url": step.url(found)}
        for step in offered
        if step.door not in doors
    ]


def _panels(request: HttpRequest, found: Topic, membership: Membership | None) -> list[str]:
    made = (panel(found, membership) for panel in TOPIC_PANELS)
    return [mark_safe(render_to_string(one[0], one[1], request)) for one in made if one]  # noqa: S308


@require_GET
def since(request: HttpRequest, slug: str, topic_id: int, number: int) -> HttpResponse:
    """Only the posts after `number`, for pages that hear that something arrived."""
    community = enter(request, slug)
    membership = cast("Membership | None", request.membership)  # type: ignore[attr-defined]
    found = get_topic_page_for(membership, community, topic_id)
    shown = posts_page(found, membership, number + 1)
    if membership is not None and shown.posts.pieces:
        before = getattr(found, "read_to", None) or 0
        mark_read(membership=membership, topic=found, number=shown.posts.last, before=before)
    return same_for_guests(request, HttpResponse(shown.html))


@require_GET
def feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest topics of a community that anybody may read, as an Atom feed: its talk, never its requests."""
    community = enter(request, slug, door="talk")
    if not community.readable_by_all:
        raise Http404
    newest = topics_in(community, None).filter(warning="", anonymous=False).order_by("-id")[:30]
    context = {"community": community, "topics": list(newest), "site": request.build_absolute_uri("/")[:-1]}
    response = render(request, "conversations/feed.xml", context, content_type="application/atom+xml; charset=utf-8")
    return same_for_guests(request, response)


@require_http_methods(["POST"])
def watch(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    from ..actions import close_topic, follow_topic, mute_topic, reopen_topic

    membership = enter_as_member(request, slug)
    found = get_topic_for(membership, membership.community, topic_id)
    does = {"follow": follow_topic, "mute": mute_topic, "close": close_topic, "reopen": reopen_topic}.get(
        request.POST.get("do", "")
    )
    if does is None:
        raise Http404
    if does in (close_topic, reopen_topic) and not may_close(found, membership):
        raise Http404
    does(membership=membership, topic=found)
    return see_other("conversations:topic", slug, found.pk)
