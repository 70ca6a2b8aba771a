"""the languages and dialects that people take calls in, beside the line's own"""

import sqlalchemy as sa
from alembic import op

revision = "0035_languages"
down_revision = "0034_shared_centres"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; who is there takes the line's own calls, as before."""
    op.add_column("users", sa.Column("languages", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Take back."""
    op.drop_column("users", "languages")
