from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"

    def ready(self) -> None:
        from core.catalogue import autoload  # needs the models

        autoload(self.name)
