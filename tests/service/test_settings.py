"""The settings: of the command line, the environment and a file, in this order, and strict."""

from pathlib import Path
from typing import Any

import pytest

from ccr_rules.errors import UsageError
from ccr_rules.service.callers.certificates import Certificates
from ccr_rules.service.callers.keys import NewKey
from ccr_rules.service.callers.limits import Limits
from ccr_rules.service.cors import Cors
from ccr_rules.service.running import refuse
from ccr_rules.service.settings import (
    ApiKey,
    Certificate,
    Issuer,
    Settings,
    checked,
    read_settings,
)
from tests.service.support import DEV, STORE, Here, question

KEY = NewKey("ccr_00_x", "00", "sha256$00$ff")  # the same in every process
KEYS = f'[[api_keys]]\nclient = "panel"\nid = "{KEY.id}"\nhash = "{KEY.hash}"\n'
ISSUER = '[[issuers]]\nissuer = "https://emr.example"\njwks = "keys.json"\n'


def of_file(folder: Path, text: str, **environment: str) -> Settings:
    path = folder / "ccr.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings({"CCR_CONFIG": str(path), **environment})


def test_the_command_line_comes_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    text = 'port = 1\nhost = "10.0.0.1"\nworkers = 3\n'
    path = tmp_path / "ccr.toml"
    path.write_text(text, encoding="utf-8")
    settings = read_settings({"CCR_PORT": "2", "CCR_HOST": "10.0.0.2"}, path, {"host": "10.0.0.3"})
    assert (settings.host, settings.port, settings.workers) == ("10.0.0.3", 2, 3)


def test_the_environment_writes_lists_with_commas_and_words_for_yes_and_no() -> None:
    settings = read_settings(
        {
            "CCR_CORS_ORIGINS": "https://a.example, https://b.example",
            "CCR_REQUIRE_STORE": "true",
            "CCR_DEV": "0",
        }
    )
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert settings.require_store
    assert not settings.dev


def test_paths_in_a_file_start_where_it_stands(tmp_path: Path) -> None:
    settings = of_file(tmp_path, f'rulesets = ["more"]\npublic_url = "https://c.example"\n{ISSUER}')
    assert settings.folders == (tmp_path / "more",)
    assert settings.issuers[0].jwks == str(tmp_path / "keys.json")


