"""Which entries belong to a codelist: by code, by exact term, by their looks (SEMANTICS 10)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ccr_rules.codelists.codelist import Codelist, CodelistEntry, LooksLike
from ccr_rules.codelists.text import fold
from ccr_rules.errors import UsageError
from ccr_rules.exports.cql import names
from ccr_rules.exports.cql.layout import Group, Term, call, define, listed, tuple_of, written
from ccr_rules.exports.cql.names import record, value_set_name
from ccr_rules.exports.cql.text import comment, identifier, string
from ccr_rules.exports.cql.value_sets import classes_of, url_of
from ccr_rules.language.english.phrases import listed as in_words

READ: Mapping[str, str] = {
    "Condition": "Conditions",
    "Encounter": "Encounters",
    "Observation": "Observations",
    "Procedure": "Procedures",
    "Communication": "Communications",
    "ServiceRequest": "Service requests",
    "CarePlan": "Care plans",
    "DocumentReference": "Documents",
}
"""The kinds of resource that CCRRecord reads, and what it calls their entries."""

_ENTRY = "_entry.codes, _entry.texts"
_LIKENESSES = "List<Tuple { pattern String, class String, rank Integer }>"


def check_kinds(codelists: Iterable[Codelist]) -> None:
    """Check that CCRRecord reads all that some codelists count.

    Raises:
        UsageError: if an entry could be missed.
    """
    for codelist in codelists:
        unread = sorted(codelist.counts_in - READ.keys())
        if unread:
            raise UsageError(
                f"codelist {codelist.name} counts entries in {in_words(unread)}, which exported CQL does "
                f"not read: it reads {in_words(READ)}. Take them out of found_in and also_in, or use ccr "
                f"evaluate"
            )


def value_set_declarations(codelists: Iterable[Codelist], canonical: str) -> Iterator[str]:
    """Yield the declaration of each value set."""
    for codelist in codelists:
        for class_ in classes_of(codelist):
            name, url = value_set_name(codelist, class_), url_of(codelist, class_, canonical)
            yield f"valueset {identifier(name)}: {string(url)} version {string(codelist.release)}\n"


def all_entries(codelists: Iterable[Codelist]) -> str:
    """Return the definition of everything in the record that some codelist may count, as of the day."""
    kinds = {kind for codelist in codelists for kind in codelist.counts_in}
    handed_in = call(record("Handed in"), identifier("Further entries"))
    found = (*(record(READ[kind]) for kind in READ if kind in kinds), handed_in)
    sources = Group("flatten { ", found, " }")
    seen = call(record("Seen"), sources, names.AS_OF, names.RECORDED_BY, record("Born"))
    return define("All entries", seen)


def known_classes(codelist: Codelist) -> str:
    """Return what tells the members of a list by code and by exact term, whatever their kind.

    Its result are the classes by which an entry belongs to the list, the one that counts first.
    """
    by_code = [
        _row(class_, f"_codes _code where _code in {identifier(value_set_name(codelist, class_))}")
        for class_ in classes_of(codelist)
    ]
    by_term = [
        _row(entry.class_ or "", f"_texts _text where _text = {string(fold(entry.term))}")
        for entry in _ranked(codelist, codelist.terms.values())
    ]
    rows = ",\n    ".join([*by_code, *by_term])
    held = f"({{\n    {rows}\n  }}) _row where _row.holds return all _row.class"
    name = identifier(f"Known classes in {codelist.name}")
    body = held if rows else "List<String> { }"
    return f"define function {name}(_codes List<System.Code>, _texts List<String>):\n  {body}\n"


def members(codelist: Codelist) -> Iterator[str]:
    """Yield the definitions that lead to the members of a list as of the day."""
    name = codelist.name
    ranks = _ranks(codelist)
    likenesses = [_likeness(each, ranks) for each in codelist.looks_like]
    yield _constant(f"Likenesses of {name}", _LIKENESSES, likenesses)
    against = [string(pattern) for pattern in codelist.unless]
    yield _constant(f"Spoken against for {name}", "List<String>", against)
    yield "".join(f"{line}\n" for line in comment(_about(codelist))) + _members(codelist)
    missing = f"({_kinds(codelist.found_in)} except {identifier('Complete kinds')})"
    yield f"define {identifier(f'Not all of {name} was supplied')}:\n  exists {missing}\n"


def _members(codelist: Codelist) -> str:
    name = codelist.name
    known = identifier(f"Known classes in {name}")
    likenesses, against = identifier(f"Likenesses of {name}"), identifier(f"Spoken against for {name}")
    return (
        f"define {identifier(f'Members of {name}')}:\n  ({identifier('All entries')} _entry where "
        f"_entry.kind in {_kinds(codelist.counts_in)}) _entry\n    let _known: {known}({_ENTRY}),\n      "
        f"_guessed: if {_not_guessed(codelist)}\n        then List<String> { }\n        else "
        f"{record('Classes by likeness')}(_entry.texts,\n          {likenesses}, {against})\n    where "
        f"exists _known or exists _guessed\n    return all {record('Member')}(_entry, _known, _guessed)\n"
    )


def _not_guessed(codelist: Codelist) -> str:
    """Return when an entry's looks do not matter: it is in the list, or in one that the list excludes."""
    excluded = (f"exists {identifier(f'Known classes in {name}')}({_ENTRY})" for name in codelist.excludes)
    return "\n          or ".join(["exists _known", *excluded])


def _about(codelist: Codelist) -> str:
    kinds = in_words(kind for kind in READ if kind in codelist.counts_in)
    return f"{codelist.title}: the codelist {codelist.name}, release {codelist.release}; found in {kinds}."


def _kinds(kinds: frozenset[str]) -> str:
    return written(listed(string(kind) for kind in READ if kind in kinds), 0)


def _row(class_: str, search: str) -> str:
    return f"Tuple {{ class: {string(class_)}, holds: exists ({search}) }}"


def _constant(name: str, type_: str, parts: Sequence[Term]) -> str:
    return define(name, listed(parts) if parts else f"{type_} {{ }}")


def _likeness(likeness: LooksLike, ranks: Mapping[str, int]) -> Term:
    class_ = likeness.class_ or ""
    pattern = string(likeness.pattern)
    return tuple_of(**{"pattern": pattern, "class": string(class_), "rank": str(ranks[class_])})


def _ranks(codelist: Codelist) -> dict[str, int]:
    """Return the place of each class, as `Codelist.preferred` orders them; no class comes last."""
    return {class_: number for number, class_ in enumerate((*codelist.classes, ""))}


def _ranked(codelist: Codelist, entries: Iterable[CodelistEntry]) -> list[CodelistEntry]:
    ranks = _ranks(codelist)
    return sorted(entries, key=lambda entry: (ranks[entry.class_ or ""], entry.term))
