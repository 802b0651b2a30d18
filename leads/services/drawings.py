"""Drawings as versions (L09, P02, P03, P04): put in, checked by the chief designer when large (R004), confirmed by the customer."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core import attachments, audit, clocks, papers
from core.models import Attachment, Deadline, Notice
from core.refusals import Missing, Refused
from leads import deadlines
from leads.choices import Channel, DrawingKind, DrawingSource, Stage
from leads.models import Drawing, DrawingConfirmation, DrawingFile, DrawingReview, Lead, MeasureNote
from leads.procedure import Standing, deposit_received, require_open
from leads.services.stages import locked
from staff import posts
from staff.selectors import holders

MOST_FILES = 12
AFTER_DEPOSIT = (DrawingKind.SCHEME, DrawingKind.CONSTRUCTION)


@transaction.atomic
def add_drawing(
    lead: Lead,
    *,
    kind: str,
    title: str,
    files: Sequence[Any],
    by: Any,
    at: datetime,
    changes: str = "",
    reason: str = "",
    source: str = DrawingSource.DRAWN,
) -> Drawing:
    """Put in the next version of a kind of drawing; the earlier ones stay as they are.

    What changed is said from the second version on; why there is a new one, once the customer has confirmed a version.
    Scheme and construction drawings come after the deposit (004:L3).  Construction drawings of a large home start the clock
    of the check (R004).
    """
    lead = locked(lead)
    if kind not in DrawingKind.values:
        raise Refused(_("Say what kind of drawing it is."))
    if lead.designer_id is None:
        raise Refused(_("Assign the enquiry to a designer first."))
    if kind in AFTER_DEPOSIT:
        require_open((deposit_received,), Standing(lead), _("Scheme and construction drawings come after the deposit."))
    if not title.strip():
        raise Refused(_("A drawing has a title."))
    if not files:
        raise Refused(_("A drawing has at least one file."))
    if len(files) > MOST_FILES:
        raise Refused(_("At most {count} files belong to one version.").format(count=MOST_FILES))
    earlier = list(lead.drawings.filter(kind=kind).select_related("confirmation").order_by("version"))
    if earlier and not changes.strip():
        raise Refused(_("Say what changed since version {version}.").format(version=earlier[-1].version))
    confirmed = next((row for row in reversed(earlier) if hasattr(row, "confirmation")), None)
    if confirmed is not None and not reason.strip():
        raise Refused(
            _("The customer has confirmed version {version}: say why there is a new one.").format(version=confirmed.version)
        )
    made = Drawing.objects.create(
        lead=lead, store_id=lead.store_id, kind=kind, version=len(earlier) + 1, title=title.strip(), changes=changes.strip(),
        source=source if kind == DrawingKind.FLOOR_PLAN else DrawingSource.DRAWN, reason=reason.strip() if confirmed else "",
        files_count=len(files), by=by, at=at,
    )  # fmt: skip
    caption = f"{DrawingKind(kind).label} v{made.version}"
    kept = [attachments.store(file, dossier=lead.dossier, by=by, at=at, caption=caption, dwg=True) for file in files]
    DrawingFile.objects.bulk_create(
        DrawingFile(drawing=made, attachment=file, position=position) for position, file in enumerate(kept, start=1)
    )
    if kind == DrawingKind.CONSTRUCTION and lead.home.is_large:
        _ask_for_check(lead, made, at=at)
    audit.record(
        lead.dossier, "leads.drawing_added", by=by, at=at, drawing=kind, version=made.version, title=made.title, changes=made.changes,
        reason=made.reason, files=[file.sha256 for file in kept],
    )  # fmt: skip
    for file in kept:
        attachments.link(file, by=by, at=at)
    return made


@transaction.atomic
def review_drawing(drawing: Drawing, *, passed: bool, by: Any, at: datetime, points: str = "") -> DrawingReview:
    """The chief designer checks construction drawings: passed, or sent back with points (R004, 000:L136).

    Never by whoever drew them.  Stops the clock of the check; what is sent back is told to the one who drew it.
    """
    lead = locked(drawing.lead)
    if drawing.kind != DrawingKind.CONSTRUCTION:
        raise Refused(_("Construction drawings are checked, nothing else."))
    _require_newest(drawing)
    if drawing.by_id == by.pk:
        raise Refused(_("Whoever drew it does not check it."), [_checker_missing(lead, drawing)])
    if not passed and not points.strip():
        raise Refused(_("Say what is to be changed, point by point."))
    if DrawingReview.objects.filter(drawing=drawing).exists():
        raise Refused(_("This version has been checked already."))
    if DrawingConfirmation.objects.filter(drawing=drawing).exists():
        raise Refused(_("The customer has confirmed this version already."))
    made = DrawingReview.objects.create(drawing=drawing, store_id=drawing.store_id, passed=passed, points=points.strip(), by=by, at=at)
    clocks.stop(deadlines.DRAWING_REVIEW, deadlines.key(lead), at=at, by=by)
    if not passed:
        Notice.objects.create(
            user_id=drawing.by_id, dossier_id=lead.dossier_id, kind="leads.drawing_sent_back", at=at,
            line=lead.line, link=reverse("leads:drawings", args=[lead.ref]),
        )  # fmt: skip
    kind = "leads.drawing_passed" if passed else "leads.drawing_sent_back"
    audit.record(lead.dossier, kind, by=by, at=at, drawing=drawing.kind, version=drawing.version, points=made.points)
    return made


@transaction.atomic
def confirm_drawing(
    drawing: Drawing,
    *,
    name: str,
    channel: str,
    by: Any,
    at: datetime,
    witness: Any = None,
    evidence: Any = None,
    strokes: str = "",
    note: str = "",
) -> DrawingConfirmation:
    """The customer confirms the newest version: who, how, when, before whom, with a file or a hand drawn on our device.

    Construction drawings of a large home must have passed the check (R004).
    """
    lead = locked(drawing.lead)
    _require_newest(drawing)
    if DrawingConfirmation.objects.filter(drawing=drawing).exists():
        raise Refused(_("The customer has confirmed this version already."))
    if not name.strip():
        raise Refused(_("Say who confirmed it."))
    if channel not in Channel.values:
        raise Refused(_("Say how it was confirmed."))
    if at < drawing.at:
        raise Refused(_("Nobody confirms a drawing before it is there."))
    require_checked(lead, drawing)
    drawn = strokes if strokes and papers.drawn(strokes) else ""
    if evidence is None and not drawn:
        raise Refused(_("A confirmation is shown by a file, or signed on this device."))
    files = list(drawing.files.order_by("position").values_list("attachment__sha256", flat=True))
    shown = None
    if evidence is not None:
        caption = _("Confirmation of {drawing}").format(drawing=f"{drawing.get_kind_display()} v{drawing.version}")
        shown = evidence if isinstance(evidence, Attachment) else attachments.store(evidence, dossier=lead.dossier, by=by, at=at, caption=caption)
    made = DrawingConfirmation.objects.create(
        drawing=drawing, store_id=drawing.store_id, name=name.strip(), channel=channel, note=note.strip(), witness=witness or by, evidence=shown,
        strokes=drawn, files_sha256=hashlib.sha256("\n".join(files).encode()).hexdigest(), by=by, at=at,
    )  # fmt: skip
    audit.record(
        lead.dossier, "leads.drawing_confirmed", by=by, at=at, drawing=drawing.kind, version=drawing.version, name=made.name, channel=channel,
        files=files, strokes=hashlib.sha256(drawn.encode()).hexdigest() if drawn else "", witness=str(made.witness),
    )  # fmt: skip
    if shown is not None and not isinstance(evidence, Attachment):
        attachments.link(shown, by=by, at=at)
    return made


def require_checked(lead: Lead, drawing: Drawing) -> None:
    """R004: the construction drawings of a large home pass the chief designer before the customer sees them for a yes."""
    if drawing.kind != DrawingKind.CONSTRUCTION:
        return
    review = DrawingReview.objects.filter(drawing=drawing).first()
    if review is not None and not review.passed:
        raise Refused(_("This version was sent back: put in a new one."), [Missing(review.points, posts.DESIGNER)])
    if review is None and lead.home.is_large:
        raise Refused(
            _("The construction drawings of a large home are checked by the chief designer first."), [_checker_missing(lead, drawing)]
        )


def checkers(store_id: int, author_id: int | None) -> tuple[str, list[Any]]:
    """(the post that checks large designs of a store, its holders): the chief designer, where there is none but the author
    the design manager."""
    for post in (posts.CHIEF_DESIGNER, posts.DESIGN_MANAGER):
        people = [person for person in holders(post, store_id) if person.pk != author_id]
        if people:
            return post, people
    return posts.DESIGN_MANAGER, []


def check_follows_size(lead: Lead, *, by: Any, at: datetime) -> None:
    """The home was corrected: drawings that wait for nobody's check may wait for one now, and the other way round (R004)."""
    newest = lead.drawings.filter(kind=DrawingKind.CONSTRUCTION).order_by("-version").first()
    if newest is None or hasattr(newest, "review") or hasattr(newest, "confirmation"):
        return
    if lead.home.is_large:
        _ask_for_check(lead, newest, at=at)
    else:
        clocks.cancel(deadlines.DRAWING_REVIEW, deadlines.key(lead), at=at, by=by)


