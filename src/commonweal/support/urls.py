from __future__ import annotations

from django.urls import path

from .desk.urls import urlpatterns as desk_urls
from .views import asking, closing, duties, giving, held, lines, measured, names, queue, rota, supporters

app_name = "support"

urlpatterns = [
    *desk_urls,
    path("help-now/", lines.help_now, name="help_now"),
    path("c/<slug:slug>/support/", asking.requests, name="requests"),
    path("c/<slug:slug>/support/ask/", asking.ask, name="ask"),
    path("c/<slug:slug>/support/ask/draft/", asking.draft, name="draft"),
    path("c/<slug:slug>/support/queue/", queue.queue, name="queue"),
    path("c/<slug:slug>/support/giving/", giving.giving, name="giving"),
    path("c/<slug:slug>/support/giving/withdraw/", giving.withdraw, name="withdraw"),
    path("c/<slug:slug>/support/giving/tick/", giving.tick, name="tick"),
    path("c/<slug:slug>/support/giving/agree/", giving.agree, name="agree"),
    path("c/<slug:slug>/support/giving/renew/", giving.renew, name="renew"),
    path("c/<slug:slug>/support/giving/break/", giving.rest, name="break"),
    path("c/<slug:slug>/support/giving/notes/", giving.notes, name="notes"),
    path("c/<slug:slug>/support/giving/notes/erase/", giving.erase_note, name="erase_note"),
    path("c/<slug:slug>/support/rota/", rota.rota, name="rota"),
    path("c/<slug:slug>/support/rota/<int:slot_id>/", rota.slot, name="slot"),
    path("c/<slug:slug>/support/supporters/", supporters.supporters, name="supporters"),
    path("c/<slug:slug>/support/supporters/standard/", supporters.standard, name="standard"),
    path("c/<slug:slug>/support/supporters/<int:application_id>/answer/", supporters.answer, name="answer_application"),
    path("c/<slug:slug>/support/duty/", duties.duty, name="duty"),
    path("c/<slug:slug>/support/lines/", lines.lines, name="lines"),
    path("c/<slug:slug>/support/<int:request_id>/acknowledge/", queue.acknowledge, name="acknowledge"),
    path("c/<slug:slug>/support/measured/", measured.measured, name="measured"),
    path("c/<slug:slug>/support/held/", held.held, name="held"),
    path("c/<slug:slug>/support/held/<int:hold_id>/", held.decide, name="decide"),
    path("c/<slug:slug>/support/<int:request_id>/not-yet/", closing.not_yet, name="not_yet"),
    path("c/<slug:slug>/support/<int:request_id>/how-it-is/", closing.how_it_is, name="how_it_is"),
    path("c/<slug:slug>/support/<int:request_id>/helped/", closing.helped, name="helped"),
    path("c/<slug:slug>/support/<int:request_id>/name/", names.name, name="name"),
]
