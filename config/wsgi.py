"""What gunicorn loads. It refuses to serve as the database's owner."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from config.roles import refuse_to_run_as_owner  # noqa: E402  (needs the settings)

refuse_to_run_as_owner()
