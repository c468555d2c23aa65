"""Words that a ruleset must not use: it reminds and records, it does not judge or advise."""

import re
from collections.abc import Iterator

from ccr_rules.language.nodes import ListNode, MapNode, Node, TextNode
from ccr_rules.language.report import Report
from ccr_rules.language.ruleset import Ruleset

_TEXTS = frozenset({"title", "summary", "detail", "message", "display", "needs", "text", "note", "timing"})
_WITHOUT_TEXTS = frozenset({"sources", "codelists", "parameters", "let", "conditions", "extends", "removes"})
_ON_CARDS = frozenset({"prompts", "reviews", "items", "decline_reasons"})

_DISEASE = r"(?:cancers?|recurrences?|relapses?|metasta\w+|tumours?|malignan\w+)"
_DRUG = r"(?:treatment|medication|medicines?|chemotherapy|radiotherapy|therapy|dose|drugs?|tablets?)"
_PURPOSE = {
    "risk": re.compile(r"\brisks?\b|\blikelihood\b|\bprobability\b|\bchances? of\b", re.IGNORECASE),
    "prognosis": re.compile(r"\bprognos\w+|\blife expectancy\b|\bsurviv(?:al|es?)\b", re.IGNORECASE),
    "diagnosis": re.compile(
        r"\bdiagnose\b|\brule out\b|\b(?:suspect\w*|may have|might have|likely to have|suggests|"
        rf"suggestive of|signs? of|symptoms? of)\b[^.]{{0,30}}\b{_DISEASE}\b",
        re.IGNORECASE,
    ),
    "treatment advice": re.compile(
        rf"\b(?:prescribe|start|stop|increase|reduce|switch|titrate)\b[^.]{{0,30}}\b{_DRUG}\b|"
        r"\bprescribe\b|\brefer urgently\b|\burgent referral\b|\btwo[- ]week wait\b",
        re.IGNORECASE,
    ),
}
_QOF = re.compile(r"\bQOF\b|\bpoints\b", re.IGNORECASE)


def check_wording(root: MapNode, ruleset: Ruleset, report: Report) -> None:
    """Report texts outside the intended purpose, and talk of payment on cards."""
    is_qof = any(
        id_.split("-")[0] == "qof" for id_ in (ruleset.id, ruleset.base.ruleset if ruleset.base else "")
    )
    for section, pair in root.pairs.items():
        if section in _WITHOUT_TEXTS:
            continue
        for text in _texts(section, pair.value):
            _check_purpose(text, report)
            if section in _ON_CARDS and not is_qof:
                _check_qof(text, report)


def _texts(key: str, node: Node) -> Iterator[TextNode]:
    """Yield every text for people in a part of the tree."""
    if isinstance(node, TextNode):
        if key in _TEXTS:
            yield node
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from _texts("", item)
    else:
        for inner, pair in node.pairs.items():
            yield from _texts("text" if key == "words" else inner, pair.value)


def _check_purpose(node: TextNode, report: Report) -> None:
    for subject, pattern in _PURPOSE.items():
        match = pattern.search(node.text)
        if match:
            hint = "a ruleset reminds and records: say what to record or to talk about"
            at = node.place(match.start())
            report.add(
                "intended-purpose",
                f"`{match.group()}` speaks of {subject}",
                at,
                found=match.group(),
                hint=hint,
            )


def _check_qof(node: TextNode, report: Report) -> None:
    match = _QOF.search(node.text)
    if match:
        at = node.place(match.start())
        hint = "say what is good for the person; payment belongs to a QOF ruleset"
        report.add(
            "qof-words", f"`{match.group()}` on a card speaks of payment", at, found=match.group(), hint=hint
        )
