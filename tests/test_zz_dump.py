import pathlib, pytest
from datetime import timedelta
from django.urls import reverse
from tests.world import make_place, sign_in
from commonweal.kit import clock
from commonweal.people import actions as people
from commonweal.communities.actions import begin_vetting, agree_vetting

def test_dump(settings, tmp_path, db):
    settings.MEDIA_ROOT = tmp_path
    place = make_place("river")
    out = pathlib.Path("/tmp/priv_html"); out.mkdir(exist_ok=True)
    who = place.who
    people.answer_consent(person=who["partner"].person, purpose="contact_check", given=True)
    begin_vetting(membership=place.fresh("steward"), member=place.fresh("member"))
    begin_vetting(membership=place.fresh("steward"), member=place.fresh("supporter"))
    agree_vetting(membership=place.fresh("founder"), member=place.fresh("supporter"))
    def save(name, role, url):
        r = sign_in(who[role].person).get(url)
        (out/f"{name}.html").write_text(r.content.decode())
        print(name, r.status_code)
    save("met_now","partner",reverse("communities:met"))
    save("reflect","partner",reverse("communities:reflect",args=["after","gatherings.gathering",place.ids["past"]]))
    save("age","member",reverse("people:age"))
    save("persona","member",reverse("communities:persona",args=["river"]))
    save("vettings","founder",reverse("communities:vettings",args=["river"]))
    save("vet","founder",reverse("communities:vet",args=["river",who["member"].pk]))
    save("talk","author",reverse("conversations:conversation",args=[place.ids["conversation"]]))
    with clock.at(clock.now()+timedelta(weeks=6)):
        save("met_later","partner",reverse("communities:met"))
