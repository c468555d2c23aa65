"""Rulesets made ready to run together: compiled, with one index over their codelists."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ccr_rules.codelists.codelist import Codelist
from ccr_rules.codelists.index import CodelistIndex
from ccr_rules.evaluation.program import Program

FindCodelist = Callable[[str, str | None], Codelist]
"""Finds a codelist by name and release; no release means the newest."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rulesets that use each codelist in one release, so that a record is matched once for all of them."""

    programs: tuple[Program, ...]
    codelists: Mapping[str, Codelist]
    index: CodelistIndex
    _used: dict[Program, Mapping[str, Codelist]] = field(default_factory=dict, repr=False, compare=False)

    def used_by(self, program: Program) -> Mapping[str, Codelist]:
        """Return the codelists of one program, by name."""
        used = self._used.get(program)
        if used is None:
            used = self._used[program] = self._codelists_of(program)
        return used

    def _codelists_of(self, program: Program) -> Mapping[str, Codelist]:
        names = {use.codelist for use in program.ruleset.codelists.values()}
        return {name: codelist for name, codelist in self.codelists.items() if name in names}


def prepare(programs: Iterable[Program], find: FindCodelist) -> tuple[Group, ...]:
    """Put rulesets into groups; one that pins another release of a codelist gets a group of its own."""
    gathered: list[tuple[list[Program], dict[str, Codelist]]] = []
    for program in programs:
        uses = program.ruleset.codelists.values()
        needed = {use.codelist: find(use.codelist, use.release) for use in uses}
        for members, codelists in gathered:
            if all(codelists.get(name, codelist) == codelist for name, codelist in needed.items()):
                members.append(program)
                codelists.update(needed)
                break
        else:
            gathered.append(([program], needed))
    return tuple(_group(members, codelists, find) for members, codelists in gathered)


def _group(programs: list[Program], codelists: dict[str, Codelist], find: FindCodelist) -> Group:
    excluded = sorted({name for codelist in codelists.values() for name in codelist.excludes})
    index = CodelistIndex(
        codelists.values(), [find(name, None) for name in excluded if name not in codelists]
    )
    return Group(tuple(programs), codelists, index)
