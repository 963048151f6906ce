"""The tables of what API_USERs keep beside mail: labels, templates, lists and their mail.

They belong to `metadata` as those of `tables.py` do, and what is said there holds here. Members
are numbered across all lists, in the order in which they were added; the count of a list stands
in its row, for counting 100,000 members each time a list is shown would take too long.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    cast,
)

from sendcloud_inbound.store.tables import KEY, metadata

labels = Table(
    "labels",
    metadata,
    Column("key", KEY, Identity(), primary_key=True),  # the labelId
    Column("api_user", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_folded", Text, nullable=False),  # what is searched
    Column("created_at_ms", BigInteger, nullable=False),
    Column("updated_at_ms", BigInteger, nullable=False),
    # The number of a label that was deleted never becomes another's: mail still carries it.
    sqlite_autoincrement=True,
)
Index("labels_name", labels.c.api_user, labels.c.name, unique=True)
LABEL_ID = cast(labels.c.key, Text)
"""The number of a label as mail carries it: whatever stood behind `#` at login."""
Index("labels_number", labels.c.api_user, LABEL_ID)

templates = Table(
    "templates",
    metadata,
    Column("key", KEY, Identity(), primary_key=True),
    Column("api_user", Text, nullable=False),
    Column("invoke_name", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("type", Integer, nullable=False),
    Column("stat", Integer, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("updated_at_ms", BigInteger),  # NULL: never changed
    Column("content_summary", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
)
Index("templates_name", templates.c.api_user, templates.c.invoke_name, unique=True)

address_lists = Table(
    "address_lists",
    metadata,
    Column("key", KEY, Identity(), primary_key=True),
    Column("api_user", Text, nullable=False),
    Column("address", Text, nullable=False),  # in lower case
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("list_type", Integer, nullable=False),
    Column("member_count", Integer, nullable=False, server_default="0"),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("updated_at_ms", BigInteger, nullable=False),
    # Whoever still holds the number of a list that was deleted writes into nobody else's.
    sqlite_autoincrement=True,
)
Index("address_lists_address", address_lists.c.api_user, address_lists.c.address, unique=True)

address_members = Table(
    "address_members",
    metadata,
    Column("key", KEY, Identity(), primary_key=True),
    Column("list_key", KEY, nullable=False),
    Column("address", Text, nullable=False),
    Column("address_folded", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("vars", Text, nullable=False),  # a JSON object; empty where there are none
    Column("created_at_ms", BigInteger, nullable=False),
    Column("updated_at_ms", BigInteger, nullable=False),
    # A list that is being sent goes by the numbers: none may come back below where it is.
    sqlite_autoincrement=True,
)
Index("address_members_order", address_members.c.list_key, address_members.c.key)
Index(
    "address_members_address",
    address_members.c.list_key,
    address_members.c.address_folded,
    unique=True,
)

list_mails = Table(
    "list_mails",
    metadata,
    Column("key", KEY, Identity(), primary_key=True),
    Column("mail_from", Text, nullable=False),
    Column("label_id", Text),
    Column("peer", Text, nullable=False),
    Column("findings", Text, nullable=False),  # a JSON list
    Column("transcript", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""What is sent to lists, as long as it is not sent to all of them."""

list_tasks = Table(
    "list_tasks",
    metadata,
    Column("key", KEY, Identity(), primary_key=True),  # the maillistTaskId
    Column("api_user", Text, nullable=False),
    Column("address", Text, nullable=False),  # of the list, as it was then; so is the count
    Column("list_key", KEY, nullable=False),
    Column("member_count", Integer, nullable=False),
    Column("last_key", KEY, nullable=False),  # of its members then
    Column("done_key", KEY, nullable=False),  # of the last member whose mail is in the queue
    Column("mail_key", KEY, nullable=False),
    Column("is_done", Boolean, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("updated_at_ms", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
Index("list_tasks_order", list_tasks.c.is_done, list_tasks.c.key)

send_requests = Table(
    "send_requests",
    metadata,
    Column("api_user", Text, primary_key=True),
    Column("request_id", Text, primary_key=True),
    Column("taken_at_ms", BigInteger, nullable=False),
)
Index("send_requests_time", send_requests.c.taken_at_ms)
