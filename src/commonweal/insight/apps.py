from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "commonweal.insight"
    label = "insight"

    def ready(self) -> None:
        from . import hooks, jobs  # noqa: F401
