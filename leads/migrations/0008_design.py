"""Drawings in versions, and what a survey measures beside the sizes."""

from django.conf import settings
from django.db import migrations

from core import guards

EVIDENCE = (
    "leads_drawing", "leads_drawingfile", "leads_drawingreview", "leads_drawingconfirmation", "leads_surveyopening", "leads_surveyfitting",
    "leads_surveyphoto", "leads_measurenote", "leads_proposalfile",
)  # fmt: skip
RECORDED = ("leads_drawing", "leads_drawingreview", "leads_drawingconfirmation", "leads_measurenote")
# The next version of its kind, one after the other; once the customer has confirmed one, a newer one says why.
NEXT_VERSION = (
    "DECLARE newest int; BEGIN PERFORM 1 FROM leads_lead WHERE id = NEW.lead_id FOR NO KEY UPDATE; "
    "SELECT coalesce(max(version), 0) INTO newest FROM leads_drawing WHERE lead_id = NEW.lead_id AND kind = NEW.kind; "
    "IF NEW.version <> newest + 1 THEN "
    + guards.refuse("The versions of a drawing follow each other without a gap.")
    + " END IF; IF NEW.reason = '' AND EXISTS (SELECT 1 FROM leads_drawingconfirmation c JOIN leads_drawing d ON d.id = c.drawing_id "
    "WHERE d.lead_id = NEW.lead_id AND d.kind = NEW.kind) THEN "
    + guards.refuse("The customer has confirmed a version: say why there is a new one.")
    + " END IF; RETURN NEW; END"
)
ALL_FILES = (
    "BEGIN IF (SELECT count(*) FROM leads_drawingfile WHERE drawing_id = NEW.id) <> NEW.files_count THEN "
    + guards.refuse("A version of a drawing has as many files as it says.")
    + " END IF; RETURN NULL; END"
)
FILE_OF_THE_DRAWING = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM leads_drawing d JOIN leads_lead l ON l.id = d.lead_id JOIN core_attachment a ON a.id = NEW.attachment_id "
    "WHERE d.id = NEW.drawing_id AND a.dossier_id = l.dossier_id) THEN "
    + guards.refuse("A file belongs to the file of its customer.")
    + " END IF; IF NEW.position > (SELECT files_count FROM leads_drawing WHERE id = NEW.drawing_id) THEN "
    + guards.refuse("A version of a drawing has as many files as it says.")
    + " END IF; RETURN NEW; END"
)
NEWEST = (
    "DECLARE d leads_drawing%ROWTYPE; large boolean; BEGIN SELECT * INTO d FROM leads_drawing WHERE id = NEW.drawing_id; "
    "PERFORM 1 FROM leads_lead WHERE id = d.lead_id FOR NO KEY UPDATE; "
    "IF EXISTS (SELECT 1 FROM leads_drawing x WHERE x.lead_id = d.lead_id AND x.kind = d.kind AND x.version > d.version) THEN "
    + guards.refuse("There is a newer version of this drawing.")
    + " END IF; IF NEW.at < d.at THEN "
    + guards.refuse("Nobody looks at a drawing before it is there.")
    + " END IF; "
)
# Whoever drew it does not check it; what the customer has confirmed is checked no more (R004, 000:L136).
CHECKED = (
    NEWEST
    + "IF d.kind <> 'construction' THEN "
    + guards.refuse("Construction drawings are checked, nothing else.")
    + " END IF; IF d.by_id = NEW.by_id THEN "
    + guards.refuse("Whoever drew it does not check it.")
    + " END IF; IF EXISTS (SELECT 1 FROM leads_drawingconfirmation WHERE drawing_id = d.id) THEN "
    + guards.refuse("The customer has confirmed this version already.")
    + " END IF; RETURN NEW; END"
)
# Of a home of 200 m² and more, a villa, a duplex: only after the check (R004).
CONFIRMED = (
    NEWEST
    + "IF NEW.evidence_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM leads_lead l JOIN core_attachment a ON a.dossier_id = l.dossier_id "
    "WHERE l.id = d.lead_id AND a.id = NEW.evidence_id) THEN "
    + guards.refuse("A file belongs to the file of its customer.")
    + " END IF; IF EXISTS (SELECT 1 FROM leads_drawingreview WHERE drawing_id = d.id AND NOT passed) THEN "
    + guards.refuse("This version was sent back: put in a new one.")
    + " END IF; SELECT h.dwelling IN ('villa', 'duplex') OR coalesce(h.area_m2, 0) >= 200 INTO large FROM leads_home h "
    "JOIN leads_lead l ON l.home_id = h.id WHERE l.id = d.lead_id; IF large AND d.kind = 'construction' "
    "AND NOT EXISTS (SELECT 1 FROM leads_drawingreview WHERE drawing_id = d.id AND passed) THEN "
    + guards.refuse("The construction drawings of a large home are checked by the chief designer first.")
    + " END IF; RETURN NEW; END"
)


