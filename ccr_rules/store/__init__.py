"""What the service keeps: decisions, feedback, snoozes, tokens seen. SQLite by default, PostgreSQL by URL.

Without the packages of the extra `service` it cannot be imported: MissingExtraError says what to install.
"""

from ccr_rules.hosting.columns import need

for _module in ("sqlalchemy", "alembic", "cryptography"):
    need(_module, "service")
