"""What every section's builder needs: the report, the names, and readers of what sections share."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from ccr_rules.dates import Duration
from ccr_rules.language.ast import ConditionExpression, DateExpression, Place
from ccr_rules.language.expressions import read_condition, read_date_expression
from ccr_rules.language.fields import Fields, Keys, as_map
from ccr_rules.language.names import Names
from ccr_rules.language.nodes import MapNode, Node, TextNode
from ccr_rules.language.report import Report, nearest
from ccr_rules.language.rewrite import rewritten
from ccr_rules.language.ruleset import Extreme, Grounds
from ccr_rules.language.scalars import NAME, NAME_MEANT, RESERVED, read_duration

GROUNDS = ("source", "unverified", "choice")
_T = TypeVar("_T")


@dataclass(slots=True)
class Context:
    """The report and all that is known of the ruleset besides the definition that is read."""

    report: Report
    names: Names = field(default_factory=Names)
    sources: Collection[str] = ()
    codelists: Collection[str] = ()
    decline_reasons: Collection[str] = ()
    steps: Collection[str] = ()
    dates: Mapping[str, Extreme] = field(default_factory=dict)

    def fields(self, node: Node, what: str, keys: Keys) -> Fields:
        """Open a map."""
        return Fields(node, what, keys, self.report)

    def date(self, fields: Fields, key: str) -> DateExpression | None:
        """Read the date expression that a key holds."""
        node = fields.text_node(key)
        return None if node is None else read_date_expression(node, self.names, self.report)

    def condition(self, fields: Fields, key: str) -> ConditionExpression | None:
        """Read the condition that a key holds."""
        node = fields.text_node(key)
        return None if node is None else self.test(node)

    def test(self, node: TextNode) -> ConditionExpression | None:
        """Read a condition, with the identity of SEMANTICS 6 applied."""
        condition = read_condition(node, self.names, self.report)
        return None if condition is None else rewritten(condition, self.dates)

    def duration(self, fields: Fields, key: str) -> Duration:
        """Read a duration or the name of a parameter that is one."""
        node = fields.text_node(key)
        return Duration(0, "day") if node is None else self._duration(node, fields, key)

    def _duration(self, node: TextNode, fields: Fields, key: str) -> Duration:
        text = node.text.strip()
        self.names.use(text)
        value = self.names.parameters.get(text, read_duration(text))
        if isinstance(value, Duration):
            return value
        if text not in self.names.parameters or value is not None:
            hint = nearest(text, self.names.parameters) if NAME.fullmatch(text) else ""
            fields.bad(key, "a duration such as `3 months`, or a parameter that is one", hint)
        return Duration(0, "day")

    def grounds(self, fields: Fields, what: str, inherited: Grounds | None = None) -> Grounds:
        """Read where a statement is from; without any it takes the inherited grounds."""
        source = fields.text_node("source")
        if source and source.text not in self.sources:
            message = f"no source has the id `{source.text}`"
            hint = nearest(source.text, self.sources)
            self.report.add("unknown-source", message, source.at, found=source.text, hint=hint)
        if any(key in fields for key in GROUNDS):
            texts = {key: fields.text(key) or None for key in GROUNDS}
            return Grounds(texts["source"], texts["unverified"], texts["choice"])
        if inherited is None and fields.readable:
            hint = "add `source: id`, `choice: whose and why` or `unverified: why`"
            self.report.add("no-grounds", f"{what} does not say where it is from", fields.at, hint=hint)
        return inherited or Grounds()

    def alias(self, node: TextNode) -> str:
        """Read the name of a codelist used in this ruleset."""
        self.names.usage.codelists.add(node.text)
        if node.text not in self.codelists:
            message = f"`codelists` has no `{node.text}`"
            hint = nearest(node.text, self.codelists) or "name it under `codelists`"
            self.report.add("unknown-codelist", message, node.at, found=node.text, hint=hint)
        return node.text

    def review(self, fields: Fields, key: str) -> str | None:
        """Read the id of a review, or None if there is none of that name."""
        node = fields.text_node(key)
        if node is None or node.text in self.names.reviews:
            return node.text if node else None
        hint = nearest(node.text, self.names.reviews)
        message = f"no review is named `{node.text}`"
        self.report.add("unknown-name", message, node.at, found=node.text, hint=hint)
        return None

    def aliases(self, fields: Fields, key: str) -> tuple[str, ...]:
        """Read a list of codelist names."""
        return tuple(self.alias(node) for node in fields.texts(key))

    def definitions(self, root: MapNode, section: str) -> Iterator[tuple[str, Node, Place]]:
        """Yield the name, the definition and the place of each definition of a section."""
        node = root.get(section)
        found = as_map(node, f"`{section}`", self.report) if node else None
        for name, pair in (found.pairs if found else {}).items():
            if self._name_fits(name, section, pair.key):
                yield name, pair.value, pair.key.at

    def _name_fits(self, name: str, section: str, key: TextNode) -> bool:
        if not NAME.fullmatch(name):
            self.report.add("bad-name", f"not a name for `{section}`", key.at, found=name, hint=NAME_MEANT)
            return False
        if name in RESERVED:
            message = f"`{name}` has a meaning of its own"
            self.report.add("reserved-name", message, key.at, found=name, hint="choose another name")
            return False
        return True

    def read_all(
        self, root: MapNode, section: str, read: Callable[[str, Node, Place, "Context"], _T | None]
    ) -> Mapping[str, _T]:
        """Read every definition of a section; those that make no sense are left out (and reported)."""
        read_definitions = {
            name: read(name, node, at, self) for name, node, at in self.definitions(root, section)
        }
        return {name: value for name, value in read_definitions.items() if value is not None}
