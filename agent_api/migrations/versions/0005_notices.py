"""the outbox of notices, and where people are told"""

import sqlalchemy as sa
from alembic import op

revision = "0005_notices"
down_revision = "0004_risk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "contacts",
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("email", sa.String(512), nullable=False),
        sa.Column("mobile", sa.String(256), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("what", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("recipient", sa.String(1024), nullable=False),
        sa.Column("subject", sa.String(2000), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id"), index=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=False),
        sa.Column("claimed_by", sa.String(32), nullable=False),
        sa.Column("claimed_until", sa.DateTime()),
        sa.Column("sent_at", sa.DateTime()),
        sa.Column("error", sa.String(500), nullable=False),
    )
    op.create_index("ix_notices_due", "notices", ["state", "next_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("notices")
    op.drop_table("contacts")
