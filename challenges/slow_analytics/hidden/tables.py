"""The three tables as the examiner made them."""

from seed import books_of
from shop import COLUMNS

from grader.examiner import expect

TYPES = {
    "users": [("id", "integer"), ("name", "text"), ("email", "text")],
    "orders": [("id", "integer"), ("user_id", "integer"), ("created_at", "timestamp with time zone")],
    "order_items": [
        ("id", "integer"),
        ("order_id", "integer"),
        ("price", "numeric(10,2)"),
        ("quantity", "integer"),
    ],
}
SHAPE = """
SELECT a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod)
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relname = %s AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""


def expect_unchanged(database):
    """Hold that columns, types and rows are what the examiner made."""
    for table in COLUMNS:
        _expect_unchanged(database, table)


def _expect_unchanged(database, table):
    shape = database.owner.execute(SHAPE, (table,)).fetchall()
    expect(shape, TYPES[table], f"the columns of the table {table}, with their types")
    rows = database.owner.execute(f"SELECT {', '.join(COLUMNS[table])} FROM {table} ORDER BY id").fetchall()
    wanted = books_of(database).shop.rows(table)
    expect(len(rows), len(wanted), f"the number of rows of the table {table}")
    different = [(found, row) for found, row in zip(rows, wanted, strict=True) if found != row]
    expect(different[:1], [], f"the rows of the table {table}, each as it is and as it was")
