"""A refusal of what was asked for by name reaches whoever asked, word for word; any other error does not."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ccr_rules import Engine, Evaluation, Plugins, UsageError
from ccr_rules.errors import PluginFailed
from ccr_rules.hosting import Delivery, Form, hookimpl

PATIENT = {"resourceType": "Patient", "id": "p1"}


class Refusing:
    """A plugin that raises what it was made with, whatever is asked of it."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    @hookimpl
    def ccr_forms(self) -> Sequence[Form]:
        return [Form("letter", "delivery", "A letter")]

    @hookimpl
    def ccr_deliver(
        self, evaluation: Evaluation, form: str, patient: Mapping[str, Any], options: Mapping[str, Any]
    ) -> Delivery:
        raise self.error


def deliver(error: Exception) -> None:
    plugins = Plugins.of({"refusing": Refusing(error)})
    evaluation = Engine.hosting(plugins).evaluate(PATIENT, "2026-11-21")
    try:
        plugins.deliver(evaluation, "letter")
    finally:
        plugins.close()


def test_a_refusal_says_why() -> None:
    with pytest.raises(UsageError, match=r"^refused: the invitations are paused$"):
        deliver(UsageError("refused: the invitations are paused"))


def test_a_failure_that_the_plugin_states_is_passed_on() -> None:
    with pytest.raises(PluginFailed, match=r"^nobody knows whether it was sent$"):
        deliver(PluginFailed("nobody knows whether it was sent"))


def test_the_message_of_any_other_error_is_kept_back() -> None:
    with pytest.raises(PluginFailed, match=r"^refusing: ccr_deliver raised ValueError at .* line \d+$"):
        deliver(ValueError("Ann Example"))
