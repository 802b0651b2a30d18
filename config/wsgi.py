"""What gunicorn loads. It refuses to serve as the database's owner."""

import os

import django
from django.core.wsgi import get_wsgi_application

from config.roles import refuse_to_run_as_owner

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)
refuse_to_run_as_owner()
application = get_wsgi_application()
