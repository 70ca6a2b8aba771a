"""cases are listed in every order, and by who opened them, without reading them all"""

from alembic import op

revision = "0015_case_lists"
down_revision = "0014_case_index"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_cases_opened", "cases", ["opened_by", "status", "id"])
    op.create_index("ix_cases_updated", "cases", ["updated_at", "id"])
    op.create_index("ix_cases_due", "cases", ["due_at", "id"])
    op.create_index("ix_calls_case_id", "calls", ["case_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_calls_case_id", "calls")
    for name in ("due", "updated", "opened"):
        op.drop_index(f"ix_cases_{name}", "cases")
