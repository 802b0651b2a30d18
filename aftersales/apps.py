from django.apps import AppConfig


class AftersalesConfig(AppConfig):
    name = "aftersales"

    def ready(self) -> None:
        from core.catalogue import autoload  # needs the models

        autoload(self.name)
