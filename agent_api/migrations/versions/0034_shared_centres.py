"""centres that two bureaux share"""

import sqlalchemy as sa
from alembic import op

revision = "0034_shared_centres"
down_revision = "0033_codes_of_clusters"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; no centre is shared yet."""
    with op.batch_alter_table("centres") as centres:
        centres.add_column(sa.Column("shared_with_id", sa.Integer(), nullable=True))
        centres.add_column(sa.Column("shared_path", sa.String(100), nullable=False, server_default=""))
        centres.create_foreign_key("fk_centres_shared_with", "centres", ["shared_with_id"], ["id"])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("centres") as centres:
        centres.drop_constraint("fk_centres_shared_with", type_="foreignkey")
        centres.drop_column("shared_path")
        centres.drop_column("shared_with_id")
