"""Pinyin keys for sorting and for search by initials; surnames are read as surnames."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin

# Readings that differ when the character is a surname.
SURNAMES = {
    "曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "盖": "ge", "朴": "piao", "任": "ren", "尉": "wei",
    "区": "ou", "繁": "po", "乐": "yue", "员": "yun", "翟": "zhai", "缪": "miao", "冼": "xian", "覃": "qin", "牟": "mou",
    "柏": "bai", "逄": "pang", "晁": "chao", "谌": "chen", "华": "hua", "黑": "he", "洗": "xian", "种": "chong", "秘": "bi",
    "召": "shao", "重": "chong", "折": "she", "纪": "ji", "钭": "tou", "句": "gou", "那": "na", "哈": "ha", "过": "guo",
    "俞": "yu", "於": "yu", "长": "zhang", "万俟": "moqi", "尉迟": "yuchi", "长孙": "zhangsun", "单于": "chanyu", "澹台": "tantai",
}  # fmt: skip


def _syllables(name: str) -> list[str]:
    for length in (2, 1):
        if name[:length] in SURNAMES and len(name) > length:
            head = SURNAMES[name[:length]]
            return (
                [head, *lazy_pinyin(name[length:])]
                if length == 1
                else [head[:2], head[2:], *lazy_pinyin(name[length:])]
            )
    if name[:1] in SURNAMES:
        return [SURNAMES[name[:1]], *lazy_pinyin(name[1:])]
    return list(lazy_pinyin(name))


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """A sort key in every environment (no ICU collation is assumed): 'chen jinglan'."""
    return " ".join(s.lower() for s in _syllables(name.strip()))[:120]


@lru_cache(maxsize=4096)
def initials(text: str) -> str:
    """First letters of the syllables: 陈静兰 → cjl; latin letters and digits stay."""
    text = text.strip()
    if any("一" <= ch <= "鿿" for ch in text):
        return "".join(s[0].lower() if not s.isdigit() else s for s in _syllables(text) if s.strip())
    return "".join(s[0] for s in lazy_pinyin(text, style=Style.NORMAL) if s).lower()
