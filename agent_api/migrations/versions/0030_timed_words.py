"""when each word of an utterance was said"""

import sqlalchemy as sa
from alembic import op

revision = "0030_timed_words"
down_revision = "0029_versions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; of what was said before it is not known."""
    op.add_column("utterances", sa.Column("words", sa.String(), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("utterances") as batch_op:
        batch_op.drop_column("words")