def _checker_missing(lead: Lead, drawing: Drawing) -> Missing:
    post, _people = checkers(lead.store_id, drawing.by_id)
    return Missing(
        _("Version {version} has not been checked.").format(version=drawing.version), post, "R004",
        reverse("leads:drawing-reviews", args=[lead.ref, drawing.kind, drawing.version]),
    )  # fmt: skip


def _ask_for_check(lead: Lead, drawing: Drawing, *, at: datetime) -> None:
    """A new version is a new question: the clock of the one before ends, unkept and unbroken; of several who may check, the one
    with the fewest in hand is asked."""
    clocks.cancel(deadlines.DRAWING_REVIEW, deadlines.key(lead), at=at, by=drawing.by)
    _post, people = checkers(lead.store_id, drawing.by_id)
    running = Deadline.objects.filter(clock=deadlines.DRAWING_REVIEW.id, stopped_at__isnull=True, owner__in=people)
    in_hand = Counter(running.values_list("owner", flat=True))
    people.sort(key=lambda person: in_hand[person.pk])
    clocks.start(
        deadlines.DRAWING_REVIEW, dossier=lead.dossier, key=deadlines.key(lead), owner=people[0] if people else None, at=at, subject=lead,
        line=lead.line, link=reverse("leads:drawing-reviews", args=[lead.ref, drawing.kind, drawing.version]),
    )  # fmt: skip


