"""What an insider and an outsider tried against the whole house, and what must not work.  One sentence a try."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zipfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings as conf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from config import reach, scans, signers
from config.pages import client_file
from core import attachments, audit, papers, sheets
from core.models import Deadline, Paper
from core.papers import kind_of, unsigned_roles
from core.policies import Scope
from core.refusals import Refused
from leads.models import Lead, PhoneReveal
from leads.services.assignment import REVEALS_A_DAY
from projects import policies as site_policies
from projects import services as building
from projects.models import Payment, Project
from staff import services as staff
from staff.models import User
from tests.cast import SINCE
from tests.factories import inspections as sites
from tests.factories import projects as jobs
from tests.hand import STROKES, sign_all

# --- files --------------------------------------------------------------------------------------------------------------


def picture(kind: str = "JPEG", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((300, 200), 60).convert("RGB").save(out, kind, **more)
    return out.getvalue()


def test_what_stands_in_a_photos_comment_is_not_kept(world):
    kept = attachments.keep(
        _file(picture(comment=b"<script>alert(1)</script>")),
        dossier=world.site["working"].dossier,
        by=world.cast.foreman,
        at=world.cast.at,
    )

    assert b"<script>" not in attachments.open_bytes(kept)
    assert b"<script>" not in attachments.open_bytes(kept, thumb=True)


def _file(data: bytes, name: str = "photo.jpg") -> Any:
    return SimpleUploadedFile(name, data)


@pytest.mark.parametrize("error", [EOFError, struct.error, RuntimeError, KeyError, IndexError])
def test_a_photo_at_which_the_decoder_breaks_is_refused_in_words(world, monkeypatch, error):
    """Decoders answer with whatever they have; pillow_heif says EOFError, which is neither OSError nor ValueError."""
    told = {"dossier": world.site["working"].dossier, "by": world.cast.foreman, "at": world.cast.at}

    def breaks_off(*given: Any, **more: Any) -> Any:
        raise error("Decoder plugin generated an error: Unexpected end of file")

    monkeypatch.setattr(attachments.ImageOps, "exif_transpose", breaks_off)
    with pytest.raises(Refused):
        attachments.keep(_file(picture("HEIF"), "photo.heic"), **told)


ENTRY = '<?xml version="1.0" encoding="UTF-8"?>'
MAIN, REL = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
)
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _related(**parts: str) -> str:
    listed = "".join(
        f'<Relationship Id="r{n}" Type="{REL}/{kind}" Target="{to}"/>' for n, (kind, to) in enumerate(parts.items(), 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def one_text_many_times(path: Path, *, length: int, rows: int, columns: int = 20) -> Path:
    """A workbook of a few kilobytes: one long shared text, and many cells that point to it."""
    cells = '<c t="s"><v>0</v></c>' * columns
    kinds = (("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet"), ("sharedStrings", "sharedStrings"))
    named = "".join(f'<Override PartName="/xl/{name}.xml" ContentType="{KIND}.{kind}+xml"/>' for name, kind in kinds)
    lines = "".join(f'<row r="{row}">{cells}</row>' for row in range(1, rows + 1))
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">{rels}{named}</Types>',
        "_rels/.rels": _related(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _related(worksheet="worksheets/sheet1.xml", sharedStrings="sharedStrings.xml"),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>{"x" * length}</t></si></sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>',
    }  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, ENTRY + text)
    return path


def test_a_workbook_that_repeats_one_long_text_does_not_fill_the_memory(tmp_path, monkeypatch):
    """Packed 3 kB, unpacked 1 MB, and read out 60 MB and more: the child says no before the parent has to hold it."""
    bomb = one_text_many_times(tmp_path / "list.xlsx", length=1_000_000, rows=3)
    answered: list[int] = []
    whole = subprocess.run

    def measured(*given: Any, **more: Any) -> Any:
        done = whole(*given, **more)
        answered.append(len(done.stdout))
        return done

    monkeypatch.setattr(sheets.subprocess, "run", measured)
    with pytest.raises(Refused):
        sheets.read(bomb)
    assert max(answered, default=0) < 1_000_000


def test_a_sheet_of_honest_long_remarks_is_still_read(tmp_path):
    read = sheets.read(one_text_many_times(tmp_path / "list.xlsx", length=2_000, rows=100))
    assert read.sheets[0].rows[99][19].text == "x" * 2_000


# --- numbers --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["²", "①②③", "٣٤", "２６７１", "𝟙𝟚", "L03-²", "1e3", "߁"])
def test_digits_of_other_writings_in_the_search_break_nothing(world, typed):
    for post in ("designer", "front_desk", "cashier"):
        assert world.client(world.person[post]).get("/search/", {"q": typed}).status_code == 200, post


def test_a_payment_cannot_be_shielded_from_its_reversal_by_a_second_one_with_the_neighbouring_key(world):
    """The form's key is the browser's: whoever books chooses it, and so could choose the one that the reversal would take."""
    site, cast, key = world.site["working"], world.cast, uuid4()
    told = {"method": "cash", "payer": "陈静", "by": cast.cashier, "at": cast.at}
    site = Project.objects.get(pk=site.pk)
    first = _paid(site, Decimal("10.00"), key, told)
    _paid(Project.objects.get(pk=site.pk), Decimal("10.00"), UUID(int=key.int ^ 1), told)

    building.reverse_payment(first, reason="记错项目", by=cast.accountant, at=cast.at)

    assert Payment.objects.filter(reverses=first).count() == 1


def _paid(site: Any, amount: Decimal, key: UUID, told: dict[str, Any]) -> Payment:
    return building.record_payment(
        site,
        amount=amount,
        credit=max(amount - sum((r.rest for r in site.seen_at(told["at"]).money.open_now), Decimal(0)), Decimal(0)),
        key=key,
        **told,
    )


# --- two posts ------------------------------------------------------------------------------------------------------------


def test_a_post_held_in_one_store_gives_nothing_in_the_store_of_the_other_post(world):
    """Accountant here, designer there: there, own sites only, and no money to take or to take back."""
    cast = world.cast
    person = staff.hire(
        full_name="两边跑", username="two.stores", store=cast.store, posts=["accountant"], hired_on=SINCE, mobile="13755500001",
        password_hash="!", must_change_password=False, by=cast.administrator, at=cast.at,
    )  # fmt: skip
    staff.hold_post(person, post="designer", store=cast.other.store, since=cast.at.date(), by=cast.hr, at=cast.at)
    person.forget_posts()
    client, there = world.client(person), world.site["other"]

    assert site_policies.TAKE_PAYMENT.scope(person) is Scope.STORE
    assert not Project.objects.visible_to(person).filter(pk=there.pk).exists()
    assert not Lead.objects.visible_to(person).filter(store=cast.other.store).exists()
    assert not reach.papers(person).filter(store=cast.other.store).exists()
    assert client.get(reverse("projects:payments", args=[there.ref])).status_code == 404
    assert client.post(reverse("projects:payments", args=[there.ref]), {"amount": "1"}).status_code == 404
    assert client.get(reverse("projects:payments", args=[world.site["working"].ref])).status_code == 200


def test_what_is_ones_own_under_the_other_post_stays_ones_own(world):
    cast = world.cast
    person = world.cast.other.designer
    lead = Lead.objects.get(pk=world.lead["other"].pk)
    assert lead.designer_id == person.pk
    staff.hold_post(person, post="estimator", store=cast.store, since=cast.at.date(), by=cast.hr, at=cast.at)
    person.forget_posts()

    assert Lead.objects.visible_to(person).filter(pk=lead.pk).exists()
    assert Lead.objects.visible_to(person).filter(store=cast.store).exists()
    assert {found.designer_id for found in Lead.objects.visible_to(person).filter(store=cast.other.store)} == {
        person.pk
    }


def test_one_person_alone_does_not_take_a_signed_change_back(world):
    """Voiding its paper would lower what the customer owes, without the customer; a change is undone by another one."""
    site, cast, paper = world.site["working"], world.cast, Paper.objects.get(pk=world.thing["issued_change"].paper_id)
    sign_all(paper, by=cast.project_manager, at=cast.at)
    owed = jobs.refreshed(site).money.owed
    for post in ("store_manager", "engineering_manager", "finance_supervisor", "general_manager", "project_manager"):
        client = world.client(world.person[post])
        answer = client.post(reverse("paper-void", args=[paper.ref]), {"void-reason": "算错了"})
        assert answer.status_code == 404, post
    assert jobs.refreshed(site).money.owed == owed


def test_a_manager_here_who_designs_there_declares_no_signed_paper_void_there(world):
    cast, paper = world.cast, world.lead["other"].consultations.get().paper
    person = cast.other.designer
    assert paper.is_signed
    staff.hold_post(person, post="store_manager", store=cast.store, since=cast.at.date(), by=cast.hr, at=cast.at)

    answer = world.client(person).post(reverse("paper-void", args=[paper.ref]), {"void-reason": "写错了"})

    assert answer.status_code == 404


def test_a_post_held_elsewhere_signs_no_line_here(world):
    """Store manager there, designer here: the company's line of an order agreement of this store is not theirs."""
    cast = world.cast
    person = cast.designer
    staff.hold_post(person, post="store_manager", store=cast.other.store, since=cast.at.date(), by=cast.hr, at=cast.at)
    person.forget_posts()
    paper = world.lead["agreed"].agreements.get().paper
    line = next(line for line in kind_of(paper).signers if line.role == "company")

    assert not signers.may_sign(line, person, paper)
    assert signers.may_sign(line, cast.store_manager, paper)
    assert signers.may_sign(line, cast.other.general_manager, paper)


