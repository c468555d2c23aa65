"""How a service is set up: read once, from a TOML file and the environment, and then unchanging.

Every key of `Settings` that is one value can also stand in the environment: `CCR_` and the key in capitals.
The environment comes before the file. Secrets (the URL of a database with a password) stand in the
environment, or in a file of their own that `<key>_file` names.
"""

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from ccr_rules.engine import EvaluatorName
from ccr_rules.errors import UsageError
from ccr_rules.language.report import nearest
from ccr_rules.record.profiles import PROFILES
from ccr_rules.store.place import chosen_url

Scope = Literal["ccr/evaluate", "ccr/read", "ccr/admin"]
"""What a caller may do: have records evaluated; read rulesets and metrics; reload rulesets."""

EVALUATE: Scope = "ccr/evaluate"
READ: Scope = "ccr/read"
ADMIN: Scope = "ccr/admin"

Positive = Annotated[int, Meta(gt=0)]
Seconds = Annotated[float, Meta(gt=0)]
Word = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:/@-]{1,100}$")]
"""A name that may stand in logs and metrics."""

ENVIRONMENT = "CCR_"
CONFIG = "CCR_CONFIG"
DEV_CLIENT = "dev"


class ApiKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A key of plain JSON. Only its salted digest is here: `ccr key new` prints both."""

    client: Word
    id: Word
    hash: str
    scopes: tuple[Scope, ...] = (EVALUATE, READ)
    tenant: Word | None = None


class Issuer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody whose signed tokens count: a CDS Hooks client, or a server of OAuth 2.

    `jwks` is a file with its public keys; `jkus` are addresses from which they may be fetched instead.
    A CDS Hooks client signs for one address (`aud` is the URL called), with ES384 or RS384; an OAuth 2 server
    for an `audience`, with one of `algorithms`.
    """

    issuer: str
    kind: Literal["cds-hooks", "oauth2"] = "cds-hooks"
    client: Word | None = None
    jwks: str | None = None
    jkus: tuple[str, ...] = ()
    audience: str | None = None
    algorithms: tuple[Literal["ES256", "ES384", "RS256", "RS384"], ...] = ("ES384", "RS384")
    tenants: tuple[Word, ...] = ()
    scopes: tuple[Scope, ...] = (EVALUATE,)


class Certificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A client whose certificate a proxy has checked; `fingerprint` is what the proxy's header says."""

    client: Word
    fingerprint: str
    scopes: tuple[Scope, ...] = (EVALUATE, READ)
    tenant: Word | None = None


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that can be set; docs/service.md tells of each key."""

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8765
    workers: Positive = 1
    dev: bool = False
    public_url: str = ""
    database_url: str = ""
    store_key: str = ""
    store_seconds: Seconds = 2.0
    require_store: bool = False
    keep_records: bool = False
    rulesets: tuple[str, ...] = ()
    reload_seconds: Annotated[float, Meta(ge=0)] = 10.0
    engines: tuple[EvaluatorName, ...] = ("reference",)
    max_body_bytes: Positive = 8 * 2**20
    max_line_bytes: Positive = 8 * 2**20
    body_seconds: Seconds = 20.0
    evaluation_seconds: Seconds = 10.0
    inline_bytes: Annotated[int, Meta(ge=0)] = 512 * 2**10
    rate_per_second: Annotated[float, Meta(ge=0)] = 100.0
    rate_burst: Positive = 200
    host_profile: str = ""
    fhir_servers: tuple[str, ...] = ()
    fhir_seconds: Seconds = 5.0
    panel_url: str = ""
    cors_origins: tuple[str, ...] = ()
    token_seconds: Positive = 300
    skew_seconds: Annotated[int, Meta(ge=0, le=300)] = 30
    jwks_seconds: Seconds = 600.0
    trusted_proxies: tuple[str, ...] = ()
    certificate_header: str = ""
    api_keys: tuple[ApiKey, ...] = ()
    issuers: tuple[Issuer, ...] = ()
    certificates: tuple[Certificate, ...] = ()

    @property
    def store_url(self) -> str:
        """The database of decisions: by default the user's own file. Raises UsageError."""
        return chosen_url(self.database_url, {})

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders of further rulesets."""
        return tuple(map(Path, self.rulesets))

    @property
    def has_callers(self) -> bool:
        """Whether anybody may call."""
        return bool(self.api_keys or self.issuers or self.certificates)


_PATHS = ("rulesets",)
_LISTS = ("api_keys", "issuers", "certificates")
_TYPES = {field.encode_name: field.type for field in msgspec.structs.fields(Settings)}
_OTHER = frozenset({CONFIG, "CCR_CACHE", "CCR_TRACEBACK", "CCR_SERVE_PARENT"})
"""Other variables of ccr-rules, which are no settings of the service."""


def read_settings(
    environment: Mapping[str, str] | None = None,
    config: Path | None = None,
    given: Mapping[str, Any] | None = None,
) -> Settings:
    """Return the settings: what was given on the command line, else of the environment, else of the file.

    Raises UsageError, with the key and what to do, for whatever does not fit.
    """
    variables = os.environ if environment is None else environment
    path = config or (Path(variables[CONFIG]) if variables.get(CONFIG) else None)
    values = _of_file(path) if path else {}
    values |= _of_environment(variables)
    values |= given or {}
    return checked(_converted(values, str(path) if path else "the settings"))


def _of_file(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}; name the file of settings") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not TOML: {error}") from None
    for name in values:
        if name not in _TYPES and name.removesuffix("_file") not in _TYPES:
            hint = nearest(name, tuple(_TYPES)) or "docs/service.md lists the keys"
            raise UsageError(f"{path}: there is no key {name}; {hint}")
    if "store_key" in values:
        raise UsageError(
            f"{path}: store_key is a secret; put it into CCR_STORE_KEY, or into a file that store_key_file "
            f"names"
        )
    if _has_password(str(values.get("database_url", ""))):
        raise UsageError(
            f"{path}: database_url holds a password; put the URL into CCR_DATABASE_URL, or into a file "
            f"that database_url_file names"
        )
    return _with_places(_without_files(values, path.parent), path.parent)


def _with_places(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return the values of a file; paths in it start from where the file stands."""
    for name in _PATHS:
        if isinstance(values.get(name), list):
            values[name] = [str(folder / str(each)) for each in values[name]]
    for issuer in values["issuers"] if isinstance(values.get("issuers"), list) else ():
        if isinstance(issuer, dict) and isinstance(issuer.get("jwks"), str):
            issuer["jwks"] = str(folder / issuer["jwks"])
    return values


