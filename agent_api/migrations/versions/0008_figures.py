"""what callers did in trees: visits of nodes, phrases not understood"""

import sqlalchemy as sa
from alembic import op

revision = "0008_figures"
down_revision = "0007_recordings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "node_visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("tree", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(200), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("entered_ms", sa.Integer(), nullable=False),
        sa.Column("left_ms", sa.Integer(), nullable=False),
        sa.Column("exit", sa.String(200), nullable=False),
        sa.Column("to_node", sa.Boolean(), nullable=False),
        sa.Column("no_input", sa.Integer(), nullable=False),
        sa.Column("no_match", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_node_visits_call_id_calls"),
        sa.PrimaryKeyConstraint("id", name="pk_node_visits"),
    )
    op.create_index("ix_node_visits_call_id", "node_visits", ["call_id"])
    op.create_index("ix_node_visits_tree", "node_visits", ["tree", "entered_at"])
    op.create_table(
        "missed_phrases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("tree", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("said_at", sa.DateTime(), nullable=False),
        sa.Column("at_ms", sa.Integer(), nullable=False),
        sa.Column("heard", sa.String(), nullable=False),
        sa.Column("settled", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_missed_phrases_call_id_calls"),
        sa.PrimaryKeyConstraint("id", name="pk_missed_phrases"),
    )
    op.create_index("ix_missed_phrases_call_id", "missed_phrases", ["call_id"])
    op.create_index("ix_missed_phrases_tree", "missed_phrases", ["tree", "said_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("missed_phrases")
    op.drop_table("node_visits")
