"""cases that came in a sheet are graded apart from all others"""

from alembic import op

revision = "0038_risk_of_imports"
down_revision = "0037_prompt_versions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; what came before is graded with the others."""
    op.execute("INSERT INTO followers (name, position) SELECT 'risk-imports', COALESCE(MAX(id), 0) FROM events")


def downgrade() -> None:
    """Take back; what waits to be graded is left as it is."""
    op.execute("DELETE FROM followers WHERE name = 'risk-imports'")
