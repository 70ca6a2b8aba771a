"""cases are found by their words"""

from alembic import op

revision = "0014_case_index"
down_revision = "0013_put_off"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; what is there already is indexed by the running hotline, which has the key."""
    if op.get_bind().dialect.name == "postgresql":
        # As numbers the terms take a third of the room.
        op.execute("DROP TABLE transcript_index")
        _table("transcript_index", "utterance_id", "utterances", "integer[]")
        _table("case_index", "case_id", "cases", "integer[]")
    else:
        op.execute("CREATE VIRTUAL TABLE case_index USING fts5 (terms, content='', detail=none, tokenize='ascii')")


def downgrade() -> None:
    """Take back."""
    op.execute("DROP TABLE case_index")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TABLE transcript_index")
        _table("transcript_index", "utterance_id", "utterances", "tsvector")


def _table(name: str, key: str, of: str, terms: str) -> None:
    column = f"{key} integer PRIMARY KEY REFERENCES {of} (id) ON DELETE CASCADE"
    op.execute(f"CREATE TABLE {name} ({column}, terms {terms} NOT NULL)")
    op.execute(f"CREATE INDEX ix_{name}_terms ON {name} USING gin (terms)")
