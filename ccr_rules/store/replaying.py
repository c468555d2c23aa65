"""A decision put to the engine again: is the answer the same, and if not, why."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from ccr_rules.engine import Engine
from ccr_rules.errors import UsageError
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.store.keeping import parts_of
from ccr_rules.store.kept import Question, RulesetAsked, StoredDecision
from ccr_rules.store.store import Store
from ccr_rules.store.text import sha256

HOST_LOST: Final = "host: what it passed along to plugins is not kept, and they are told nothing now"


class Replay(msgspec.Struct, frozen=True):
    """What came of putting a decision again.

    `changed` says what is otherwise than it was: the record, the rulesets, the codelists, the program.
    `differs` names the parts of the answer that are not as they were. `cannot tell`: it could not be put
    again, since something that it rested on is no longer there.
    """

    decision: str
    outcome: Literal["same", "different", "cannot tell"]
    changed: tuple[str, ...]
    differs: tuple[str, ...] = ()


def replay(store: Store, engine: Engine, id_: str, program: str, received: bytes | None = None) -> Replay:
    """Put a decision again, with the record that was kept or with `received`.

    `id_` is that of the store or of the evaluation, `program` this version of ccr-rules. Raises UsageError
    if there is no such decision, or no record; RecordError if the record cannot be used.
    """
    decision = store.decision(id_)
    if decision is None:
        raise UsageError(f"there is no decision {id_} in this store; it may have been removed since")
    data = received if received is not None else decision.input
    if data is None:
        raise UsageError(f"the record of decision {decision.id} is not kept; name it with --input FILE")
    return _Again(store, engine, decision).put(data, program)


@dataclass(frozen=True, slots=True)
class _Again:
    store: Store
    engine: Engine
    decision: StoredDecision

    def put(self, data: bytes, program: str) -> Replay:
        question = self.decision.question
        found = {each.reference: self._ruleset(each) for each in question.rulesets}
        changed = [*self._around(data, program), *_rulesets_changed(question, found)]
        if not all(found.values()):
            return Replay(self.decision.id, "cannot tell", tuple(changed))
        evaluation = self._evaluate(data, self._releases([each for each in found.values() if each]))
        changed += [*self._patient_changed(evaluation), *_codelists_changed(question, evaluation)]
        changed += [*self._plugins_changed(evaluation), *self._host_lost(evaluation)]
        if sha256(evaluation.to_json()) == self.decision.answer_digest:
            return Replay(self.decision.id, "same", tuple(changed))
        differs = self.store.differing(self.decision, parts_of(evaluation))
        return Replay(self.decision.id, "different", tuple(changed), differs)

    def _ruleset(self, asked: RulesetAsked) -> Ruleset | None:
        try:
            found = self.engine.library.find(asked.reference)
        except UsageError:
            return None
        return found if found.version == asked.version else None

    def _around(self, data: bytes, program: str) -> Iterator[str]:
        if sha256(data) != self.decision.input_digest:
            yield "record: it is not byte for byte the one that came then"
        if program != self.decision.program:
            yield f"program: ccr-rules {self.decision.program} then, {program} now"

    def _patient_changed(self, evaluation: Evaluation) -> Iterator[str]:
        tenant = self.decision.caller.tenant
        if not self.store.is_about(self.decision.id, tenant, evaluation.record.reference):
            yield "record: it is about another patient"

    def _plugins_changed(self, evaluation: Evaluation) -> Iterator[str]:
        then, now = self.decision.plugins, evaluation.hosted.plugins
        if then != now:
            yield f"plugins: {', '.join(then) or 'none'} then, {', '.join(now) or 'none'} now"

    def _host_lost(self, evaluation: Evaluation) -> Iterator[str]:
        asked = self.decision.question.asked
        took_part = self.decision.plugins or evaluation.hosted.plugins
        if took_part and asked.had_host and asked.host is None:
            yield HOST_LOST

    def _releases(self, rulesets: list[Ruleset]) -> dict[str, str]:
        """Return the releases to ask for: those of then, where the library has them and they are one.

        A codelist of which two rulesets used two releases is left to the rulesets, which name them.
        """
        used: dict[str, set[str]] = {}
        for each in self.decision.question.rulesets:
            for name, release in each.releases.items():
                used.setdefault(name, set()).add(release)
        return {
            name: release for name, (release, *more) in used.items() if not more and self._has(name, release)
        }

    def _has(self, name: str, release: str) -> bool:
        try:
            self.engine.library.check_releases({name: release})
        except UsageError:
            return False
        return True

    def _evaluate(self, data: bytes, releases: dict[str, str]) -> Evaluation:
        question, asked = self.decision.question, self.decision.question.asked
        return self.engine.evaluate(
            data,
            question.as_of,
            known_on=question.known_on,
            profile=asked.profile,
            supplied=asked.supplied,
            consultation=asked.consultation,
            responses=question.responses,
            rulesets=[each.reference for each in question.rulesets],
            releases=releases,
            version=asked.version,
            strict=asked.strict,
            engine=asked.engine,
            host=asked.host,
        )


def _rulesets_changed(question: Question, found: dict[str, Ruleset | None]) -> Iterator[str]:
    if not found:
        yield "rulesets: none was in force then; those of the day are asked now"
    for asked in question.rulesets:
        ruleset = found[asked.reference]
        if ruleset is None:
            yield f"ruleset: {asked.reference} is not in the library; name its folder with --rulesets"
        elif ruleset.digest != asked.digest:
            yield f"ruleset: {asked.reference} is not what it was under that version"


def _codelists_changed(question: Question, evaluation: Evaluation) -> Iterator[str]:
    before = {each.reference: each for each in question.rulesets}
    changed = {
        name: _release_changed(name, asked.releases.get(name, "none"), now.releases[name])
        for now in evaluation.results
        if (asked := before.get(now.ruleset.reference))
        for name, digest in now.codelist_digests.items()
        if asked.codelists.get(name) != digest
    }
    yield from changed.values()


def _release_changed(name: str, then: str, now: str) -> str:
    if then == now:
        return f"codelist: {name} is not what it was in release {now}"
    return f"codelist: {name} of {then} then, of {now} now"
