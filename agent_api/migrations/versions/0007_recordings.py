"""recordings have a state and can be held"""

import sqlalchemy as sa
from alembic import op

revision = "0007_recordings"
down_revision = "0006_prompts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("recordings", sa.Column("state", sa.String(8), nullable=False, server_default="kept"))
    op.create_table(
        "recording_holds",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("held_by", sa.String(64), nullable=False),
        sa.Column("held_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_recording_holds_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_recording_holds")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("recording_holds")
    with op.batch_alter_table("recordings") as batch_op:
        batch_op.drop_column("state")
