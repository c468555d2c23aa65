"""What the host's plugins did in an evaluation."""

from typing import NamedTuple

from ccr_rules.evaluation.answers import PluginFault


class Withholding(NamedTuple):
    """A prompt that a plugin keeps from being shown, and why."""

    prompt: str
    ruleset: str
    plugin: str
    reason: str


class Hosted(NamedTuple):
    """The plugins that took part (`NAME@VERSION`), those that failed, and the prompts that were withheld."""

    plugins: tuple[str, ...] = ()
    faults: tuple[PluginFault, ...] = ()
    withheld: tuple[Withholding, ...] = ()

    def reason(self, prompt: str, ruleset: str) -> str | None:
        """Return why a prompt is withheld, or None if it is not."""
        for each in self.withheld:
            if (each.prompt, each.ruleset) == (prompt, ruleset):
                return f"{each.plugin}: {each.reason}"
        return None


NOBODY = Hosted()
"""No plugin took part."""
