"""`ccr conformance`: what it shows, what it writes, and when it does not begin."""

import json
from importlib import import_module
from pathlib import Path

import pytest

from ccr_rules.cds_hooks.conformance.cases import load_cases
from tests.cds_hooks.test_conformance import no_card_instead
from tests.cli.support import ccr
from tests.service.running import free_port, served
from tests.service.signing import ISSUER, private_key, write_key_set, write_pem
from tests.service.spoiling import spoiled

NOWHERE = "http://127.0.0.1:1"


def test_every_case_is_shown_under_its_heading_with_what_it_says(service_url: str) -> None:
    shown = ccr("conformance", service_url, "--only", "conditions-", "--only", "discovery-lists")
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    assert lines[:2] == ["Discovery", "  ok Discovery answers with the services."]
    assert '  ok Conditions that are null are not "no Conditions".' in lines
    assert lines[-1] == "6 passed, 0 failed"


def test_what_is_wrong_is_shown_with_the_id_of_the_case_and_the_exit_code_is_1(service_url: str) -> None:
    with spoiled(service_url, no_card_instead) as url:
        shown = ccr("conformance", url, "--only", "conditions-null", "--only", "no-conditions")
    assert shown.exit_code == 1
    assert '  FAIL Conditions that are null are not "no Conditions".' in shown.stdout
    assert "conditions-null: status 200, expected 412" in shown.stdout
    assert shown.stdout.splitlines()[-1] == "1 passed, 1 failed"


def test_results_can_be_had_as_json(service_url: str) -> None:
    with spoiled(service_url, no_card_instead) as url:
        written = ccr("conformance", url, "--only", "conditions-null", "--json")
    (case,) = [each for each in load_cases() if each.id == "conditions-null"]
    told = {"id": case.id, "says": case.says, "source": case.source}
    assert (written.exit_code, json.loads(written.stdout)) == (
        1,
        [told | {"faults": ["status 200, expected 412"]}],
    )


@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_a_client_signs_its_calls(tmp_path: Path, algorithm: str) -> None:
    key, port = private_key(algorithm), free_port()
    key_set = write_key_set({"one": key}, tmp_path / "keys.json")
    pem = write_pem(key, tmp_path / "key.pem")
    settings = tmp_path / "settings.toml"
    settings.write_text(
        f'dev = false\npublic_url = "https://ccr.example"\n'
        f'[[issuers]]\nissuer = "{ISSUER}"\njwks = "{key_set.name}"\n'
    )
    signing = ("--issuer", ISSUER, "--key", pem, "--key-id", "one", "--signed-for", "https://ccr.example")
    with served(tmp_path, "--config", str(settings), "--port", str(port)) as url:
        shown = ccr("conformance", url, *signing)
        assert (shown.exit_code, shown.stdout.splitlines()[-1]) == (
            0,
            f"{len(load_cases())} passed, 0 failed",
        )
        wrong = ccr("conformance", url, "--bearer", "some-token")
        assert (wrong.exit_code, "it answered 401" in wrong.stderr) == (2, True)
        assert "some-token" not in wrong.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--only", "nothing"], "--only: no case begins with nothing; docs/conformance.md lists them"),
        (["--issuer", ISSUER], "--issuer, --key and --key-id go together"),
        (["--key", "key.pem", "--key-id", "one"], "--issuer, --key and --key-id go together"),
        (["--signed-for", "https://ccr.example"], "--signed-for goes with --issuer, --key and --key-id"),
        (["--issuer", ISSUER, "--key", "none.pem", "--key-id", "one"], "none.pem: cannot be read"),
        ([], "it cannot be reached"),
    ],
)
def test_what_does_not_fit_is_a_usage_error(options: list[str], says: str) -> None:
    refused = ccr("conformance", NOWHERE, *options)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert says in " ".join(refused.stderr.split())


def test_a_key_that_cannot_sign_is_a_usage_error(tmp_path: Path) -> None:
    pem = tmp_path / "key.pem"
    pem.write_text("no key")
    refused = ccr("conformance", NOWHERE, "--issuer", ISSUER, "--key", pem, "--key-id", "one")
    assert refused.exit_code == 2
    assert "no private key of P-384 or RSA" in refused.stderr


@pytest.mark.parametrize("missing", ["httpx", "jsonschema", "jwt"])
def test_without_its_packages_it_says_which_command_installs_them(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    def without(name: str) -> object:
        if name == missing:
            raise ImportError
        return import_module(name)

    monkeypatch.setattr("ccr_rules.hosting.columns.import_module", without)
    refused = ccr("conformance", NOWHERE)
    assert refused.exit_code == 2
    assert "pip install 'ccr-rules[service]'" in refused.stderr
