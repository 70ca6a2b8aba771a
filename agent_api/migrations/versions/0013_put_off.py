"""an utterance's better text can be put off"""

import sqlalchemy as sa
from alembic import op

revision = "0013_put_off"
down_revision = "0012_documents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("utterances", sa.Column("put_off", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("utterances") as batch_op:
        batch_op.drop_column("put_off")
