from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "commonweal.exchange"
    label = "exchange"

    def ready(self) -> None:
        from . import hooks, jobs, verbs  # noqa: F401
