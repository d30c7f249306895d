from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "commonweal.trail"
    label = "trail"

    def ready(self) -> None:
        from . import jobs  # noqa: F401
