"""webhook subscriptions"""

import sqlalchemy as sa
from alembic import op

revision = "0023_webhook_subscriptions"
down_revision = "0022_empty_drafts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; who subscribes is told of what happens from now on."""
    op.create_table(
        "webhook_subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(256), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_delivered_at", sa.DateTime(), nullable=True),
        sa.Column("last_failed_at", sa.DateTime(), nullable=True),
        sa.Column("last_error", sa.String(500), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_webhook_subscriptions_owner_id_users"),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name="fk_webhook_subscriptions_centre_id_centres"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_subscriptions"),
    )
    op.execute("INSERT INTO followers (name, position) SELECT 'webhooks', COALESCE(MAX(id), 0) FROM events")


def downgrade() -> None:
    """Take back."""
    op.execute("DELETE FROM followers WHERE name = 'webhooks'")
    op.drop_table("webhook_subscriptions")
