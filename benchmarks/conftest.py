"""Prints, under the benchmark table, the percentiles of single calls."""

import os

import pytest

os.environ["CCR_CACHE"] = "off"

PERCENTILES = pytest.StashKey[dict[str, str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[PERCENTILES] = {}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for name, words in config.stash[PERCENTILES].items():
        terminalreporter.write_line(f"{name}: {words}")
