"""what was deleted is known by its last version and its number, which nothing after it has"""

import sqlalchemy as sa
from alembic import op

revision = "0039_last_versions"
down_revision = "0038_risk_of_imports"
branch_labels = None
depends_on = None

#: People delete their rows, and others know them by their number.
_NUMBERED_ONCE = ("webhook_subscriptions", "domain_words")


def _make_anew(*, autoincrement: bool) -> None:
    """SQLite can change this only of a new table; PostgreSQL's sequences give no number twice."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in _NUMBERED_ONCE:
        with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_autoincrement": autoincrement}):
            pass


def upgrade() -> None:
    """Apply; what was deleted before is not known any more."""
    op.create_table(
        "last_versions",
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("what", "name"),
    )
    _make_anew(autoincrement=True)


def downgrade() -> None:
    """Take back."""
    _make_anew(autoincrement=False)
    op.drop_table("last_versions")
