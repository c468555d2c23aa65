"""The tables. The migrations make them; a test compares the two."""

from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect

from ccr_rules.store.moments import utc

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware moment, in UTC whatever the database makes of time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC; SQLite keeps it without its zone."""
        if value is None:
            return None
        value = utc(value)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment, aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


DIGEST = String(64)

meta = Table(
    "meta",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

decision = Table(
    "decision",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("evaluation", String(26), nullable=False),
    Column("tenant", Text, nullable=False),
    Column("client", Text, nullable=False),
    Column("patient", DIGEST, nullable=False),
    Column("endpoint", Text, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("known_on", Date, nullable=False),
    Column("engine", String(20), nullable=False),
    Column("rulesets", Text, nullable=False),
    Column("question", LargeBinary, nullable=False),
    Column("input_digest", String(71), nullable=False),
    Column("input", LargeBinary),
    Column("answer_digest", String(71), nullable=False),
    Column("parts", Text, nullable=False),
    Column("record", DIGEST, nullable=False),
    Column("plugins", Text, nullable=False),
    Column("program", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Index(None, "patient"),
    Index(None, "created"),
    Index(None, "evaluation"),
)

card = Table(
    "card",
    metadata,
    Column("id", Text, primary_key=True),
    Column("decision", String(36), ForeignKey("decision.id", ondelete="CASCADE"), nullable=False),
    Column("content", Text, nullable=False),
    Index(None, "decision"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", DIGEST, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("client", Text, nullable=False),
    Column("card", Text, nullable=False),
    Column("decision", String(36)),
    Column("patient", DIGEST),
    Column("outcome", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    Column("suggestions", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("comment", LargeBinary),
    Column("received", Moment, nullable=False),
    Index(None, "patient"),
    Index(None, "card"),
    Index(None, "received"),
)

response = Table(
    "response",
    metadata,
    Column("id", DIGEST, primary_key=True),
    Column("patient", DIGEST, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("prompt", Text, nullable=False),
    Column("review", Text, nullable=False),
    Column("ruleset", Text, nullable=False),
    Column("until", Date),
    Column("reason", Text, nullable=False),
    Column("codelist", Text, nullable=False),
    Column("day", Date),
    Column("given", Date, nullable=False),
    Column("record", DIGEST),
    Column("created", Moment, nullable=False),
    Column("withdrawn", Moment),
    Index(None, "patient"),
)

token = Table(
    "token",
    metadata,
    Column("id", DIGEST, primary_key=True),
    Column("expires", Moment, nullable=False),
    Index(None, "expires"),
)

request = Table(
    "request",
    metadata,
    Column("id", DIGEST, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("began", Moment, nullable=False),
    Column("ticket", DIGEST, nullable=False),
    Column("status", Integer),
    Column("headers", Text),
    Column("body", LargeBinary),
    Column("decision", String(36)),
    Index(None, "began"),
    Index(None, "decision"),
)
