"""versions of people, of what people know of a risk, and of subscriptions"""

import sqlalchemy as sa
from alembic import op

revision = "0029_versions"
down_revision = "0028_sealed_words"
branch_labels = None
depends_on = None

_TABLES = ("users", "case_risks", "webhook_subscriptions")


def upgrade() -> None:
    """Apply; what is there is in its first version."""
    for table in _TABLES:
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    """Take back."""
    for table in _TABLES:
        op.drop_column(table, "version")