def test_secrets_stand_in_files_of_their_own_or_in_the_environment(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://ccr:secret@db/ccr\n", encoding="utf-8")
    assert of_file(tmp_path, 'database_url_file = "url"').store_url == "postgresql://ccr:secret@db/ccr"
    named = {"CCR_DATABASE_URL_FILE": str(tmp_path / "url"), "CCR_STORE_KEY": "k"}
    assert read_settings(named).store_url.endswith("@db/ccr")
    assert read_settings(named).store_key == "k"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("porrt = 1", "there is no key porrt; did you mean `port`?"),
        ("port = ", "not TOML"),
        ('port = "1"', "Expected `int`"),
        ("port = 70000", "$.port"),
        ("workers = 0", "$.workers"),
        ("rulesets = 7", "$.rulesets"),
        ("issuers = [7]", "$.issuers[0]"),
        ("issuers = 7", "$.issuers"),
        ('database_url = "postgresql://ccr:secret@db/ccr"', "database_url holds a password"),
        ('database_url = "postgresql://[bad"', "database_url holds a password"),
        ('store_key = "x"', "store_key is a secret"),
        ('store_key_file = "nothing"', "store_key_file: the file that it names cannot be read"),
        ('public_url = "http://ccr.example"', "public_url: http://ccr.example is no https address"),
        ('public_url = "https://ccr.example?x"', "is no https address"),
        ("keep_records = true", "there must be a key: CCR_STORE_KEY"),
        (KEYS.replace("hash = ", "hashh = "), "unknown field `hashh`"),
        (KEYS.replace(KEY.hash, "plain"), "api_keys[0].hash: not a digest of a key"),
        (KEYS + KEYS, "two of them have the same id"),
        (ISSUER, "must know its own: public_url"),
        (ISSUER.replace("jwks", "client"), "its public keys are missing"),
        ('[[issuers]]\nissuer = "x"\njkus = ["http://x"]', "issuers[0].jkus: http://x is no https address"),
        (f'{ISSUER}kind = "oauth2"\n', "needs the audience"),
        (f'public_url = "https://c.example"\n{ISSUER}{ISSUER}', "two of them have the same issuer"),
        ('[[certificates]]\nclient = "x"\nfingerprint = "aa"', "trusted_proxies"),
    ],
)
def test_what_does_not_fit_is_a_usage_error_that_names_the_key(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        of_file(tmp_path, text)
    assert said in refused.value.message
    assert "secret@" not in refused.value.message


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"CCR_PORT": "eighty"}, "CCR_PORT: "),
        ({"CCR_DEV": "perhaps"}, "CCR_DEV: "),
        (
            {"CCR_REQUIRE_STOR": "1"},
            "CCR_REQUIRE_STOR: there is no such setting; did you mean",
        ),
        ({"CCR_CONFIG": "/nothing/here.toml"}, "/nothing/here.toml: cannot be read"),
    ],
)
def test_a_variable_that_does_not_fit_is_a_usage_error(environment: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_settings(environment)
    assert said in refused.value.message


def test_other_variables_are_left_alone() -> None:
    assert read_settings({"CCR_CACHE": "off", "CCR_XYZZY": "1", "HOME": "/"}) == Settings()


def test_in_dev_addresses_need_no_https() -> None:
    assert checked(Settings(dev=True, public_url="http://localhost:8765")).public_url


# ---- certificates ------------------------------------------------------------------------------------------

PROXY = Settings(
    database_url=STORE,
    reload_seconds=0,
    trusted_proxies=("127.0.0.0/8",),
    certificate_header="X-Client-Cert",
    certificates=(Certificate(client="gateway", fingerprint="AA:BB:cc"),),
    api_keys=(ApiKey(client="panel", id=KEY.id, hash=KEY.hash),),
)


@pytest.mark.parametrize(
    ("presented", "status"),
    [
        ([("X-Client-Cert", "aabbcc")], 200),
        ([("X-Client-Cert", "aa:bb:cc")], 200),
        ([("X-Client-Cert", "ddeeff")], 401),
        ([("X-Client-Cert", "aabbcc"), ("X-Client-Cert", "aabbcc")], 401),
        ([("X-Client-Cert", "")], 401),
        ([], 401),
    ],
)
def test_a_certificate_counts_if_the_proxy_says_so(presented: list[tuple[str, str]], status: int) -> None:
    with Here(PROXY) as service:
        assert service.post("/evaluate", json=question(), headers=presented).status_code == status


@pytest.mark.parametrize("trusted", [("192.0.2.0/24",), ("2001:db8::/32",)])
def test_the_header_of_anybody_but_the_proxy_is_nothing(trusted: tuple[str, ...]) -> None:
    import msgspec

    with Here(msgspec.structs.replace(PROXY, trusted_proxies=trusted)) as service:
        headers = {"X-Client-Cert": "aabbcc"}
        assert service.post("/evaluate", json=question(), headers=headers).status_code == 401


@pytest.mark.parametrize("client", [None, ("a-socket", 0)])
def test_whoever_has_no_address_is_not_the_proxy(client: Any) -> None:
    from starlette.requests import Request

    scope = {"type": "http", "headers": [(b"x-client-cert", b"aabbcc")], "client": client}
    assert Certificates(PROXY).caller(Request(scope)) is None


def test_a_proxy_that_is_no_network_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no address or network"):
        Certificates(Settings(trusted_proxies=("proxy.example",)))


# ---- limits, pages in browsers -----------------------------------------------------------------------------


def test_tokens_come_back_at_their_rate() -> None:
    now = [0.0]
    limits = Limits(2, 3, lambda: now[0])
    assert [limits.wait("a") for _ in range(4)] == [0, 0, 0, 1]
    now[0] = 0.5
    assert [limits.wait("a"), limits.wait("a")] == [0, 1]
    now[0] = 60
    assert [limits.wait("a") for _ in range(4)] == [0, 0, 0, 1]


def test_the_buckets_of_many_clients_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccr_rules.service.callers.limits.MOST_CLIENTS", 2)
    limits = Limits(1, 1, lambda: 0.0)
    assert [limits.wait(client) for client in ("a", "b", "c", "a")] == [0, 0, 0, 0]


PAGES = Settings(dev=True, database_url=STORE, reload_seconds=0, cors_origins=("https://panel.example",))


def preflight(service: Here, origin: str) -> Any:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return service.request("OPTIONS", "/evaluate", headers=headers)


def test_a_page_of_the_list_may_call() -> None:
    with Here(PAGES) as service:
        asked = preflight(service, "https://panel.example")
        assert asked.status_code == 204
        assert asked.headers["access-control-allow-origin"] == "https://panel.example"
        allowed = asked.headers["access-control-allow-headers"]
        assert all(each in allowed for each in ("authorization", "content-type", "accept"))
        answer = service.post("/evaluate", json=question(), headers={"Origin": "https://panel.example"})
        assert answer.headers["access-control-allow-origin"] == "https://panel.example"
        assert answer.headers["vary"] == "Origin"
        refused = service.post("/evaluate", json={}, headers={"Origin": "https://panel.example"})
        assert refused.headers["access-control-allow-origin"] == "https://panel.example"


def test_no_other_page_may() -> None:
    with Here(PAGES) as service:
        for origin in ("https://evil.example", "null", "https://panel.example.evil.example"):
            assert "access-control-allow-origin" not in preflight(service, origin).headers
        answer = service.get("/health", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in answer.headers
        assert service.request("OPTIONS", "/evaluate").status_code == 405


def test_without_a_list_no_page_may() -> None:
    with Here(DEV) as service:
        answer = service.get("/health", headers={"Origin": "https://panel.example"})
        assert not {"vary", "access-control-allow-origin"} & set(answer.headers)


def test_only_https_is_told_to_stay_https() -> None:
    with Here(
        Settings(dev=True, database_url=STORE, public_url="https://c.example", reload_seconds=0)
    ) as service:
        assert "strict-transport-security" in service.get("/health").headers


def test_what_is_no_request_is_let_through() -> None:
    seen = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    with Here(DEV) as service:
        service.run(Cors(inner, ())({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert seen == ["lifespan"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_dev_may_listen_on_this_machine(host: str) -> None:
    refuse(Settings(dev=True, host=host))


def test_an_issuer_says_by_default_only_what_cds_hooks_needs() -> None:
    assert Issuer(issuer="x").algorithms == ("ES384", "RS384")
