"""call-backs are planned, tried and rated; calls that go out"""

import sqlalchemy as sa
from alembic import op

revision = "0017_callbacks"
down_revision = "0016_idempotency_keys"
branch_labels = None
depends_on = None

_PEOPLE = ("assignee_id", "not_by")


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("callbacks") as batch_op:
        batch_op.add_column(sa.Column("due_at", sa.DateTime()))
        for name in _PEOPLE:
            batch_op.add_column(sa.Column(name, sa.Integer()))
            batch_op.create_foreign_key(f"fk_callbacks_{name}_users", "users", [name], ["id"])
        batch_op.add_column(sa.Column("reminded", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("tries", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column("outcome", sa.String(16), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("rating", sa.Integer()))
        batch_op.add_column(sa.Column("result", sa.String()))
        batch_op.create_index("ix_callbacks_open", ["done_at", "due_at"])
        batch_op.create_index("ix_callbacks_case", ["case_id", "done_at"])
    with op.batch_alter_table("callbacks") as batch_op:
        batch_op.alter_column("tries", server_default=None)
    op.execute("UPDATE callbacks SET outcome = 'reached' WHERE done_at IS NOT NULL")
    with op.batch_alter_table("calls") as batch_op:
        batch_op.add_column(sa.Column("direction", sa.String(4), nullable=False, server_default="in"))
        batch_op.add_column(sa.Column("callback_id", sa.Integer()))
        batch_op.create_foreign_key("fk_calls_callback_id_callbacks", "callbacks", ["callback_id"], ["id"])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("calls") as batch_op:
        batch_op.drop_constraint("fk_calls_callback_id_callbacks", type_="foreignkey")
        batch_op.drop_column("callback_id")
        batch_op.drop_column("direction")
    with op.batch_alter_table("callbacks") as batch_op:
        batch_op.drop_index("ix_callbacks_case")
        batch_op.drop_index("ix_callbacks_open")
        for name in ("result", "rating", "outcome", "tries", "reminded"):
            batch_op.drop_column(name)
        for name in _PEOPLE:
            batch_op.drop_constraint(f"fk_callbacks_{name}_users", type_="foreignkey")
            batch_op.drop_column(name)
        batch_op.drop_column("due_at")
