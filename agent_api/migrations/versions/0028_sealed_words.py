"""what a sealed case's caller said is kept apart as well, and letters know whether they may tell who it is"""

import sqlalchemy as sa
from alembic import op

revision = "0028_sealed_words"
down_revision = "0027_barcodes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; a letter from after its case was sealed tells nobody's name, any other may."""
    op.add_column("case_identities", sa.Column("description", sa.String(), nullable=True))
    op.add_column("case_documents", sa.Column("tells_who", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute(
        "UPDATE case_documents SET tells_who = false WHERE made_at > "
        "(SELECT sealed_at FROM case_identities WHERE case_identities.case_id = case_documents.case_id)"
    )


def downgrade() -> None:
    """Take back; the words that were kept apart are lost."""
    op.drop_column("case_documents", "tells_who")
    op.drop_column("case_identities", "description")
