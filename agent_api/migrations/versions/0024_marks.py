"""marks that callers give in surveys"""

import sqlalchemy as sa
from alembic import op

revision = "0024_marks"
down_revision = "0023_webhook_subscriptions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(200), nullable=False),
        sa.Column("question", sa.String(64), nullable=False),
        sa.Column("mark", sa.String(1), nullable=False),
        sa.Column("scale", sa.String(12), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_marks_call_id_calls"),
        sa.ForeignKeyConstraint(["agent_id"], ["users.id"], name="fk_marks_agent_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_marks"),
    )
    op.create_index("ix_marks_given", "marks", ["given_at"])
    op.create_index("ix_marks_call_id", "marks", ["call_id"])


def downgrade() -> None:
    """Take back; that marks were given stays in the events."""
    op.drop_table("marks")
