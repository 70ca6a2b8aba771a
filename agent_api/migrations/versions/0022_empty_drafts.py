"""drafts that were left empty have an index of their own, which other cases cost nothing"""

import sqlalchemy as sa
from alembic import op

revision = "0022_empty_drafts"
down_revision = "0021_tokens"
branch_labels = None
depends_on = None

_EMPTY = sa.text("status = 'draft' AND description = '' AND product = '' AND category = '' AND company = ''")


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_cases_empty", "cases", ["opened_by"], sqlite_where=_EMPTY, postgresql_where=_EMPTY)
    op.drop_index("ix_cases_opened", "cases")


def downgrade() -> None:
    """Take back."""
    op.create_index("ix_cases_opened", "cases", ["opened_by", "status", "id"])
    op.drop_index("ix_cases_empty", "cases")
