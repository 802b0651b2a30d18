"""Attacks of the web role in plain SQL on site order; each is refused by the database itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from inspections import services
from inspections.models import CheckResult, Photo
from inspections.services import fines, instruments, site_life
from tests.factories import inspections as site
from tests.factories import site_order as life

NOT_MEANT = ("42601", "42703", "42P01", "23502")
_STEP = "INSERT INTO inspections_incidentstep (at, project_id, store_id, by_id, incident_id, kind, text) SELECT now(), project_id, store_id, by_id, id, "
_LINE = (
    "INSERT INTO inspections_deliveryline (delivery_id, seq, name, brand, spec, batch, "
    "unit, quantity, refused, reason, remove_by, certificate, certificate_no) "
    "SELECT delivery_id, 9, name, brand, spec, batch, unit, {values} FROM inspections_deliveryline WHERE id = {{line}}"
)

ATTACKS = {
    "rewrite the score of a walk": "UPDATE inspections_siteordercheck SET kept = asked WHERE id = {walk}",
    "rewrite a fault of a walk": "UPDATE inspections_siteorderresult SET seen = 'ok' WHERE order_check_id = {walk}",
    "write a walk with a score of one's own": (
        "INSERT INTO inspections_siteordercheck (at, project_id, store_id, by_id, number, "
        "kind, asked, kept, note) SELECT at, project_id, store_id, by_id, 77, kind, "
        "10, 10, '' FROM inspections_siteordercheck WHERE id = {walk}; SET CONSTRAINTS ALL IMMEDIATE"
    ),
    "refuse less afterwards": "UPDATE inspections_deliveryline SET refused = 0, reason = '', remove_by = NULL WHERE id = {line}",
    "say twice that it is gone": "UPDATE inspections_deliveryline SET removed_on = removed_on + 1 WHERE id = {gone}",
    "refuse more than came": _LINE.format(values="10, 11, 'x', '2026-12-01', 'conformity', 'HGZ'"),
    "refuse without a reason": _LINE.format(values="10, 1, '', '2026-12-01', 'conformity', 'HGZ'"),
    "refuse without a day": _LINE.format(values="10, 1, 'x', NULL, 'conformity', 'HGZ'"),
    "keep what has no certificate": _LINE.format(values="10, 1, 'x', '2026-12-01', 'none', ''"),
    "bind a delivery to a check that is no material check": "UPDATE inspections_delivery SET quality_check_id = {check} WHERE id = {delivery}",
    "date a delivery back": "UPDATE inspections_delivery SET delivered_on = delivered_on - 5 WHERE id = {delivery}",
    "raise a fine": "UPDATE inspections_sitefine SET amount = 900 WHERE id = {fine}",
    "let a fine stand that nobody heard of": "UPDATE inspections_sitefine SET state = 'firm', firm_at = now(), final_amount = amount WHERE id = {fine}",
    "let it stand with more than was written": "UPDATE inspections_sitefine SET state = 'firm', firm_at = now(), final_amount = 900 WHERE id = {unsigned}",
    "note a refusal without a witness": "UPDATE inspections_sitefine SET state = 'refused', heard_at = now(), refusal = 'x' WHERE id = {fine}",
    "decide one's own slip": (
        "UPDATE inspections_sitefine SET state = 'firm', firm_at = now(), final_amount "
        "= amount, decision = 'upheld', decision_words = 'x', decided_at = now(), "
        "decided_by_id = by_id WHERE id = {appealed}"
    ),
    "let the foreman decide": (
        "UPDATE inspections_sitefine SET state = 'firm', firm_at = now(), final_amount "
        "= amount, decision = 'upheld', decision_words = 'x', decided_at = now(), "
        "decided_by_id = foreman_id WHERE id = {appealed}"
    ),
    "void a slip without a reason": "UPDATE inspections_sitefine SET state = 'void', voided_at = now(), voided_by_id = by_id WHERE id = {fine}",
    "bring a void slip back": "UPDATE inspections_sitefine SET state = 'issued' WHERE id = {void}",
    "begin a slip in the middle": (
        "INSERT INTO inspections_sitefine (at, project_id, store_id, by_id, number, foreman_id, "
        "rule, reason, happened_on, amount, state, witness, refusal, appeal, "
        "decision, decision_words, void_reason, heard_at, paper_id) SELECT at, project_id, "
        "store_id, by_id, 88, foreman_id, '', 'x', happened_on, 50, 'signed', "
        "'', '', '', '', '', '', now(), NULL FROM inspections_sitefine WHERE id = {fine}"
    ),
    "delete a slip": "DELETE FROM inspections_sitefine WHERE id = {fine}",
    "rewrite a page of the diary": "UPDATE inspections_diaryday SET works = 'x' WHERE id = {day}",
    "look at one's own page": "UPDATE inspections_diaryday SET looked_at = now(), looked_by_id = by_id WHERE id = {day}",
    "write a day ahead": (
        "INSERT INTO inspections_diaryday (at, project_id, store_id, by_id, day, weather, "
        "workers, crew, works, materials, visitors, problems, remark) SELECT at, "
        "project_id, store_id, by_id, day + 30, weather, 1, '', 'x', '', '', '', '' FROM inspections_diaryday WHERE id = {day}"
    ),
    "rewrite the owner's problem": "UPDATE inspections_sitenote SET problem = 'x' WHERE id = {note}",
    "answer without a word": "UPDATE inspections_sitenote SET answered_at = now(), answered_by_id = by_id WHERE id = {note}",
    "rewrite an answer": "UPDATE inspections_sitenote SET answer = 'x' WHERE id = {answered}",
    "rewrite a briefing": "UPDATE inspections_safetybriefing SET crew = 'x' WHERE id = {briefing}",
    "rewrite an accident": "UPDATE inspections_incident SET what = 'x' WHERE id = {incident}",
    "delete an accident": "DELETE FROM inspections_incident WHERE id = {incident}",
    "close an accident without its cause": _STEP + "'closed', 'x' FROM inspections_incident WHERE id = {incident}",
    "go on with a closed one": _STEP + "'measure', 'x' FROM inspections_incident WHERE id = {closed}",
    "rewrite a step": "UPDATE inspections_incidentstep SET text = 'x' WHERE incident_id = {closed}",
    "lengthen a calibration": "UPDATE inspections_calibration SET valid_until = valid_until + 365 WHERE tool_id = {tool}",
    "bring a retired instrument back": "UPDATE inspections_tool SET retired_on = NULL, retired_because = '' WHERE id = {retired}",
    "measure with an instrument whose calibration ran out": "UPDATE inspections_checkresult SET tool_id = {expired} WHERE id = {result}",
    "measure with an instrument of another store": "UPDATE inspections_checkresult SET tool_id = {theirs} WHERE id = {result}",
    "put a photo into a room of another home": (
        "INSERT INTO inspections_photo (attachment_id, result_id, room_id, place) SELECT attachment_id, result_id, {elsewhere}, '' FROM inspections_photo "
        "WHERE id = {photo}"
    ),
    "take the room off a photo": "UPDATE inspections_photo SET room_id = NULL WHERE id = {photo}",
    "pass a check whose main item was left out by one person alone": (
        "UPDATE inspections_qualitycheck SET state = 'passed', concluded_at = now(), paper_id = {paper} WHERE id = {check}"
    ),
    "withdraw a picture": "DELETE FROM inspections_sitephoto",
    "set the time of recording": (
        "INSERT INTO inspections_rectificationplan (at, recorded_at, rectification_id, "
        "text, done_by, by_id) SELECT now(), now() - interval '3 days', id, 'x', 'x', "
        "responsible_id FROM inspections_rectification LIMIT 1"
    ),
    "empty a table": "TRUNCATE inspections_sitefine CASCADE",
}


@pytest.fixture
def target(checked: Any, working: Any, cast: Any) -> dict[str, int]:
    """A walk, deliveries, slips in their states, a page, notes, incidents, instruments, and a check with a main item that one person left out."""
    from leads.models import Home, Room

    told = {"people": cast, "at": cast.days(3)}
    walk = life.walked(checked, faults=("SC-16",), **told)
    delivery = life.delivered(
        checked,
        lines=[life.came(), *[life.came(n, refused=life.Decimal(2), reason="磕碰") for n in ("门", "窗")]],
        kind="main",
        **told,
    )
    _kept, line, gone = delivery.lines.all()
    from inspections.services import deliveries

    deliveries.take_out(gone, on=life.day_of(cast.days(3)), photos=[site.picture()], by=cast.foreman, at=cast.days(3))
    loose = life.delivered(checked, **told)
    fine, unsigned, appealed, void = (life.fined(checked, **told) for _n in range(4))
    unsigned, appealed = life.not_signed(unsigned, **told), life.not_signed(appealed, **told)
    fines.appeal_fine(appealed, words="不对", by=cast.foreman, at=cast.days(3))
    fines.void_fine(void, reason="开错", by=cast.project_manager, at=cast.days(3))
    day, note, answered = life.written(checked, **told), life.noted(checked, **told), life.noted(checked, **told)
    site_life.answer_note(answered, answer="已改", by=cast.foreman, at=cast.days(3))
    incident, closed = life.reported(checked, **told), life.reported(checked, kind="hazard", **told)
    for kind in ("handling", "closed"):
        site_life.note_step(closed, kind=kind, text="已处理", by=cast.engineering_manager, at=cast.days(3))
    tool, expired = life.tool(cast, at=cast.at), life.tool(cast, at=cast.at, number="JL-2", days=1)
    retired = life.tool(cast, at=cast.at, number="JL-3")
    instruments.retire_tool(retired, reason="摔坏", by=cast.supervision_manager, at=cast.at)
    check = site.opened(checked, "C3", people=cast, at=cast.days(3))
    items = site.asked(check)
    main = next(item for item in items if item.severity == "main" and not item.is_measured)
    measured = next(item for item in items if item.is_measured and not item.stages)
    room = Room.objects.filter(home=checked.home).first()
    at = {"by": cast.quality_inspector, "at": cast.days(3)}
    services.record_result(check=check, item=main.code, verdict="not_applicable", note="本户没有", **at)
    services.record_result(check=check, **site.good(measured, photos=[site.picture()]), room=room, place="北墙", **at)
    result = CheckResult.objects.get(quality_check=check, item=measured)
    return {
        "walk": walk.pk,
        "line": line.pk,
        "gone": gone.pk,
        "delivery": loose.pk,
        "fine": fine.pk,
        "unsigned": unsigned.pk,
        "appealed": appealed.pk,
        "void": void.pk,
        "day": day.pk,
        "note": note.pk,
        "answered": answered.pk,
        "briefing": life.briefed(checked, **told).pk,
        "incident": incident.pk,
        "closed": closed.pk,
        "tool": tool.pk,
        "expired": expired.pk,
        "retired": retired.pk,
        "theirs": life.tool(cast.other, at=cast.at).pk,
        "check": check.pk,
        "result": result.pk,
        "photo": Photo.objects.get(result=result).pk,
        "elsewhere": Room.objects.filter(home__in=Home.objects.exclude(pk=checked.home_id)).first().pk,
        "paper": note.paper_id,
    }


def test_the_database_refuses_every_attack_on_site_order(target: dict[str, int]) -> None:
    """One state, many attacks, each rolled back: building the state again for each would take minutes."""
    passed = []
    for attack, statement in ATTACKS.items():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement.format(**target))
                touched = cursor.rowcount
            passed.append((attack, touched))
        except DatabaseError as refusal:
            assert refusal.__cause__.pgcode not in NOT_MEANT, (attack, str(refusal))  # type: ignore[union-attr]
    assert passed == []


def test_what_is_honest_is_not_refused(target: dict[str, int]) -> None:
    honest = (
        "UPDATE inspections_checkresult SET tool_id = {tool} WHERE id = {result}",
        "UPDATE inspections_sitefine SET state = 'signed', heard_at = now() WHERE id = {fine}",
        _STEP + "'cause', 'x' FROM inspections_incident WHERE id = {incident}",
        _LINE.format(values="10, 1, 'x', '2026-12-01', 'conformity', 'HGZ'"),
    )
    with connection.cursor() as cursor:
        for statement in honest:
            cursor.execute(statement.format(**target))
            assert cursor.rowcount == 1, statement
