"""cases that name the same barcode are found by it"""

import sqlalchemy as sa
from alembic import op

revision = "0027_barcodes"
down_revision = "0026_risk_limits"
branch_labels = None
depends_on = None

_SOME = sa.text("barcode <> ''")


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_cases_barcode", "cases", ["barcode"], sqlite_where=_SOME, postgresql_where=_SOME)


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_cases_barcode", "cases")