def test_who_builds_and_inspects_signs_a_check_on_one_side_only(world):
    """Project manager of the site with the inspector's post too: the paper of a check needs another inspector's hand."""
    cast, at = world.cast, world.cast.at
    site = world.site["working"]
    paper = papers.issue(
        papers.KINDS["I06"], dossier=site.dossier, store=site.store, content={}, by=cast.quality_inspector, at=at
    )
    lines = {line.role: line for line in papers.kind_of(paper).signers}
    builder, inspector = (User.objects.get(pk=person.pk) for person in (cast.project_manager, cast.quality_inspector))
    for person, post in ((builder, "quality_inspector"), (inspector, "project_manager")):
        staff.hold_post(person, post=post, store=cast.store, since=at.date(), by=cast.hr, at=at)
        person.forget_posts()

    assert signers.may_sign(lines["project_manager"], builder, paper)
    assert not signers.may_sign(lines["inspector"], builder, paper)
    assert signers.may_sign(lines["inspector"], inspector, paper)
    papers.sign(
        paper,
        role="inspector",
        name=inspector.full_name,
        strokes=STROKES,
        by=inspector,
        user=inspector,
        present=inspector,
        at=at,
    )
    assert not signers.may_sign(lines["project_manager"], inspector, paper)
    assert signers.waits_for(paper, inspector) is None


