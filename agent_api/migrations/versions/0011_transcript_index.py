"""transcripts are found by what was said"""

from alembic import op

revision = "0011_transcript_index"
down_revision = "0010_flow"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; what was said before is indexed by the running hotline, which has the key."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TABLE transcript_index (utterance_id integer PRIMARY KEY REFERENCES utterances (id) "
            "ON DELETE CASCADE, terms tsvector NOT NULL)"
        )
        op.execute("CREATE INDEX ix_transcript_index_terms ON transcript_index USING gin (terms)")
    else:
        op.execute(
            "CREATE VIRTUAL TABLE transcript_index USING fts5 (terms, content='', detail=none, tokenize='ascii')"
        )


def downgrade() -> None:
    """Take back."""
    op.execute("DROP TABLE transcript_index")
