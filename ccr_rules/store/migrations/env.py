"""What Alembic runs: on the connection that `ccr_rules.store.migrating` opened, in its transaction."""

from alembic import context

from ccr_rules.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
