"""until when a graded case is decided on and settled"""

import sqlalchemy as sa
from alembic import op

revision = "0026_risk_limits"
down_revision = "0025_channels"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; cases that were graded before get these limits when they are graded graver."""
    with op.batch_alter_table("case_risks") as table:
        table.add_column(sa.Column("graded_at", sa.DateTime()))
        table.add_column(sa.Column("decide_due_at", sa.DateTime()))
        table.add_column(sa.Column("decided_at", sa.DateTime()))
        table.add_column(
            sa.Column("decided_by", sa.Integer(), sa.ForeignKey("users.id", name="fk_case_risks_decided_by"))
        )
        table.add_column(sa.Column("decision", sa.String()))
        table.add_column(sa.Column("undecided_told", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("settle_due_at", sa.DateTime()))
        table.add_column(sa.Column("unsettled_told", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.create_index("ix_case_risks_decide_due_at", ["decide_due_at"])
        table.create_index("ix_case_risks_settle_due_at", ["settle_due_at"])


def downgrade() -> None:
    """Take back; what was decided stays in the events."""
    with op.batch_alter_table("case_risks") as table:
        table.drop_index("ix_case_risks_settle_due_at")
        table.drop_index("ix_case_risks_decide_due_at")
        for name in ("graded_at", "decide_due_at", "decided_at", "decided_by", "decision", "undecided_told",
                     "settle_due_at", "unsettled_told"):  # fmt: skip
            table.drop_column(name)
