"""What an API_USER keeps beside mail, as the calls see it that read and change it.

Everything belongs to an API_USER and is seen by nobody else. A listing begins at `start` and holds
at most `limit`, as SendCloud's own do, in the order in which things were made.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sendcloud_inbound.ports.mail import With
    from sendcloud_inbound.ports.statistics import Listed
    from sendcloud_inbound.rules.books import (
        AddressList,
        Label,
        Member,
        MemberChange,
        Template,
        TemplateHead,
        TemplateStat,
        TemplateType,
    )
    from sendcloud_inbound.rules.model import Finding


class Written(Enum):
    """What became of a change."""

    DONE = auto()
    ABSENT = auto()
    """There is none of that name or number."""
    TAKEN = auto()
    """Another has that name already."""
    FULL = auto()
    """It would be more than may be."""


class SendRequests(Protocol):
    """Sends by HTTP that their clients gave a name, so as to repeat them without harm."""

    async def begin(self, api_user: str, request_id: str) -> bool:
        """Begin with a request; False when it was taken within an hour, or is under way here."""

    async def end(self, api_user: str, request_id: str, *, is_taken: bool) -> None:
        """End a request that was begun; one that was taken is remembered for an hour."""


class Labels(Protocol):
    """The labels of API_USERs."""

    async def labels(self, api_user: str, query: str, start: int, limit: int) -> Listed[Label]:
        """List those whose names hold `query` somewhere, in any case."""

    async def label(self, api_user: str, label_id: int) -> Label | None:
        """Return one."""

    async def names(self, api_user: str, label_ids: Collection[str]) -> Mapping[str, str]:
        """Return the names of labels by their numbers as mail carries them, of those there are."""

    async def add_label(self, api_user: str, name: str) -> Label | None:
        """Make one; None when the name is taken."""

    async def label_named(self, api_user: str, name: str) -> Label:
        """Return the one of that name, made now if there is none (D38)."""

    async def rename_label(self, api_user: str, label_id: int, name: str) -> Written:
        """Give one another name."""

    async def remove_label(self, api_user: str, label_id: int) -> bool:
        """Forget one; tell whether there was one."""


class TemplateFilter(NamedTuple):
    """Which templates to list; None means any."""

    invoke_name: str | None = None
    type: TemplateType | None = None
    stat: TemplateStat | None = None


class Templates(Protocol):
    """The templates of API_USERs."""

    async def templates(
        self, api_user: str, wanted: TemplateFilter, start: int, limit: int
    ) -> Listed[TemplateHead]:
        """List those that match."""

    async def template(self, api_user: str, invoke_name: str) -> Template | None:
        """Return one."""

    async def add_template(self, api_user: str, template: Template, most: int) -> Written:
        """Store one, unless the API_USER has that name, or has `most` already."""

    async def put_template(self, api_user: str, template: Template, was: TemplateStat) -> bool:
        """Write one anew, if it is there and stands in its review where it was; tell whether."""

    async def remove_template(self, api_user: str, invoke_name: str) -> bool:
        """Forget one; tell whether there was one."""


class ListMail(NamedTuple):
    """A mail to the members of lists, as it was taken: each batch of them gets a message of it."""

    mail_from: str
    label_id: str | None
    peer: str
    findings: tuple[Finding, ...]
    transcript: bytes
    content: bytes
    """Without recipients."""


class ListTask(NamedTuple):
    """A mail to one list, as people are told of it (SENDCLOUD.md 7.6)."""

    task_id: int
    api_user: str
    address: str
    member_count: int
    """When it was taken: who was added later does not get it."""
    is_done: bool
    created_at_ms: int
    updated_at_ms: int


class OpenTask(NamedTuple):
    """A mail to one list that has members before it still."""

    task_id: int
    api_user: str
    list_key: int
    done_key: int
    """The number of the last member that it has reached."""
    last_key: int
    mail_key: int
    mail: ListMail


class NumberedMember(NamedTuple):
    """A member with the store's own number of it."""

    key: int
    member: Member


class ListTasks(Protocol):
    """The mail to address lists, which goes to their members by and by."""

    async def create(
        self, api_user: str, lists: Sequence[AddressList], mail: ListMail
    ) -> Sequence[int]:
        """Store a mail to some lists; return the number of each task."""

    async def task(self, api_user: str, task_id: int) -> ListTask | None:
        """Return one."""

    async def next_task(self) -> OpenTask | None:
        """Return the oldest that is not done."""

    async def members_to_come(self, task: OpenTask, limit: int) -> Sequence[NumberedMember]:
        """Return the next members, in the order in which they were added."""

    def reached(self, task: OpenTask, key: int) -> With:
        """Return what notes that a task has reached a member, to be written with the message.

        The writing fails with `Overtaken` when the task is no longer where it was.
        """

    async def finish(self, task: OpenTask) -> None:
        """Note that there is nobody left; `Overtaken` as above."""

    async def wait(self, timeout_s: float) -> None:
        """Return when there may be a task, at the latest after `timeout_s`."""


class Counted(NamedTuple):
    """What became of a change of many, and of how many."""

    written: Written
    number: int = 0


class AddressLists(Protocol):
    """The address lists of API_USERs, and their members.

    The address of a list, and that of a member, is compared without case.
    """

    async def lists(
        self, api_user: str, addresses: Collection[str] | None, start: int, limit: int
    ) -> Listed[AddressList]:
        """List all, or those of these addresses."""

    async def list_of(self, api_user: str, address: str) -> AddressList | None:
        """Return one."""

    async def is_elsewhere(self, address: str) -> bool:
        """Tell whether any API_USER has a list of that address (code 40517)."""

    async def add_list(self, api_user: str, new: AddressList) -> AddressList | None:
        """Store one, without members; None when the address is taken."""

    async def put_list(self, api_user: str, changed: AddressList) -> Written:
        """Write address, name and description of one anew."""

    async def remove_list(self, api_user: str, address: str) -> bool:
        """Forget one with its members; tell whether there was one."""

    async def members(self, list_key: int, start: int, limit: int) -> Listed[Member]:
        """List members."""

    async def members_of(self, list_key: int, addresses: Collection[str]) -> Sequence[Member]:
        """Return those of some addresses that are members."""

    async def add_members(self, list_key: int, new: Sequence[Member], most: int) -> Counted:
        """Add those that are no members yet, all or none; a list holds at most `most`."""

    async def change_members(
        self, list_key: int, changes: Sequence[MemberChange], now_ms: int
    ) -> Counted:
        """Change members, one after the other.

        One that is no member, or whose new address is another's, is left out.
        """

    async def remove_members(self, list_key: int, addresses: Collection[str]) -> Counted:
        """Take members off a list."""
