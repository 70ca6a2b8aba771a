"""what callers answered on their way, how sure the line was of what it did not understand, and in which sub-tree"""

import sqlalchemy as sa
from alembic import op

revision = "0031_decisions"
down_revision = "0030_timed_words"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; of older calls answers and sub-trees' versions are not known."""
    op.add_column("calls", sa.Column("answers", sa.String(), nullable=True))
    op.add_column("missed_phrases", sa.Column("score", sa.Double(), nullable=True))
    op.add_column("missed_phrases", sa.Column("reason", sa.String(500), nullable=False, server_default=""))
    for table, moment in (("node_visits", "entered_at"), ("missed_phrases", "said_at")):
        op.add_column(table, sa.Column("sub_tree", sa.String(64), nullable=False, server_default=""))
        op.add_column(table, sa.Column("sub_version", sa.Integer(), nullable=True))
        op.create_index(f"ix_{table}_sub_tree", table, ["sub_tree", moment])
        leads = f"substr({table}.node, 1, length(trees.name) + 1) = trees.name || '/'"
        op.execute(
            f"UPDATE {table} SET sub_tree = (SELECT trees.name FROM trees WHERE {leads}) "
            f"WHERE EXISTS (SELECT 1 FROM trees WHERE {leads})"
        )


def downgrade() -> None:
    """Take back."""
    for table in ("missed_phrases", "node_visits"):
        op.drop_index(f"ix_{table}_sub_tree", table)
        op.drop_column(table, "sub_version")
        op.drop_column(table, "sub_tree")
    op.drop_column("missed_phrases", "reason")
    op.drop_column("missed_phrases", "score")
    op.drop_column("calls", "answers")
