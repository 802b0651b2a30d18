from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "staff"

    def ready(self) -> None:
        from core.catalogue import autoload  # needs the models

        autoload(self.name)
