"""grades of risk, clusters and warnings; followers of the event log"""

import sqlalchemy as sa
from alembic import op

revision = "0004_risk"
down_revision = "0003_trees"
branch_labels = None
depends_on = None


def _of_case() -> sa.Column[int]:
    return sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id"), primary_key=True)


def _of_user(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey("users.id"))


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("cases") as batch_op:
        batch_op.add_column(sa.Column("risk_grade", sa.String(32)))
        batch_op.create_index("ix_cases_risk_grade", ["risk_grade"])
    op.create_table(
        "followers",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
    )
    op.create_table(
        "case_risks",
        _of_case(),
        sa.Column("proposed", sa.String(32)),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("entered", sa.JSON(), nullable=False),
        sa.Column("rules_version", sa.String(64), nullable=False),
        sa.Column("corrected", sa.Boolean(), nullable=False),
        sa.Column("corrected_grade", sa.String(32)),
        sa.Column("correction_reason", sa.String(500), nullable=False),
        _of_user("corrected_by"),
        sa.Column("corrected_at", sa.DateTime()),
        sa.Column("report_due_at", sa.DateTime(), index=True),
        sa.Column("reported_at", sa.DateTime()),
        _of_user("reported_by"),
        sa.Column("overdue_told", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "risk_sightings",
        _of_case(),
        sa.Column("subject", sa.String(16), primary_key=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("city", sa.String(32), nullable=False),
        sa.Column("grade", sa.String(32)),
        sa.Column("at", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_risk_sightings_key", "risk_sightings", ["subject", "key", "at"])
    op.create_table(
        "risk_warnings",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("city", sa.String(32), nullable=False),
        sa.Column("grade", sa.String(32), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("callers", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.Column("raised_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("note", sa.String(2000), nullable=False),
        _of_user("handled_by"),
        sa.Column("handled_at", sa.DateTime()),
    )
    op.create_index("ix_risk_warnings_key", "risk_warnings", ["rule", "key", "city", "state"])
    op.create_table(
        "risk_warning_cases",
        sa.Column("warning_id", sa.Integer(), sa.ForeignKey("risk_warnings.id"), primary_key=True),
        _of_case(),
    )


def downgrade() -> None:
    """Take back."""
    for table in ("risk_warning_cases", "risk_warnings", "risk_sightings", "case_risks", "followers"):
        op.drop_table(table)
    with op.batch_alter_table("cases") as batch_op:
        batch_op.drop_index("ix_cases_risk_grade")
        batch_op.drop_column("risk_grade")
