from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "leads"

    def ready(self) -> None:
        from core.catalogue import autoload  # needs the models

        autoload(self.name)
