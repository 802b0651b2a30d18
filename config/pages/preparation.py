"""What a site needs before which work, on its client file: permissions, the phase of the works, materials that are due."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.db.models.functions import JSONObject
from django.urls import reverse

from projects import plans
from projects.models import PropertyApplication, SchedulePhase, SiteMaterial, SiteNeed


def rows_of(dossier: str) -> dict[str, Any]:
    """They ride along with the one row that is loaded anyway."""
    permitted = Exists(
        PropertyApplication.objects.filter(
            project=OuterRef("project"), kind=OuterRef("kind"), approved_on__isnull=False, items__contains=[OuterRef("code")]
        )
    )
    waiting = SiteNeed.objects.filter(project__dossier=OuterRef(dossier), started_at__isnull=True, dropped_at__isnull=True)
    running = SchedulePhase.objects.filter(project__dossier=OuterRef(dossier), started_on__isnull=False, finished_on__isnull=True)
    missing = SiteMaterial.objects.filter(project__dossier=OuterRef(dossier), arrived_on__isnull=True, dropped_at__isnull=True)
    return {
        "need_rows": ArraySubquery(
            waiting.order_by("planned_on", "pk").values(row=JSONObject(code="code", planned_on="planned_on", permitted=permitted))[:6]
        ),
        "phase_rows": ArraySubquery(running.order_by("seq").values(row=JSONObject(name="name", planned_end="planned_end"))[:3]),
        "material_rows": ArraySubquery(
            missing.order_by("needed_on", "pk").values(row=JSONObject(name="name", needed_on="needed_on", promised_on="promised_on"))[:4]
        ),
    }  # fmt: skip


def shown(site: Any, extras: Any, today: date) -> dict[str, Any]:
    """The card of the file; without a site there is none."""
    if site is None or site.accepted_on is not None:
        return {}
    known = plans.works()
    needs = [
        {
            "work": str(known[row["code"]]), "on": date.fromisoformat(row["planned_on"]), "permitted": row["permitted"],
            "late": not row["permitted"] and (date.fromisoformat(row["planned_on"]) - today).days <= known[row["code"]].lead,
        }
        for row in extras.need_rows
    ]  # fmt: skip
    phases = [{"name": row["name"], "until": date.fromisoformat(row["planned_end"])} for row in extras.phase_rows]
    materials = [
        {"name": row["name"], "on": date.fromisoformat(row["needed_on"]), "late": _due(row) < today} for row in extras.material_rows
    ]
    return {
        "needs": needs, "phases_now": phases, "materials_due": materials, "today": today,
        "property_url": reverse("projects:property", args=[site.ref]), "schedule_url": reverse("projects:schedule", args=[site.ref]),
        "materials_url": reverse("projects:materials", args=[site.ref]),
    }  # fmt: skip


def _due(row: dict[str, Any]) -> date:
    return date.fromisoformat(row["promised_on"] or row["needed_on"])
