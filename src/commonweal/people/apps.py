from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "commonweal.people"
    label = "people"

    def ready(self) -> None:
        from . import own_data, verbs  # noqa: F401
