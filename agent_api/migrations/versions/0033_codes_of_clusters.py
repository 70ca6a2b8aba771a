"""divisions and companies' codes of what clusters are found by"""

import sqlalchemy as sa
from alembic import op

revision = "0033_codes_of_clusters"
down_revision = "0032_more_versions"
branch_labels = None
depends_on = None

_TABLES = ("risk_sightings", "risk_warnings")


def _of_case(column: str) -> str:
    return f"SELECT cases.{column} FROM cases WHERE cases.id = risk_sightings.case_id"


def upgrade() -> None:
    """Apply; sightings have what their cases say, warnings of before go by names."""
    for table in _TABLES:
        op.add_column(table, sa.Column("division", sa.String(6), nullable=False, server_default=""))
        op.add_column(table, sa.Column("code", sa.String(18), nullable=False, server_default=""))
        op.create_index(f"ix_{table}_code", table, ["code"])
    op.execute(f"UPDATE risk_sightings SET division = ({_of_case('division')})")
    op.execute(f"UPDATE risk_sightings SET code = ({_of_case('credit_code')}) WHERE subject = 'company'")


def downgrade() -> None:
    """Take back."""
    for table in _TABLES:
        op.drop_index(f"ix_{table}_code", table)
        op.drop_column(table, "code")
        op.drop_column(table, "division")
