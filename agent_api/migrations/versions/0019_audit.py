"""the event log is chained, and only ever added to"""

import sqlalchemy as sa
from alembic import op

revision = "0019_audit"
down_revision = "0018_letters"
branch_labels = None
depends_on = None

_TABLES = ("events", "audit_links")


def upgrade() -> None:
    """Apply; what is there already is chained by the running hotline, which has the key."""
    op.create_table(
        "audit_links",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("previous", sa.LargeBinary(32), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_audit_links"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION only_added() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME; END$$"
        )
        for table in _TABLES:
            for name, what in (("row", "UPDATE OR DELETE"), ("all", "TRUNCATE")):
                each = "ROW" if name == "row" else "STATEMENT"
                op.execute(
                    f"CREATE TRIGGER {table}_only_added_{name} BEFORE {what} ON {table} "
                    f"FOR EACH {each} EXECUTE FUNCTION only_added()"
                )
        return
    for table in _TABLES:
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_only_added_{what.lower()} BEFORE {what} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
            )


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "postgresql":
        for name in ("row", "all"):
            op.execute(f"DROP TRIGGER events_only_added_{name} ON events")
        op.drop_table("audit_links")
        op.execute("DROP FUNCTION only_added()")
        return
    for what in ("update", "delete"):
        op.execute(f"DROP TRIGGER events_only_added_{what}")
    op.drop_table("audit_links")