def _of_the_survey(*, room: bool, file: bool) -> str:
    """What was measured is written together with its survey, about rooms of its home, with files of its customer."""
    body = (
        "DECLARE l leads_lead%ROWTYPE; written timestamptz; BEGIN SELECT l2.* INTO l FROM leads_lead l2 JOIN leads_sitesurvey s ON s.lead_id = l2.id "
        "WHERE s.id = NEW.survey_id; SELECT recorded_at INTO written FROM leads_sitesurvey WHERE id = NEW.survey_id; "
        "IF written < transaction_timestamp() THEN " + guards.refuse("A survey is written once: measure again.") + " END IF; "
    )
    if room:
        body += (
            "IF NEW.room_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM leads_room WHERE id = NEW.room_id AND home_id = l.home_id) THEN "
            + guards.refuse("This room is not one of this home.")
            + " END IF; "
        )
    if file:
        body += (
            "IF NOT EXISTS (SELECT 1 FROM core_attachment WHERE id = NEW.attachment_id AND dossier_id = l.dossier_id) THEN "
            + guards.refuse("A file belongs to the file of its customer.")
            + " END IF; "
        )
    return body + "RETURN NEW; END"


OF_THE_PREVIEW = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM leads_proposal p JOIN leads_lead l ON l.id = p.lead_id JOIN core_attachment a "
    "ON a.dossier_id = l.dossier_id WHERE p.id = NEW.proposal_id AND a.id = NEW.attachment_id AND p.recorded_at >= transaction_timestamp()) THEN "
    + guards.refuse("A preview is presented once, with its files.")
    + " END IF; RETURN NEW; END"
)


def _openings_fit(room: str) -> str:
    """Where the last survey lists openings, the room's area of openings, doors and windows are theirs: one truth."""
    return (
        "DECLARE last bigint; n int; d int; w int; a numeric; BEGIN SELECT s.id INTO last FROM leads_sitesurvey s "
        "JOIN leads_lead l ON l.id = s.lead_id JOIN leads_room r ON r.home_id = l.home_id "
        f"WHERE r.id = {room} ORDER BY s.id DESC LIMIT 1; "
        "SELECT count(*), count(*) FILTER (WHERE kind = 'door'), count(*) FILTER (WHERE kind = 'window'), "
        "round(sum(width_mm::numeric * height_mm) / 1000000, 2) INTO n, d, w, a FROM leads_surveyopening "
        f"WHERE survey_id = last AND room_id = {room}; "
        f"IF n > 0 AND NOT EXISTS (SELECT 1 FROM leads_room WHERE id = {room} AND openings_m2 = a AND doors = d AND windows = w) THEN "
        + guards.refuse("The openings of a room follow from what was measured.")
        + " END IF; RETURN NULL; END"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_initial"),
        ("leads", "0007_follow_up"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *(guards.append_only(table) for table in EVIDENCE),
        *(guards.db_clock(table) for table in RECORDED),
        guards.same_store("leads_drawing", "lead_id", "leads_lead"),
        guards.same_store("leads_measurenote", "lead_id", "leads_lead"),
        guards.same_store("leads_drawingreview", "drawing_id", "leads_drawing"),
        guards.same_store("leads_drawingconfirmation", "drawing_id", "leads_drawing"),
        guards.trigger("leads_drawing", "leads_drawing_next_version", "BEFORE INSERT", NEXT_VERSION, definer=True),
        guards.trigger("leads_drawing", "leads_drawing_all_files", "AFTER INSERT", ALL_FILES, deferred=True),
        guards.trigger("leads_drawingfile", "leads_drawingfile_of_it", "BEFORE INSERT", FILE_OF_THE_DRAWING),
        guards.trigger("leads_drawingreview", "leads_drawingreview_newest", "BEFORE INSERT", CHECKED, definer=True),
        guards.trigger("leads_drawingconfirmation", "leads_drawingconfirmation_newest", "BEFORE INSERT", CONFIRMED, definer=True),
        guards.trigger("leads_surveyopening", "leads_surveyopening_of_it", "BEFORE INSERT", _of_the_survey(room=True, file=False)),
        guards.trigger("leads_surveyfitting", "leads_surveyfitting_of_it", "BEFORE INSERT", _of_the_survey(room=True, file=False)),
        guards.trigger("leads_surveyphoto", "leads_surveyphoto_of_it", "BEFORE INSERT", _of_the_survey(room=True, file=True)),
        guards.trigger("leads_proposalfile", "leads_proposalfile_of_it", "BEFORE INSERT", OF_THE_PREVIEW),
        guards.trigger("leads_surveyopening", "leads_surveyopening_fits", "AFTER INSERT", _openings_fit("NEW.room_id"), deferred=True),
        guards.trigger("leads_room", "leads_room_openings_fit", "AFTER INSERT OR UPDATE", _openings_fit("NEW.id"), deferred=True),
    ]