# --- personal data --------------------------------------------------------------------------------------------------------


def test_an_open_clock_that_is_not_due_does_not_open_numbers_beyond_the_limit_of_a_day(world):
    """Every enquiry of a designer has some clock running: were that enough, whoever leaves could take the whole list along."""
    person, lead = world.cast.designer, world.lead["assigned"]
    phone = lead.customer.phones.get()
    now = timezone.now()
    Deadline.objects.filter(dossier=lead.dossier_id, stopped_at=None).update(
        started_at=now - timedelta(days=1), due_at=now + timedelta(days=5)
    )
    PhoneReveal.objects.bulk_create(
        PhoneReveal(phone=phone, lead=lead, by=person, at=now, reason="call", for_clock="")
        for _ in range(REVEALS_A_DAY)
    )
    client = world.client(person)

    answer = client.post(reverse("reveal", args=[phone.pk]), {"reason": "call"})

    assert phone.number not in answer.content.decode()
    assert answer.status_code == 422
    Deadline.objects.filter(dossier=lead.dossier_id, stopped_at=None).update(due_at=now + timedelta(minutes=5))
    assert phone.number in client.post(reverse("reveal", args=[phone.pk]), {"reason": "call"}).content.decode()


def test_the_history_tells_no_sum_to_those_who_do_not_see_the_money_of_a_site(world, monkeypatch):
    """Foreman, inspector, front desk: neither the contract's sum nor a payment, under any filter of the history."""
    site = world.site["working"]
    sums = {f"{site.contract.total:,.2f}", f"{world.thing['payment'].amount:,.2f}"}
    monkeypatch.setattr(client_file, "PAGE", 500)
    audit.record(
        site.dossier, "projects.credit_used", by=world.cast.cashier, at=timezone.now(), amount=Decimal("1234.56")
    )
    audit.record(site.dossier, "leads.lead_won", by=world.cast.cashier, at=timezone.now(), total=Decimal("76543.21"))
    sums |= {"1,234.56", "76,543.21"}
    for post in ("quality_inspector", "foreman", "front_desk", "cs_officer"):
        person = world.person[post]
        if site_policies.SEE_MONEY.allows(person):
            continue
        client = world.client(person)
        for shown in ("", "papers", "photos", "money", "visits", "contacts", "everything"):
            page = client.get(reverse("projects:file", args=[site.ref]), {"show": shown})
            assert page.status_code == 200
            told = page.content.decode()
            assert not {each for each in sums if each in told}, (post, shown)


