"""people can be disabled, an extension is one person's, an event may be of any length"""

import sqlalchemy as sa
from alembic import op

revision = "0002_people"
down_revision = "0001"
branch_labels = None
depends_on = None

_HAS_ONE = sa.text("extension != ''")


def upgrade() -> None:
    """Apply."""
    op.add_column("users", sa.Column("disabled", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "uq_users_extension", "users", ["extension"], unique=True, sqlite_where=_HAS_ONE, postgresql_where=_HAS_ONE
    )
    op.create_index("ix_events_call", "events", ["call_id"])
    # SQLite holds texts of any length in a column of any type.
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("events", "data", type_=sa.String())


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("events", "data", type_=sa.String(20000))
    op.drop_index("ix_events_call", "events")
    op.drop_index("uq_users_extension", "users")
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_column("disabled")
