"""Private conversations: asking, answering, writing, leaving."""

from __future__ import annotations

import re
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonweal.communities.access import enter_as_member, get_member_for
from commonweal.communities.vetting import separation_of
from commonweal.kit import live
from commonweal.kit.access import own_page
from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.errors import Refused
from commonweal.kit.pages import page
from commonweal.people.models import Person

from ..access import get_participant_for, get_topic_for
from ..actions import (
    answer_request,
    choose_how_long,
    draft_for,
    leave_conversation,
    may_talk,
    require_may_be_asked,
    send_message,
    show_messages,
)
from ..actions import ask_to_talk as ask
from ..forms import AskForm, MessageForm, ShowForm
from ..models import Message, Participant
from ..queries import conversations_of, messages_before, others_in

PAGE = 30
#: What a button says about how long one's own messages are kept.
KEEP: dict[str, int | None] = {"keep": None, "keep-30": 30, "keep-7": 7}


def _names(others: list[Any]) -> str:
    return ", ".join(m.display_name if m.person_id else _("Someone who left") for m in others)


@own_page
@require_GET
def private(request: HttpRequest) -> HttpResponse:
    person = cast(Person, request.user)
    request.shell_here = "private"  # type: ignore[attr-defined]
    found = page(request, conversations_of(person), "-last_message_at", "-id", size=25)
    others = others_in(found.rows)
    rule = separation_of(m.pk for mine in found for m in (mine.membership, *others[mine.conversation_id]))
    rows = [
        {
            "mine": mine,
            "conversation": mine.conversation,
            "face": next(iter(others[mine.conversation_id]), None),
            "names": _names(others[mine.conversation_id]),
            "asked": mine.answered_at is None,
            "waiting": mine.conversation.opened_at is None and mine.accepted,
            "ended": mine.conversation.ended_at is not None
            or not all(rule.may_be_alone(mine.membership_id, m.pk) for m in others[mine.conversation_id]),
            "unread": mine.accepted and mine.read_number < mine.conversation.last_number,
        }
        for mine in found
    ]
    return render(request, "conversations/private.html", {"page": found, "rows": rows})


@require_http_methods(["GET", "POST"])
def ask_to_talk(request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug)
    other = get_member_for(membership, membership.community, member_id)
    if other.pk == membership.pk:
        raise Http404
    about = request.GET.get("topic", "")
    topic = get_topic_for(membership, membership.community, int(about)) if re.fullmatch(r"\d{1,18}", about) else None
    if topic is not None and topic.anonymous and topic.author_id == other.pk:
        raise Http404  # the page never links here; saying anything else would name the author
    form, refused = AskForm(request.POST or None), ""
    try:
        require_may_be_asked(membership, other, topic)
    except Refused as reason:
        refused = str(reason.message)
    if request.method == "POST" and form.is_valid():
        asked = attempt(form, ask, membership=membership, other=other, topic=topic, **form.cleaned_data)
        if asked is not None:
            messages.success(request, _("Your words are on their way. You will hear when they would like to talk."))
            return see_other("conversations:conversation", asked.pk)
    return show(request, "conversations/ask.html", {"form": form, "other": other, "topic": topic, "refused": refused})


@own_page
@require_http_methods(["GET", "POST"])
def conversation(request: HttpRequest, conversation_id: int) -> HttpResponse:
    person = cast(Person, request.user)
    request.shell_here = "private"  # type: ignore[attr-defined]
    mine = get_participant_for(person, conversation_id)
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("text", "submission")}
        if sent := attempt(form, send_message, participant=mine, **words):
            if request.headers.get("HX-Request"):
                return _after_sending(request, mine, form.cleaned_data["since"] or sent.number - 1)
            return see_other(f"{reverse('conversations:conversation', args=[conversation_id])}#write")
    elif request.method == "GET":
        form = MessageForm(initial=dict(draft_for(person_id=person.pk, key=f"conversation:{conversation_id}")))
    if form.is_bound and request.headers.get("HX-Request"):
        since = request.POST.get("since", "")
        context = {
            "form": form,
            "conversation": mine.conversation,
            "since": since if re.fullmatch(r"[0-9]{1,9}", since) else 0,
        }
        refused = render(request, "conversations/_write.html", context, status=422)
        refused["HX-Retarget"], refused["HX-Reswap"] = "#write", "outerHTML"
        return refused
    return _show(request, mine, form)