def test_the_scan_of_a_paper_of_money_is_seen_by_those_who_may_read_the_paper(world):
    cast = world.cast
    paper = Paper.objects.get(pk=world.thing["issued_change"].paper_id)
    kept = scans.offer(
        paper,
        role=unsigned_roles(paper)[0].role,
        name="陈静",
        file=sites.picture(),
        by=cast.customer_manager,
        at=cast.at,
    )
    site = Project.objects.get(dossier=paper.dossier)
    for post in ("quality_inspector", "cs_officer"):
        person = world.person[post]
        assert (
            paper.kind in reach.hidden_kinds(person) and Project.objects.visible_to(person).filter(pk=site.pk).exists()
        )
        assert world.client(person).get(reverse("file", args=[kept.public_id])).status_code == 404, post
        assert (
            str(kept.public_id)
            not in world.client(person).get(reverse("projects:file", args=[site.ref])).content.decode()
        )
    assert world.client(cast.project_manager).get(reverse("file", args=[kept.public_id])).status_code == 200


def test_no_page_of_a_person_is_kept_between_and_signing_out_empties_the_browser(world):
    client = world.client(world.cast.designer)
    for address in ("/", "/leads/", f"/leads/{world.lead['assigned'].ref}/", "/papers/", "/search/?q=陈"):
        assert {"private", "no-store"} & set(client.get(address)["Cache-Control"].replace(" ", "").split(",")), address
    assert client.post(reverse("logout"))["Clear-Site-Data"] == '"cache"'


# --- settings of a server ---------------------------------------------------------------------------------------------------


def server(**more: str) -> Any:
    """The settings of a server of one's own, loaded in a process of its own."""
    told = {
        "PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": "k9" * 40, "ALLOWED_HOSTS": "jc.example.com",
        "DATABASE_URL": "postgres://w:x@127.0.0.1:1/jc", "DATABASE_OWNER_URL": "postgres://o:x@127.0.0.1:1/jc", **more,
    }  # fmt: skip
    shown = "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS >= 31536000, s.DEBUG"
    ask = f"import django; django.setup(); from django.conf import settings as s; print({shown})"
    return subprocess.run(
        [sys.executable, "-c", ask],
        cwd=conf.BASE_DIR,
        env=told,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_server_of_ones_own_is_closed_by_default():
    answer = server()
    assert answer.stdout.split() == ["True", "True", "True", "True", "False"], answer.stderr


@pytest.mark.parametrize(
    "more",
    [{"ALLOWED_HOSTS": "*"}, {"ALLOWED_HOSTS": "jc.example.com,*"}, {"ALLOWED_HOSTS": "."}, {"SECRET_KEY": "short"}],
)
def test_a_server_of_ones_own_does_not_start_with_open_hosts_or_a_weak_secret(more):
    answer = server(**more)
    assert answer.returncode != 0 and next(iter(more)) in answer.stderr