def _without_files(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return the values with what stands in files of their own (`<key>_file`)."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        key = name.removesuffix("_file")
        if key == name:
            found[name] = value
            continue
        try:
            found[key] = (folder / str(value)).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise UsageError(f"{name}: the file that it names cannot be read") from None
    return found


def _of_environment(variables: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for variable, text in variables.items():
        if not variable.startswith(ENVIRONMENT) or variable in _OTHER:
            continue
        name = variable.removeprefix(ENVIRONMENT).lower()
        key = name.removesuffix("_file")
        if key not in _TYPES or key in _LISTS:
            _refuse_misspelt(variable, name)
            continue
        given[name] = text if key != name else _typed(variable, text, _TYPES[key])
    return _without_files(given, Path())


def _refuse_misspelt(variable: str, name: str) -> None:
    """Refuse a variable that looks like a setting and is none; others may belong to somebody else."""
    if get_close_matches(name, _TYPES, n=1, cutoff=0.8):
        raise UsageError(f"{variable}: there is no such setting; {nearest(name, tuple(_TYPES))}")


def _typed(variable: str, text: str, type_: Any) -> Any:
    """Return the value of a variable; a list is written with commas."""
    value: Any = text
    if type_ is bool:
        value = {"1": True, "true": True, "0": False, "false": False}.get(text.lower(), text)
    elif getattr(type_, "__origin__", None) is tuple:
        value = [each.strip() for each in text.split(",") if each.strip()]
    try:
        return msgspec.convert(value, type_, strict=False)
    except msgspec.ValidationError as fault:
        raise UsageError(f"{variable}: {fault}; docs/service.md says what it takes") from None


def _converted(values: dict[str, Any], place: str) -> Settings:
    try:
        return msgspec.convert(values, Settings)
    except msgspec.ValidationError as fault:
        raise UsageError(f"{place}: {fault}; docs/service.md lists the keys") from None


def checked(settings: Settings) -> Settings:
    """Return settings that fit together. Raises UsageError."""
    _check_address("public_url", settings.public_url, settings.dev)
    _check_address("panel_url", settings.panel_url, settings.dev)
    for server in settings.fhir_servers:
        _check_address("fhir_servers", server, settings.dev)
    if settings.host_profile and settings.host_profile not in PROFILES:
        hint = nearest(settings.host_profile, tuple(PROFILES)) or f"there are {', '.join(PROFILES)}"
        raise UsageError(f"host_profile: there is no profile {settings.host_profile}; {hint}")
    if settings.keep_records and not settings.store_key:
        raise UsageError("keep_records: records are kept only sealed, so there must be a key: CCR_STORE_KEY")
    if settings.certificates and not (settings.trusted_proxies and settings.certificate_header):
        raise UsageError(
            "certificates: they are checked by a proxy, so say who that is (trusted_proxies) and where it "
            "puts the fingerprint (certificate_header)"
        )
    for number, issuer in enumerate(settings.issuers):
        _check_issuer(f"issuers[{number}]", issuer, settings)
    for number, key in enumerate(settings.api_keys):
        if key.hash.count("$") != 2 or not key.hash.startswith("sha256$"):
            raise UsageError(f"api_keys[{number}].hash: not a digest of a key; `ccr key new` prints one")
    if len({key.id for key in settings.api_keys}) < len(settings.api_keys):
        raise UsageError("api_keys: two of them have the same id; `ccr key new` makes one that is not used")
    if len({issuer.issuer for issuer in settings.issuers}) < len(settings.issuers):
        raise UsageError("issuers: two of them have the same issuer; write one, with all its tenants")
    return settings


def _check_issuer(place: str, issuer: Issuer, settings: Settings) -> None:
    if not (issuer.jwks or issuer.jkus):
        raise UsageError(f"{place}: its public keys are missing; name their file (jwks) or address (jkus)")
    for address in issuer.jkus:
        _check_address(f"{place}.jkus", address, settings.dev)
    if issuer.kind == "oauth2" and not issuer.audience:
        raise UsageError(f"{place}: an OAuth 2 server needs the audience of its tokens (audience)")
    if issuer.kind == "cds-hooks" and not settings.public_url:
        raise UsageError(
            f"{place}: its tokens are made for one address, so the service must know its own: public_url"
        )


def _check_address(name: str, address: str, dev: bool) -> None:
    if not address:
        return
    parts = urlsplit(address)
    allowed = ("https", "http") if dev else ("https",)
    if parts.scheme not in allowed or not parts.netloc or parts.query or parts.fragment:
        raise UsageError(f"{name}: {address} is no {' or '.join(allowed)} address; write https://…")


def _has_password(url: str) -> bool:
    try:
        return urlsplit(url).password is not None
    except ValueError:
        return True
