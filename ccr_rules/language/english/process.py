"""Who does what around the reviews, in plain English."""

from collections.abc import Iterator, Mapping

from ccr_rules.language.english.phrases import grounds_in_words, listed, sentence_case, spoken
from ccr_rules.language.english.sentences import Sentences
from ccr_rules.language.ruleset import Ruleset, Step


class Process:
    """Writes the steps of one ruleset."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._steps = ruleset.process
        self._say = Sentences(ruleset)

    def stages(self) -> Mapping[str, list[Step]]:
        """Return the steps by the time at which they are, in the order in which the times come first.

        So a step that an overlay adds stands with the others of its time.
        """
        stages: dict[str, list[Step]] = {}
        for step in self._steps.values():
            stages.setdefault(self.time(step), []).append(step)
        return stages

    def time(self, step: Step) -> str:
        """Return when a step is: `Before “Cancer care review”`, or its own words."""
        if step.phase and step.review:
            return sentence_case(f"{step.phase} {self._say.review(step.review)}")[:-1]
        return step.timing

    def step(self, step: Step) -> Iterator[str]:
        """Write a step: when, who, what, what it expects of others, and how it is recorded."""
        text = f"- {self.time(step)}, {_done(step)}."
        if step.expects:
            text += f" Expects that {listed(_done(self._steps[id_]) for id_ in step.expects)}."
        if step.record:
            text += f" Recorded as {listed(spoken(alias) for alias in step.record)}."
        yield f"{text} {grounds_in_words(step.grounds)}".rstrip()


def _done(step: Step) -> str:
    return f"{listed(f'the {actor}' for actor in step.who)} {step.title} ({step.id})"
