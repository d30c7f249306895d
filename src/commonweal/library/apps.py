from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "commonweal.library"
    label = "library"

    def ready(self) -> None:
        from . import hooks, verbs  # noqa: F401
