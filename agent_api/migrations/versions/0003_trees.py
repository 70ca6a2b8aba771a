"""trees have published versions, releases, a draft and an editor"""

import sqlalchemy as sa
from alembic import op

revision = "0003_trees"
down_revision = "0002_people"
branch_labels = None
depends_on = None


def _of_tree(table: str) -> sa.Column[str]:
    reference = sa.ForeignKey("trees.name", name=f"fk_{table}_tree_trees")
    return sa.Column("tree", sa.String(64), reference, nullable=False)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "trees",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("current", sa.Integer()),
        sa.Column("draft_version", sa.Integer(), nullable=False),
        sa.Column("drafted_by", sa.String(64), nullable=False),
        sa.Column("drafted_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_trees"),
    )
    op.create_table(
        "tree_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        _of_tree("tree_versions"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tests", sa.Text(), nullable=False),
        sa.Column("sounds", sa.JSON(), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("parent", sa.Integer()),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tree_versions"),
        sa.UniqueConstraint("tree", "number", name="uq_tree_versions_tree"),
    )
    op.create_table(
        "tree_releases",
        sa.Column("id", sa.Integer(), nullable=False),
        _of_tree("tree_releases"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tree_releases"),
    )
    op.create_index("ix_tree_releases_tree", "tree_releases", ["tree"])
    op.create_table(
        "tree_drafts",
        _of_tree("tree_drafts"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tests", sa.Text(), nullable=False),
        sa.Column("base", sa.Integer()),
        sa.PrimaryKeyConstraint("tree", name="pk_tree_drafts"),
    )
    op.create_table(
        "tree_editors",
        _of_tree("tree_editors"),
        sa.Column("username", sa.String(64), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("tree", name="pk_tree_editors"),
    )


def downgrade() -> None:
    """Take back."""
    for table in ("tree_editors", "tree_drafts", "tree_releases", "tree_versions", "trees"):
        op.drop_table(table)
