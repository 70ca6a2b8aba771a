"""how a case came in"""

import sqlalchemy as sa
from alembic import op

revision = "0025_channels"
down_revision = "0024_marks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; of older cases, messages and what came by the public page are known, all others came by phone."""
    op.add_column("cases", sa.Column("channel", sa.String(16), nullable=False, server_default="phone"))
    op.execute(
        "UPDATE cases SET channel = 'voice_message' WHERE id IN (SELECT case_id FROM voice_messages) "
        "AND id NOT IN (SELECT case_id FROM calls WHERE agent_id IS NOT NULL AND case_id IS NOT NULL)"
    )
    op.execute(
        "UPDATE cases SET channel = 'web' WHERE id IN "
        "(SELECT case_id FROM events WHERE kind = 'case.drafted' AND actor = 'web' AND case_id IS NOT NULL)"
    )


def downgrade() -> None:
    """Take back; for new cases it stays in the events."""
    op.drop_column("cases", "channel")
