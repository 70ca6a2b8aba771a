"""versions of where people are told, and of call-backs"""

import sqlalchemy as sa
from alembic import op

revision = "0032_more_versions"
down_revision = "0031_decisions"
branch_labels = None
depends_on = None

_TABLES = ("contacts", "callbacks")


def upgrade() -> None:
    """Apply; what is there is in its first version."""
    for table in _TABLES:
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    """Take back."""
    for table in _TABLES:
        op.drop_column(table, "version")
