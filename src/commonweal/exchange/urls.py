from django.urls import path

from .views import entries, pairs

app_name = "exchange"
_ENTRY = "c/<slug:slug>/exchange/<int:entry_id>/"
_PAIR = "c/<slug:slug>/exchange/pair/<int:handover_id>/"

urlpatterns = [
    path("c/<slug:slug>/exchange/", entries.board, name="list"),
    path("c/<slug:slug>/exchange/new/", entries.new, name="new"),
    path(_ENTRY, entries.entry, name="entry"),
    path(f"{_ENTRY}edit/", entries.edit, name="edit"),
    path(f"{_ENTRY}withdraw/", entries.withdraw, name="withdraw"),
    path(f"{_ENTRY}answer/", entries.answer, name="answer"),
    path(f"{_PAIR}take-back/", pairs.take_back, name="take_back"),
    path(f"{_PAIR}agree/", pairs.agree, name="agree"),
    path(f"{_PAIR}come-along/", pairs.come_along, name="come_along"),
    path(f"{_PAIR}happened/", pairs.happened, name="happened"),
    path(f"{_PAIR}fell-through/", pairs.fell_through, name="fell_through"),
    path(f"{_PAIR}felt/", pairs.felt, name="felt"),
    path(f"{_PAIR}thanks/", pairs.thanks, name="thanks"),
]
