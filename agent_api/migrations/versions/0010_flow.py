"""centres and posts; the flow of cases: tasks, clocks, links, sealed identities, evidence"""

import sqlalchemy as sa
from alembic import op

revision = "0010_flow"
down_revision = "0009_words"
branch_labels = None
depends_on = None

#: The one centre that was there before there were centres: the line's own.
_FIRST = sa.text("'12365 举报处置指挥中心'")


def _to(table: str, name: str, column: str, *, nullable: bool = True, key: bool = False) -> sa.Column[int]:
    reference = sa.ForeignKey(f"{column}.id", name=f"fk_{table}_{name}_{column}")
    return sa.Column(name, sa.Integer(), reference, nullable=nullable and not key, primary_key=key)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, server_default="")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "centres",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        _to("centres", "parent_id", "centres"),
        sa.Column("path", sa.String(100), nullable=False, index=True),
        sa.Column("division", sa.String(6), nullable=False),
        sa.Column("exceptions", sa.JSON(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    columns = "name, level, path, division, exceptions, hours, active, version"
    # Not with an id of its own: PostgreSQL's sequence would give it out again.
    op.execute(f"INSERT INTO centres ({columns}) VALUES ({_FIRST}, 'national', '/1/', '', '{{}}', '[]', {_true()}, 1)")
    _people()
    _cases()
    _parts()


def _true() -> str:
    return "1" if op.get_bind().dialect.name == "sqlite" else "true"


def _people() -> None:
    op.create_table(
        "posts",
        _to("posts", "user_id", "users", key=True),
        _to("posts", "centre_id", "centres", key=True),
        sa.Column("role", sa.String(32), primary_key=True),
    )
    op.create_table(
        "centre_limits",
        sa.Column("id", sa.Integer(), primary_key=True),
        _to("centre_limits", "centre_id", "centres", nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("clock", sa.String(16), nullable=False),
        sa.Column("amount", sa.Integer()),
        sa.Column("reason", sa.String(500), nullable=False),
        _to("centre_limits", "set_by", "users", nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_centre_limits_of", "centre_limits", ["centre_id", "kind", "clock"])
    with op.batch_alter_table("users") as batch_op:
        batch_op.add_column(sa.Column("centre_id", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_foreign_key("fk_users_centre_id_centres", "centres", ["centre_id"], ["id"])
    with op.batch_alter_table("users") as batch_op:
        batch_op.alter_column("centre_id", server_default=None)


def _cases() -> None:
    with op.batch_alter_table("cases") as batch_op:
        batch_op.add_column(sa.Column("centre_id", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("opened_by", sa.Integer()))
        for name, length in (
            ("division", 6), ("credit_code", 18), ("brand", 100), ("model", 100), ("batch", 100), ("barcode", 14),
        ):  # fmt: skip
            batch_op.add_column(_text(name, length))
        batch_op.add_column(sa.Column("sealed", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("resume_to", sa.String(16)))
        batch_op.add_column(sa.Column("extension", sa.JSON()))
        batch_op.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("second_call_not_by", sa.Integer()))
        never = sa.text("'9999-12-31 00:00:00.000000'")
        batch_op.add_column(sa.Column("due_at", sa.DateTime(), nullable=False, server_default=never))
        batch_op.add_column(sa.Column("light", sa.String(8), nullable=False, server_default="green"))
        batch_op.add_column(sa.Column("closed_at", sa.DateTime()))
        batch_op.create_foreign_key("fk_cases_centre_id_centres", "centres", ["centre_id"], ["id"])
        batch_op.create_foreign_key("fk_cases_opened_by_users", "users", ["opened_by"], ["id"])
        batch_op.create_foreign_key("fk_cases_second_call_not_by_users", "users", ["second_call_not_by"], ["id"])
        batch_op.create_index("ix_cases_credit_code", ["credit_code"])
        batch_op.create_index("ix_cases_work", ["centre_id", "status", "due_at", "id"])
        batch_op.create_index("ix_cases_late", ["light", "centre_id", "due_at", "id"])
        batch_op.create_index("ix_cases_company", ["company"])
        batch_op.create_index("ix_cases_product", ["product"])
    with op.batch_alter_table("cases") as batch_op:
        batch_op.alter_column("centre_id", server_default=None)
        batch_op.alter_column("due_at", server_default=None)
    op.execute("UPDATE cases SET closed_at = updated_at WHERE status = 'merged'")
    op.create_table(
        "case_centres",
        _to("case_centres", "case_id", "cases", key=True),
        _to("case_centres", "centre_id", "centres", key=True),
    )
    op.create_index("ix_case_centres_centre", "case_centres", ["centre_id", "case_id"])
    op.execute("INSERT INTO case_centres (case_id, centre_id) SELECT id, 1 FROM cases")


def _parts() -> None:
    op.create_table(
        "case_tasks",
        sa.Column("id", sa.Integer(), primary_key=True),
        _to("case_tasks", "case_id", "cases", nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _to("case_tasks", "centre_id", "centres", nullable=False),
        _to("case_tasks", "handler_id", "users"),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("assigned_at", sa.DateTime(), nullable=False),
        sa.Column("result", sa.String(4000), nullable=False),
        sa.UniqueConstraint("case_id", "number", name="uq_case_tasks_case_id"),
    )
    op.create_index("ix_case_tasks_centre", "case_tasks", ["centre_id", "state"])
    op.create_index("ix_case_tasks_handler", "case_tasks", ["handler_id", "state"])
    numbers = ("amount", "held", "extended", "extensions", "amber", "red", "told")
    op.create_table(
        "case_clocks",
        _to("case_clocks", "case_id", "cases", key=True),
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("unit", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        *(sa.Column(name, sa.DateTime()) for name in ("held_at", "ended_at", "no_later_than")),
        sa.Column("escalate", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("next_mark_at", sa.DateTime(), index=True),
    )
    op.create_table(
        "case_links",
        _to("case_links", "case_id", "cases", key=True),
        sa.Column(
            "other_id", sa.Integer(), sa.ForeignKey("cases.id", name="fk_case_links_other_id_cases"),
            primary_key=True, index=True,
        ),
        sa.Column("relation", sa.String(16), primary_key=True),
    )  # fmt: skip
    op.create_table(
        "case_identities",
        _to("case_identities", "case_id", "cases", key=True),
        sa.Column("caller_name", sa.String(256), nullable=False),
        sa.Column("caller_number", sa.String(256), nullable=False),
        sa.Column("sealed_at", sa.DateTime(), nullable=False),
        _to("case_identities", "sealed_by", "users"),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "case_id", sa.Integer(), sa.ForeignKey("cases.id", name="fk_evidence_case_id_cases"),
            nullable=False, index=True,
        ),
        sa.Column("name", sa.String(1024), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("scan", sa.String(16), nullable=False),
        _to("evidence", "added_by", "users", nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
    )  # fmt: skip


def downgrade() -> None:
    """Take back."""
    for table in ("evidence", "case_identities", "case_links", "case_clocks", "case_tasks", "case_centres"):
        op.drop_table(table)
    with op.batch_alter_table("cases") as batch_op:
        for index in ("credit_code", "work", "late", "company", "product"):
            batch_op.drop_index(f"ix_cases_{index}")
        for name, table in (("centre_id", "centres"), ("opened_by", "users"), ("second_call_not_by", "users")):
            batch_op.drop_constraint(f"fk_cases_{name}_{table}", type_="foreignkey")
        for name in (
            "centre_id", "opened_by", "division", "credit_code", "brand", "model", "batch", "barcode", "sealed",
            "resume_to", "extension", "tries", "second_call_not_by", "due_at", "light", "closed_at",
        ):  # fmt: skip
            batch_op.drop_column(name)
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_constraint("fk_users_centre_id_centres", type_="foreignkey")
        batch_op.drop_column("centre_id")
    for table in ("centre_limits", "posts", "centres"):
        op.drop_table(table)
