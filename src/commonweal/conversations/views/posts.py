"""What is done to one post: reactions, changes and their history, taking back, its pictures. And drafts."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonweal.communities.access import enter, enter_as_member, person_of
from commonweal.communities.models import Membership
from commonweal.kit.access import own_page
from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.errors import Refused

from ..access import get_own_post_for, get_picture_for, get_post_for, get_topic_for
from ..actions import change_post, react, remove_picture, restore_post, save_draft, take_back_post
from ..actions.posts import UNDO, stamp
from ..forms import ChangeForm
from ..fragment import name_of
from ..models import Post, Reaction


def place_of(slug: str, post: Post) -> str:
    """Where a post stands in its topic, a little context above it."""
    place = reverse("conversations:topic", args=[slug, post.topic_id])
    return f"{place}?from={max(1, post.number - 10)}#post-{post.number}"


@require_POST
def react_to(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """The buttons of a whole page are one form: `on` is "post id:kind", `restore` a post id."""
    membership = enter_as_member(request, slug)
    found = get_topic_for(membership, membership.community, topic_id)
    if restore := re.fullmatch(r"\d{1,18}", request.POST.get("restore", "")):
        return _restore(request, membership, slug, int(restore.group()))
    asked = re.fullmatch(r"(\d{1,18}):(\w{1,10})", request.POST.get("on", ""))
    if asked is None:
        raise Http404
    post = get_post_for(membership, membership.community, int(asked.group(1)))
    if post.topic_id != found.pk:
        raise Http404
    try:
        standing = react(membership=membership, post=post, kind=asked.group(2))
    except Refused as refused:
        messages.warning(request, str(refused.message))
        return see_other(place_of(slug, post))
    if not request.headers.get("HX-Request"):
        return see_other(place_of(slug, post))
    kind = Reaction.Kind(asked.group(2))
    count = Post.objects.values_list(kind.value, flat=True).get(pk=post.pk)
    context = {"post": post, "kind": kind.value, "label": kind.label, "count": count, "pressed": standing}
    return render(request, "conversations/_react.html", context)


def _restore(request: HttpRequest, membership: Membership, slug: str, post_id: int) -> HttpResponse:
    post = get_own_post_for(membership, membership.community, post_id)
    try:
        restore_post(membership=membership, post=post)
        messages.success(request, _("Your message is back."))
    except Refused as refused:
        messages.warning(request, str(refused.message))
    return see_other(place_of(slug, post))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, slug: str, post_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug)
    post = get_own_post_for(membership, membership.community, post_id)
    if post.deleted_at is not None:
        raise Http404
    pictures = list(post.attachments.order_by("pk"))
    if request.method == "POST" and "remove" in request.POST:
        chosen = next((one for one in pictures if str(one.pk) == request.POST["remove"]), None)
        if chosen is not None:
            remove_picture(membership=membership, picture=chosen)
        return see_other("conversations:edit", slug, post.pk)
    if request.method == "POST":
        form = ChangeForm(request.POST)
        if form.is_valid():
            data = {name: form.cleaned_data[name] for name in ("text", "warning", "seen")}
            if attempt(form, change_post, membership=membership, post=post, **data):
                return see_other(place_of(slug, post))
    else:
        form = ChangeForm(initial={"text": post.text, "warning": post.warning, "seen": stamp(post)})
    context = {"form": form, "post": post, "pictures": pictures, "back": place_of(slug, post)}
    return show(request, "conversations/edit.html", context)


@require_GET
def history(request: HttpRequest, slug: str, post_id: int) -> HttpResponse:
    community = enter(request, slug)
    post = get_post_for(request.membership, community, post_id)  # type: ignore[attr-defined]
    edits = list(post.edits.order_by("-id")[:100])
    context = {
        "post": post,
        "edits": edits,
        "author_name": name_of(post.topic, post.author),
        "back": place_of(slug, post),
    }
    return render(request, "conversations/history.html", context)


@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, slug: str, post_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug)
    post = get_own_post_for(membership, membership.community, post_id)
    if request.method == "POST":
        take_back_post(membership=membership, post=post)
        messages.success(request, _("Your message is taken back. You can bring it back within a day."))
        return see_other(place_of(slug, post))
    context = {
        "title": _("Take back your message?"),
        "consequence": _(
            "Only you and the stewards still see it. Its words and pictures are erased for good after a day."
        ),
        "undo": _("Until then, %(hours)d hours from now, you can bring it back.")
        % {"hours": UNDO.total_seconds() // 3600},
        "label": _("Take it back"),
        "cancel_url": place_of(slug, post),
    }
    return render(request, "kit/_confirm.html", context)


@require_GET
def picture(request: HttpRequest, slug: str, picture_id: int) -> FileResponse:
    """A picture, to whoever may read the post it belongs to."""
    community = enter(request, slug)
    found = get_picture_for(request.membership, community, picture_id)  # type: ignore[attr-defined]
    try:
        response = FileResponse(found.file.open("rb"), content_type="image/webp")
    except FileNotFoundError as gone:
        raise Http404 from gone
    response["Content-Disposition"] = f'inline; filename="picture-{found.pk}.webp"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=86400"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@own_page
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Keep what is being typed: the fields of the form under the `key` in the address."""
    key = request.GET.get("key", "")
    person = person_of(request)
    if not re.fullmatch(r"[\w:.-]{1,80}", key) or person is None:
        raise Http404
    fields = {name: request.POST[name] for name in list(request.POST)[:12] if name != "csrfmiddlewaretoken"}
    save_draft(person_id=person.pk, key=key, fields=fields)
    return HttpResponse(status=204)
