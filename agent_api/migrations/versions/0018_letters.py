"""letters that the flow asks for: signed by the case's centre, taken back, made anew"""

import sqlalchemy as sa
from alembic import op

revision = "0018_letters"
down_revision = "0017_callbacks"
branch_labels = None
depends_on = None

_POINTERS = (("centre_id", "centres"), ("replaces", "case_documents"), ("void_by", "users"))


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("case_documents") as batch_op:
        batch_op.alter_column("made_by", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("words", sa.String()))
        batch_op.add_column(sa.Column("void_at", sa.DateTime()))
        for name, table in _POINTERS:
            batch_op.add_column(sa.Column(name, sa.Integer()))
            batch_op.create_foreign_key(f"fk_case_documents_{name}_{table}", table, [name], ["id"])
    # What was asked for before was for a person to make.
    op.execute("INSERT INTO followers (name, position) SELECT 'letters', COALESCE(MAX(id), 0) FROM events")


def downgrade() -> None:
    """Take back; letters of nobody's action are lost."""
    op.execute("DELETE FROM followers WHERE name = 'letters'")
    op.execute("DELETE FROM case_documents WHERE made_by IS NULL")
    with op.batch_alter_table("case_documents") as batch_op:
        for name, table in _POINTERS:
            batch_op.drop_constraint(f"fk_case_documents_{name}_{table}", type_="foreignkey")
            batch_op.drop_column(name)
        batch_op.drop_column("void_at")
        batch_op.drop_column("words")
        batch_op.alter_column("made_by", existing_type=sa.Integer(), nullable=False)
