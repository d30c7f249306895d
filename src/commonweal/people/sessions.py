"""Who is asking: the two lookups that every request of a signed-in person begins with, asked prepared."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from commonweal.kit.prepared import Prepared

from .models import Person

_session: Prepared[Session] = Prepared(lambda key: Session.objects.filter(session_key=key)[:1])
_person: Prepared[Person] = Prepared(lambda person: Person.objects.filter(pk=person)[:1])


class SessionStore(DatabaseStore):
    """Sessions in the database, so that revoking one ends it at once."""

    def _get_session_from_db(self) -> Session | None:
        found = _session.first(key=str(self.session_key))
        if found is not None and found.expire_date > timezone.now():  # by the clock that Django set it with
            return found
        self._session_key = None
        return None


class Backend(AuthenticationBackend):
    """Signs in as allauth does, and finds the person of a session."""

    def get_user(self, user_id: Any) -> Person | None:
        person = _person.first(person=int(user_id))
        return person if person is not None and self.user_can_authenticate(person) else None
