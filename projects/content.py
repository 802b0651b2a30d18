"""The frozen content of a site's papers, gathered from its rows.  Papers are Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone, translation

from core import phones
from core.money import ZERO, plain, upper
from leads.choices import Trade
from leads.models.quotation import CHARGED
from projects import terms
from projects.accounts import Account
from projects.choices import Milestone
from projects.papers import (
    ApplicationContent,
    ChangeContent,
    ChangeLineContent,
    ClauseText,
    Contact,
    ContactPageContent,
    ContractContent,
    DisclosureContent,
    DisclosurePoint,
    ExtraLine,
    InstalmentLine,
    KeyTermLine,
    OwedBefore,
    Party,
    Place,
    ReminderContent,
    SettledChange,
    SettledInstalment,
    SettlementContent,
    TradeLine,
    WarrantyLine,
)

WHEN = {
    Milestone.START: "合同签订后、开工前",
    Milestone.CONCEALED: "水电隐蔽、防水闭水验收合格并签字后",
    Milestone.MIDTERM: "木工收口（中期）验收合格、中期与增减项结算单签字后",
    Milestone.COMPLETION: "涂饰、竣工检查合格并签字后",
    Milestone.FINAL: "竣工验收合格、尾款结算单签字后",
    Milestone.RETENTION: "竣工验收合格、质量保证期满后",
}
REASONS = {
    "customer_add": "业主增加项目", "customer_cut": "业主减少项目", "customer_swap": "业主更换材料或样式", "site_condition": "现场条件与图不符",
    "hidden_defect": "原房隐患", "property_rule": "物业或政策要求", "design_error": "设计遗漏、图纸错误", "quote_miss": "报价漏项",
    "out_of_stock": "材料停产缺货", "late_completion": "逾期竣工违约金", "other": "其他",
}  # fmt: skip
PROMISES = (
    "每五天巡检一次，分八个环节检查，检查结果告诉您。",
    "隐蔽工程封闭前至少提前 24 小时请您到场看。",
    "增减项先签字后施工；没有您签字的项目，不施工、不收费。",
    "每一笔款只付到公司账户或门店财务柜台，当场给收据。",
    "竣工验收合格当天开始保修，不看尾款是否付清。",
)
UNDERTAKINGS = (
    "不拆改承重墙、梁、柱、楼板，不在承重墙上开洞，不拆连接阳台的砖、混凝土墙体。",
    "不改动外立面，不改动供暖、燃气管道和设施；确需改动的，另行办理批准。",
    "不把没有防水要求的房间或者阳台改为卫生间、厨房。",
    "按允许的时间施工，噪声作业避开休息时间；垃圾袋装并按指定地点堆放、清运。",
    "施工人员凭证出入，证件不得涂改、转借；延期的重新办证。",
    "动火作业另行申请，配备灭火器和监护人。",
)
ATTACHMENTS = (
    "房屋所有权证或者合法权益凭证复印件", "申请人身份证件", "装饰装修方案（平面图、水电图、项目表）", "装饰装修企业营业执照、资质证书复印件",
    "非业主申请的，业主书面同意",
)  # fmt: skip


def day(value: date) -> str:
    """2026年11月24日."""
    return f"{value.year}年{value.month}月{value.day}日"


def phone_of(customer: Any) -> str:
    """The number in full: the other side of a contract has it."""
    first = customer.phones.filter(withdrawn_at__isnull=True).order_by("position", "id").first()
    return first.number if first else ""


def number_of_signer(customer: Any, signer: str, typed: str) -> str:
    """The number by which a signer is checked (LR-38): the one that was given; without one the customer's own, if the customer signs."""
    return typed or (phone_of(customer) if signs_alone(customer.name, signer) else "")


def signs_alone(customer_name: str, signer: str) -> bool:
    """The customer signs in person; who else signs does it with a written authority (clause 10)."""
    return "".join(signer.split()) == "".join(customer_name.split())


