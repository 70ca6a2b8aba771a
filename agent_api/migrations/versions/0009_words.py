"""the hotline's own words"""

import sqlalchemy as sa
from alembic import op

revision = "0009_words"
down_revision = "0008_figures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "domain_words",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("word", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("added_by", sa.String(64), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("word", name=op.f("uq_domain_words_word")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("domain_words")
