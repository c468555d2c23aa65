"""Overlays: a local scheme adds to a locked base, changes it, or takes out of it."""

from functools import lru_cache

from ccr_rules.errors import Problem
from ccr_rules.language.building.context import Context
from ccr_rules.language.building.header import read_base
from ccr_rules.language.digest import digest_of
from ccr_rules.language.fields import Fields, Keys
from ccr_rules.language.nodes import ListNode, MapNode, Node, Pair, TextNode
from ccr_rules.language.report import Report, nearest
from ccr_rules.language.ruleset import Base
from ccr_rules.language.sections import HEADER, SECTIONS
from ccr_rules.language.text import Bases, RulesetText
from ccr_rules.language.yaml_text import read_yaml


def read_tree(source: RulesetText, report: Report) -> MapNode | None:
    """Read the text of a ruleset, or take the tree that was last made of it: overlays share their bases."""
    tree, problems = _read(source)
    report.take(problems)
    return tree


@lru_cache(maxsize=8)
def _read(source: RulesetText) -> tuple[MapNode | None, tuple[Problem, ...]]:
    report = Report()
    return read_yaml(source.text, source.file, report), report.problems()


def resolve(root: MapNode, bases: Bases, report: Report, above: tuple[str, ...] = ()) -> MapNode | None:
    """Return the tree with its base merged in; a tree without `extends` is returned as it is.

    Returns None if there is no base to merge; the report says why.
    `above` are the references of the overlays on the way to this one.
    """
    node = root.get("extends")
    if node is None:
        if "removes" in root.pairs:
            at = root.pairs["removes"].key.at
            hint = "add `extends: …` or delete it"
            report.add("unknown-key", "`removes` stands only in an overlay", at, found="removes", hint=hint)
        return root
    before = report.errors
    base = read_base(node, Context(report))
    tree = _base(base, node, bases, report, above) if report.errors == before else None
    return None if tree is None else _merge(tree, root, report)


def _base(base: Base, node: Node, bases: Bases, report: Report, above: tuple[str, ...]) -> MapNode | None:
    """Read the base, resolve it in turn, and check that it is the one that was locked."""
    reference = f"{base.ruleset}@{base.version}"
    if reference in above:
        hint = "a ruleset does not extend itself"
        report.add("base-cycle", f"{reference} extends itself", node.at, found=reference, hint=hint)
        return None
    found = bases(base.ruleset, base.version)
    if found is None:
        hint = "check the id and the version, and that the library holds it"
        report.add("unknown-base", f"there is no ruleset {reference}", node.at, found=reference, hint=hint)
        return None
    tree = read_tree(found, report)
    if tree is None:
        return None
    resolved = resolve(tree, bases, report, (*above, reference))
    if resolved is not None:
        _check_lock(base, reference, node, resolved, report)
    return resolved


def _check_lock(base: Base, reference: str, node: Node, resolved: MapNode, report: Report) -> None:
    named = "@".join(_text(resolved.get(key)) for key in ("ruleset", "version"))
    if named != reference:
        hint = "a base's file says the id and version by which it is found"
        report.add("base-mismatch", f"the base is {named}, not {reference}", node.at, found=named, hint=hint)
        return
    digest = digest_of(resolved)
    if digest != base.digest:
        message = f"{reference} has the digest {digest}, not the locked {base.digest}"
        hint = f"see what changed (`ccr ruleset diff`), then lock it again with `digest: {digest}`"
        report.add("base-digest", message, node.at, found=base.digest, hint=hint)


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, TextNode) else ""


def _merge(base: MapNode, overlay: MapNode, report: Report) -> MapNode:
    """Merge section by section; what belongs to the base alone is left behind."""
    removed = _removals(base, overlay, report)
    pairs = {key: pair for key, pair in overlay.pairs.items() if key != "removes"}
    for key, pair in base.pairs.items():
        if key in SECTIONS:
            merged = _section(pair, pairs.get(key), removed.get(key, frozenset()))
            if merged is not None:
                pairs[key] = merged
        elif key not in HEADER:
            pairs[key] = pair
    return MapNode(pairs, overlay.at)


def _removals(base: MapNode, overlay: MapNode, report: Report) -> dict[str, frozenset[str]]:
    """Read what the overlay takes out; each must be there."""
    node = overlay.get("removes")
    if node is None:
        return {}
    fields = Fields(node, "`removes`", Keys((), SECTIONS), report)
    removed = {}
    for section in SECTIONS:
        there = _ids(base.get(section))
        for name in fields.texts(section):
            if name.text not in there:
                message = f"the base has no `{name.text}` in `{section}`"
                hint = nearest(name.text, there)
                report.add("unknown-removal", message, name.at, found=name.text, hint=hint)
        removed[section] = frozenset(name.text for name in fields.texts(section))
    return removed


def _section(inherited: Pair, own: Pair | None, removed: frozenset[str]) -> Pair | None:
    """Return a section of the base with the overlay's definitions in it, or None if nothing is left.

    A section of the wrong shape is handed on as it is: the builder says what is wrong with it.
    """
    base, added = inherited.value, own.value if own else None
    if isinstance(base, MapNode) and (added is None or isinstance(added, MapNode)):
        kept = {name: pair for name, pair in base.pairs.items() if name not in removed}
        definitions = {**kept, **(added.pairs if added else {})}
        return Pair(inherited.key, MapNode(definitions, base.at)) if definitions else None
    if isinstance(base, ListNode) and (added is None or isinstance(added, ListNode)):
        sources = _sources(base.items, added.items if added else (), removed)
        return Pair(inherited.key, ListNode(sources, base.at)) if sources else None
    return inherited if own is None else own


def _sources(base: tuple[Node, ...], added: tuple[Node, ...], removed: frozenset[str]) -> tuple[Node, ...]:
    """Merge two lists of sources by id, each in the place of the first that has it."""
    replaced = {_id(item): item for item in added}
    kept = [replaced.pop(_id(item), item) for item in base if _id(item) not in removed]
    return (*kept, *(item for item in added if replaced.get(_id(item)) is item))


def _id(item: Node) -> str:
    return _text(item.get("id")) if isinstance(item, MapNode) else ""


def _ids(section: Node | None) -> list[str]:
    if isinstance(section, MapNode):
        return list(section.pairs)
    return [_id(item) for item in section.items] if isinstance(section, ListNode) else []
