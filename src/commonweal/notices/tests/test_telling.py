from datetime import timedelta

from commonweal.kit import clock
from commonweal.notices import actions
from commonweal.notices.jobs import forget_read_notices
from commonweal.notices.models import Mail, Notice
from commonweal.notices.queries import Chosen, sentence, unread_count
from commonweal.people.registries import ERASERS, EXPORT_SECTIONS
from commonweal.trail import outbox
from commonweal.trail.actions import record
from commonweal.trail.models import Outbox


def test_a_member_is_told_in_the_inbox(cast, happen):
    happen(cast.bo)
    notice = Notice.objects.get(person=cast.bo.person)
    assert sentence(notice) == "Ada answered in The night bus."
    assert notice.community == cast.community
    assert unread_count(cast.bo.person_id) == 1
    assert unread_count(cast.ines.person_id) == 0


def test_telling_twice_tells_once(cast, happen):
    step = happen(cast.bo, cast.ines, urgent=True)
    Outbox.objects.create(step=step)
    outbox.drain()
    actions.tell(step)
    assert Notice.objects.count() == 2
    assert Mail.objects.count() == 2


def test_a_kind_switched_off_in_both_places_leaves_nothing(cast, happen):
    actions.choose(person=cast.bo.person, choices={"test.calm": Chosen(False, "off")})
    happen(cast.bo)
    assert not Notice.objects.exists()
    assert not Mail.objects.exists()


def test_a_kind_out_of_the_inbox_still_comes_by_mail(cast, happen):
    actions.choose(person=cast.bo.person, choices={"test.calm": Chosen(False, "at_once")})
    happen(cast.bo)
    assert unread_count(cast.bo.person_id) == 0
    assert Mail.objects.get().person == cast.bo.person


def test_calm_kinds_wait_for_the_digest_and_urgent_ones_do_not(cast, happen):
    happen(cast.bo)
    assert Notice.objects.get().digest
    assert not Mail.objects.exists()
    happen(cast.bo, urgent=True)
    assert Mail.objects.count() == 1


def test_an_old_step_fills_the_inbox_but_sends_no_mail(cast, happen):
    with clock.at(clock.now() - timedelta(days=5)):
        step = record("test.urgent", subject=cast.community, actor=cast.ada.pk, community=cast.community.pk)
    happen(cast.bo)  # sets who is told, and drains both
    old = Notice.objects.get(step=step.pk)
    assert old.at == step.at
    assert not old.digest
    assert not Mail.objects.exists()


def test_placeholders_and_closed_accounts_are_not_told(cast, happen):
    cast.bo.person.placeholder = True
    cast.bo.person.save()
    cast.ines.person.is_active = False
    cast.ines.person.save()
    happen(cast.bo, cast.ines)
    assert not Notice.objects.exists()


def test_telling_many_costs_as_many_queries_as_telling_few(cast, happen, django_assert_max_num_queries):
    from tests.cast import make_member

    many = [make_member(cast.community, f"Neighbour{n}") for n in range(60)]
    happen(cast.bo)
    with django_assert_max_num_queries(26):
        happen(*many, urgent=True)
    assert Mail.objects.count() == 60


def test_read_notices_go_after_ninety_days_and_unread_ones_stay(cast, happen):
    happen(cast.bo)
    happen(cast.bo)
    read = Notice.objects.first()
    actions.mark_read(notice=read)
    with clock.at(clock.now() + timedelta(days=89)):
        forget_read_notices()
        assert Notice.objects.count() == 2
    with clock.at(clock.now() + timedelta(days=91)):
        forget_read_notices()
        assert not Notice.objects.filter(pk=read.pk).exists()
        assert Notice.objects.count() == 1


def test_erasing_a_person_takes_their_name_out_of_what_others_were_told(cast, happen):
    happen(cast.bo, urgent=True)
    ERASERS["notices"](cast.ada.person)
    assert not Notice.objects.exists()
    assert not Mail.objects.exists()


def test_ones_notices_are_in_ones_download_and_nobody_elses(cast, happen):
    happen(cast.bo)
    assert [n["text"] for n in EXPORT_SECTIONS["notices"](cast.bo.person)["notices"]] == [
        "Ada answered in The night bus."
    ]
    assert EXPORT_SECTIONS["notices"](cast.ines.person)["notices"] == []
