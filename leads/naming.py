"""How a customer is called without being named in full."""

from __future__ import annotations

DOUBLE = frozenset(
    (
        "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒", "令狐", "长孙", "宇文", "司空", "夏侯", "轩辕", "端木",
        "百里", "南宫", "独孤", "西门", "东郭", "闻人", "呼延", "澹台", "申屠", "太史", "公冶", "宗政", "濮阳",
    )
)  # fmt: skip


def surname(name: str) -> str:
    """The family name: one Chinese character (two of the double ones), of other names the first word."""
    if name[:2] in DOUBLE:
        return name[:2]
    return name[:1] if name and ord(name[0]) > 0x2E7F else name.split(" ")[0]
