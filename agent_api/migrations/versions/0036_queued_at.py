"""when a caller began to wait for a person, by which service is measured"""

import sqlalchemy as sa
from alembic import op

revision = "0036_queued_at"
down_revision = "0035_languages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; of earlier calls the event log knows."""
    op.add_column("calls", sa.Column("queued_at", sa.DateTime(), nullable=True))
    op.execute(
        "UPDATE calls SET queued_at = (SELECT MIN(events.at) FROM events"
        " WHERE events.call_id = calls.id AND events.kind = 'call.queued')"
    )
    op.create_index("ix_calls_queued_at", "calls", ["queued_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_calls_queued_at", "calls")
    op.drop_column("calls", "queued_at")
