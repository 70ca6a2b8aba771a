"""prompts have versions: who records one anew says which they knew"""

import sqlalchemy as sa
from alembic import op

revision = "0037_prompt_versions"
down_revision = "0036_queued_at"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("prompts", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    """Take back."""
    op.drop_column("prompts", "version")