def place_of(project: Any, *, whole_phone: bool = False) -> Place:
    number = phone_of(project.customer)
    return Place(
        project=project.ref, customer=project.customer_name, phone=number if whole_phone else phones.mask(number), address=project.address,
        area=f"{project.area_m2.normalize():f} m²" if project.area_m2 is not None else "按图纸",
    )  # fmt: skip


def trade_lines(quotation: Any) -> list[TradeLine]:
    """The charged lines of the quotation by trade, in the order in which a site meets them."""
    found: dict[str, list[Decimal]] = {}
    for trade, amount in quotation.lines.filter(CHARGED).values_list("trade", "amount"):
        found.setdefault(trade, []).append(amount)
    with translation.override("zh-hans"):
        return [TradeLine(str(Trade(t).label), len(found[t]), sum(found[t], ZERO)) for t in Trade.values if t in found]


def _extras(quotation: Any) -> list[ExtraLine]:
    """What stands beside the lines: the package at its price, management and tax."""
    package = quotation.package
    rows = (
        (f"套餐 {package.name}" if package else "", quotation.package_amount),
        (f"管理费 {quotation.management_percent.normalize():f}%", quotation.management_fee), (f"税金 {quotation.tax_percent.normalize():f}%", quotation.tax),
    )  # fmt: skip
    return [ExtraLine(name, amount) for name, amount in rows if amount]


def words_of(project: Any, *, total: Decimal, text: terms.ContractText, facts: dict[str, Any]) -> dict[str, Any]:
    """What the braces of the contract text stand for."""
    return {"total": f"{total:,.2f} 元", "total_upper": upper(total), "address": project.address, **text.rules.words(), **facts}


def contract_content(
    project: Any, *, quotation: Any, serial: str, total: Decimal, plan: terms.Plan, shares: Sequence[Decimal], deposit: Any, starts_on: date, due_on: date,
    signer: str, signer_phone: str, company_signer: str, company: Any, at: datetime,
) -> ContractContent:  # fmt: skip
    """Everything that the contract says, its clauses filled in; this text is what is signed (LR-20, LR-37)."""
    text, warranty = terms.contract_text(), terms.warranty_terms()
    signed_by = f"{signer} 本人" if signs_alone(project.customer_name, signer) else f"{signer} 持甲方书面委托书"
    days = (due_on - starts_on).days
    words = words_of(
        project, total=total, text=text,
        facts={
            "days": days, "starts_on": day(starts_on), "due_on": day(due_on), "nodes": len(plan.nodes), "quotation_ref": quotation.paper.ref,
            "area": place_of(project).area, "deposit": f"{deposit.amount:,.2f} 元" if deposit else "0.00 元",
            "deposit_ref": deposit.receipt.ref if deposit else "无", "bank_name": company.bank_name or "________",
            "bank_account": company.bank_account or "________", "company": company.name, "signer": signer, "signer_phone": signer_phone, "signed_by": signed_by,
            "warranty_start": "不以工程尾款是否付清为条件",
        },
    )  # fmt: skip
    return ContractContent(
        place=place_of(project, whole_phone=True), serial=serial, quotation=quotation.paper.ref, survey=quotation.survey.paper.ref, total=total,
        upper=upper(total), deposit=deposit.amount if deposit else ZERO, deposit_ref=deposit.receipt.ref if deposit else "",
        starts_on=starts_on, due_on=due_on, days=days, layout=project.home.layout, plan=plan.name, text_version=text.version,
        key_terms=[KeyTermLine(k.title, k.says.format(**words), at) for k in text.key_terms], trades=trade_lines(quotation), extras=_extras(quotation),
        discount=quotation.discount,
        instalments=[
            InstalmentLine(i, node.name, node.percent, amount, WHEN[Milestone(node.milestone)], node.due_days)
            for i, (node, amount) in enumerate(zip(plan.nodes, shares, strict=True), start=1)
        ],
        warranty=[WarrantyLine(t.part, t.months, t.basis) for t in warranty.terms], warranty_version=warranty.version,
        exclusions=[e.says for e in warranty.exclusions],
        clauses=[ClauseText(c.title, [p.format(**words) for p in c.paragraphs]) for c in text.clauses],
        signer=signer, signer_phone=signer_phone, company_signer=company_signer, signed_by=signed_by,
    )  # fmt: skip