def _require_newest(drawing: Drawing) -> None:
    if Drawing.objects.filter(lead_id=drawing.lead_id, kind=drawing.kind, version__gt=drawing.version).exists():
        raise Refused(_("There is a newer version of this drawing."))


@transaction.atomic
def note_measuring(lead: Lead, *, note: str, by: Any, at: datetime, photos: Sequence[Any] = ()) -> MeasureNote:
    """Measured for free before the deposit: a note without signature (Q23); the survey itself comes after the deposit (G4)."""
    lead = locked(lead)
    if lead.stage == Stage.REGISTERED or lead.designer_id is None:
        raise Refused(_("Assign the enquiry to a designer first."))
    if Standing(lead).deposit is not None:
        raise Refused(_("The deposit is there: write the survey, which the customer signs."))
    if not note.strip():
        raise Refused(_("Write down what was measured."))
    made = MeasureNote.objects.create(lead=lead, store_id=lead.store_id, note=note.strip(), by=by, at=at)
    kept = [attachments.store(photo, dossier=lead.dossier, by=by, at=at, caption=_("Measured for free")) for photo in photos]
    audit.record(lead.dossier, "leads.measuring_noted", by=by, at=at, note=made.note)
    for photo in kept:
        attachments.link(photo, by=by, at=at)
    return made
