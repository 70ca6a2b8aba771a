"""Alembic's entry point; the URL is given by :func:`agent_api.migrate.upgrade`."""

from alembic import context
from sqlalchemy import create_engine, pool

import agent_api.audit.tables
import agent_api.callbacks.tables
import agent_api.cases.tables
import agent_api.documents.tables
import agent_api.figures.tables
import agent_api.idempotency.tables
import agent_api.marks.tables
import agent_api.models
import agent_api.notices.tables
import agent_api.prompts.tables
import agent_api.tokens.tables
import agent_api.trees.tables
import agent_api.versions
import agent_api.webhooks.tables  # noqa: F401 - fills the metadata
from agent_api.database import Base

engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "", poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
