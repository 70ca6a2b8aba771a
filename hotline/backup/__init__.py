"""The database in one file, and back: what ``hotline db`` does."""