def key_terms_for(project_like: Any, *, total: Decimal, plan: terms.Plan, starts_on: date, due_on: date) -> list[tuple[str, str, str]]:
    """The key terms as their own screen shows them: (code, title, sentence)."""
    text = terms.contract_text()
    words = words_of(
        project_like, total=total, text=text,
        facts={"days": (due_on - starts_on).days, "starts_on": day(starts_on), "due_on": day(due_on), "nodes": len(plan.nodes)},
    )  # fmt: skip
    return [(k.code, k.title, k.says.format(**words)) for k in text.key_terms]


def contact_page_content(project: Any, people: Iterable[tuple[str, Any, str]], company: Any) -> ContactPageContent:
    """P12: numbers that are not known yet are left for the customer to fill in."""
    contacts = [Contact(role, str(person) if person else "", person.mobile if person else "", says) for role, person, says in people]
    lines = (("服务热线", "咨询、投诉，工作日 9:00—18:00"), ("售后服务专线", "保修期内报修"))
    contacts += [Contact(role, company.name, company.hotline, says) for role, says in lines]
    return ContactPageContent(place_of(project), project.contract.paper.ref, contacts, list(PROMISES))


def disclosure_content(project: Any, *, held_at: datetime, points: Sequence[tuple[str, str, str]], problems: str, crew_leader: str) -> DisclosureContent:
    present = [
        Party(f"业主　{project.customer_name}"), Party(f"设计师　{project.designer}"), Party(f"工长　{project.foreman}"),
        Party(f"项目经理　{project.project_manager}"),
    ]  # fmt: skip
    if crew_leader:
        present.append(Party(f"班长　{crew_leader}"))
    return DisclosureContent(
        place_of(project), project.contract.paper.ref, held_at, project.starts_on, project.due_on, present,
        [DisclosurePoint(*point) for point in points], problems.strip(),
    )  # fmt: skip


def change_content(change: Any, project: Any, lines: Sequence[Any], *, days: int, account: Account, due_on: date, new_due_on: date) -> ChangeContent:
    amounts = [line.amount for line in lines]
    with translation.override("zh-hans"):
        rows = [
            ChangeLineContent(
                line.room.name if line.room else "", str(Trade(line.item.trade).label), line.item.name, line.item.unit, line.quantity,
                line.price, amount, line.note,
            )
            if line.off_list is None
            else ChangeLineContent(
                "", "报价单外", line.off_list.name, line.off_list.unit, line.quantity, line.price, amount,
                f"{line.off_list.because}；{line.off_list.decided_by} 批准",
            )
            for line, amount in zip(lines, amounts, strict=True)
        ]  # fmt: skip
    amount = sum(amounts, ZERO)
    return ChangeContent(
        place=place_of(project), contract=project.contract.paper.ref, seq=change.seq, reason=REASONS[change.reason], wish=change.wish,
        asked_on=timezone.localtime(change.at).date(), evidence=str(change.evidence.public_id), evidence_sha256=change.evidence.sha256,
        evidence_is_photo=change.evidence.kind == "photo", answer=change.answer, lines=rows,
        added=sum((a for a in amounts if a > 0), ZERO), deducted=sum((a for a in amounts if a < 0), ZERO), amount=amount, upper=upper(amount),
        days=days, due_on=due_on, new_due_on=new_due_on, contract_total=account.contract_total, changes_before=account.changes_total,
        total_after=account.owed + amount, price_list=f"{project.contract.price_list.name} 第 {project.contract.price_list.version} 版",
    )  # fmt: skip


