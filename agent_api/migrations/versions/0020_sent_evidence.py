"""evidence that the citizen sent by the public page: added by none of the people"""

import sqlalchemy as sa
from alembic import op

revision = "0020_sent_evidence"
down_revision = "0019_audit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("evidence") as batch_op:
        batch_op.alter_column("added_by", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    """Take back; what citizens sent is no evidence any more, its files stay."""
    op.execute("DELETE FROM evidence WHERE added_by IS NULL")
    with op.batch_alter_table("evidence") as batch_op:
        batch_op.alter_column("added_by", existing_type=sa.Integer(), nullable=False)
