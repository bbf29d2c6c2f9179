"""The books that a server starts with."""


def fill(database, titles):
    database.owner.execute("CREATE TABLE books (id serial PRIMARY KEY, title text)")
    with database.owner.cursor() as cursor:
        cursor.executemany("INSERT INTO books (title) VALUES (%s)", [[title] for title in titles])


def default(database):
    fill(database, ["Emma"])


def many(database):
    fill(database, [f"Book {number:03}" for number in range(100)])