def _show(request: HttpRequest, mine: Participant, form: MessageForm) -> HttpResponse:
    before = request.GET.get("before", "")
    found = messages_before(mine, int(before) if re.fullmatch(r"\d{1,9}", before) else None, PAGE)
    earlier = found[1].number if len(found) > PAGE else None
    found = found[-PAGE:]
    last = found[-1].number if found else 0
    _mark(mine, last if before else max(last, mine.conversation.last_number))  # the last ones may be deleted by now
    others = others_in([mine]).get(mine.conversation_id, [])
    talk = mine.conversation
    ended = talk.ended_at is not None or not may_talk(talk)
    context = {
        "mine": mine,
        "conversation": talk,
        "others": others,
        "names": _names(others),
        "found": found,
        "earlier": earlier,
        "form": form,
        "since": found[-1].number if found else 0,
        "ended": ended,
        "open": talk.opened_at is not None and not ended,
        "live": None if ended or before else f"/live/?t={live.token('conversation', talk.pk, talk.last_number)}",
    }
    return show(request, "conversations/conversation.html", context)


def _mark(mine: Participant, number: int) -> None:
    """Move the watermark, only when it moves."""
    if mine.accepted and number > mine.read_number:
        Participant.objects.filter(pk=mine.pk, read_number__lt=number).update(read_number=number)


def _after_sending(request: HttpRequest, mine: Participant, since: int) -> HttpResponse:
    context = {"mine": mine, "found": _newer(mine, since), "form": MessageForm(), "since": since, "swap": True}
    return render(request, "conversations/_arrived.html", {**context, "conversation": mine.conversation})


def _newer(mine: Participant, number: int) -> list[Message]:
    newer = Message.objects.filter(conversation=mine.conversation_id, number__gt=number)
    return list(newer.select_related("author").order_by("number")[:100])


@own_page
@require_GET
def conversation_since(request: HttpRequest, conversation_id: int, number: int) -> HttpResponse:
    mine = get_participant_for(cast(Person, request.user), conversation_id)
    found = _newer(mine, number)
    _mark(mine, found[-1].number if found else 0)
    return render(request, "conversations/_arrived.html", {"mine": mine, "found": found})


@own_page
@require_http_methods(["GET", "POST"])
def show_to_stewards(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Choose which messages a steward may see; then say what is wrong, as with any report."""
    mine = get_participant_for(cast(Person, request.user), conversation_id)
    request.shell_here = "private"  # type: ignore[attr-defined]
    before = request.GET.get("before", "")
    found = messages_before(mine, int(before) if re.fullmatch(r"\d{1,9}", before) else None, PAGE)
    earlier = found[1].number if len(found) > PAGE else None
    theirs = [message for message in found[-PAGE:] if message.author_id != mine.membership_id]
    form = ShowForm(request.POST if request.method == "POST" else None, found=theirs)
    if request.method == "POST" and form.is_valid():
        shown = attempt(form, show_messages, participant=mine, messages=form.numbers)
        if shown is not None:
            return see_other("moderation:report", mine.membership.community.slug, "private", shown.pk)
    context = {"mine": mine, "conversation": mine.conversation, "form": form, "theirs": theirs, "earlier": earlier}
    return show(request, "conversations/show.html", context)


@own_page
@require_POST
def answer(request: HttpRequest, conversation_id: int) -> HttpResponse:
    mine = get_participant_for(cast(Person, request.user), conversation_id)
    does = request.POST.get("do")
    if does in KEEP:
        choose_how_long(participant=mine, days=KEEP[does])
        messages.success(request, _("Saved. It holds for what you wrote here and what you will write."))
        return see_other("conversations:conversation", conversation_id)
    if does not in ("yes", "not-now", "leave"):
        raise Http404
    try:
        if does == "leave":
            leave_conversation(participant=mine)
            messages.success(request, _("You left the conversation. Nobody can write to you there any more."))
            return see_other("conversations:private")
        answer_request(participant=mine, accept=does == "yes")
    except Refused as refused:
        messages.warning(request, str(refused.message))
    if does == "yes":
        return see_other("conversations:conversation", conversation_id)
    messages.info(request, _("That is fine. They are not told."))
    return see_other("conversations:private")