def reminder_content(project: Any, row: Any, account: Account) -> ReminderContent:
    asked = max(row.rest - account.credit, ZERO)
    shown = [fact.paper for fact in project.facts.values() if fact.paper and fact.fact in _needs(row, project)]
    because = [WHEN[Milestone(row.milestone)]] + [f"{paper.title}　{paper.ref}" for paper in shown]
    return ReminderContent(
        place_of(project), project.contract.paper.ref, row.name, row.due, upper(asked), timezone.localtime(row.opened_at).date(), row.due_on,
        because, row.paid, asked,
    )  # fmt: skip


def _needs(row: Any, project: Any) -> set[str]:
    return set(project.contract.instalments.get(seq=row.seq).requires)


def settled_change(change: Any) -> SettledChange:
    amounts = [line.amount for line in change.lines.all()]  # read together by the settlement
    return SettledChange(
        change.seq, change.paper.ref, timezone.localtime(change.signed_at).date(), change.wish[:60],
        sum((a for a in amounts if a > 0), ZERO), sum((a for a in amounts if a < 0), ZERO), change.amount,
    )  # fmt: skip


def settlement_content(
    project: Any, account: Account, *, milestone: str, upto: int, accepted: Any, changes: Sequence[Any], extra: Decimal, due_days: int, companion: str = "",
    payments: Sequence[Any] = (),
) -> SettlementContent:  # fmt: skip
    """P29, P30, P31: what was due up to the milestone, the signed changes settled with it, what was paid, what is left."""
    rows = [row for row in account.instalments if row.seq <= upto]
    last = rows[-1].seq
    settled = [
        SettledInstalment(
            r.name, r.amount, r.changes + (extra if r.seq == last else ZERO), r.paid, max(r.due + (extra if r.seq == last else ZERO) - r.paid, ZERO)
        )
        for r in rows
    ]  # fmt: skip
    due = sum((r.amount for r in rows), ZERO)
    before = sum((r.changes for r in rows), ZERO)
    paid = sum((r.paid for r in rows), ZERO)
    balance = due + before + extra - paid - account.credit
    done = [settled_change(change) for change in changes]
    kept, left = [], max(balance, ZERO)
    for row in rows[:-1]:
        if row.due_on is not None and (part := min(row.rest, left)) > 0:
            kept.append(OwedBefore(row.name, part, row.due_on))
            left -= part
    return SettlementContent(
        place=place_of(project), contract=project.contract.paper.ref, milestone=milestone,
        accepted_on=timezone.localtime(accepted.at).date(), accepted_paper=accepted.paper.ref if accepted.paper else "",
        contract_total=account.contract_total, instalments=settled, contract_due=due, changes_before=before, changes=done,
        changes_total=extra, changes_upper=upper(extra), paid=paid, credit=account.credit, balance=balance, upper=upper(max(balance, ZERO)),
        kept=kept, due_days=due_days, companion=companion, held=account.held, held_until=next((r.due_on for r in account.instalments if r.is_retention), None),
        payments=[{"ref": p.receipt.ref, "on": p.received_on.isoformat(), "amount": plain(p.amount), "method": METHODS[p.method]} for p in payments],
    )  # fmt: skip


METHODS = {"transfer": "银行转账", "card": "刷卡", "wechat": "微信支付", "alipay": "支付宝", "cash": "现金"}


def application_content(project: Any, *, works: str, from_on: date, until_on: date, workers: int, waterproof: bool) -> ApplicationContent:
    return ApplicationContent(
        place_of(project), project.address, Party(str(project.project_manager), project.project_manager.mobile), works.strip(),
        from_on, until_on, workers, waterproof, list(UNDERTAKINGS), list(ATTACHMENTS),
    )  # fmt: skip
