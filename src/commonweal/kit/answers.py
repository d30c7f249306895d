"""How a view answers a form: on to the next page when it worked, the same form with the reason when it did not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url

from .errors import Refused

Made = TypeVar("Made")


class SeeOther(HttpResponseRedirect):
    """303: the change is made; look at the result there. Going back or reloading does not send the form again."""

    status_code = 303


def see_other(to: Any, *args: Any, **kwargs: Any) -> SeeOther:
    """Send the browser on after a POST. Takes what `redirect` takes: a URL, a URL name with arguments, a model."""
    return SeeOther(resolve_url(to, *args, **kwargs))


def attempt(form: BaseForm, action: Callable[..., Made], **arguments: Any) -> Made | None:
    """Run `action`; when it refuses, put the reason beside the field it names (or on top) and return None."""
    try:
        return action(**arguments)
    except Refused as refused:
        field = refused.field if refused.field in form.fields else None
        form.add_error(field, str(refused.message))
        return None


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render a page with a form: 422 when the form in the context was refused, so that scripts swap it in too."""
    form = context.get("form")
    wrong = form is not None and form.is_bound and bool(form.errors)
    return render(request, template, context, status=422 if wrong else 200)
