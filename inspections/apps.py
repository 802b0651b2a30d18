from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "inspections"

    def ready(self) -> None:
        from core.catalogue import autoload  # needs the models

        autoload(self.name)
