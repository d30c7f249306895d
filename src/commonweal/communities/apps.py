from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    name = "commonweal.communities"
    label = "communities"

    def ready(self) -> None:
        from . import hooks, jobs, verbs  # noqa: F401
