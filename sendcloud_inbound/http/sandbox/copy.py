"""From a rendered copy to what the API says of it: the parts that a mail program would show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.http.sandbox import answers, views
from sendcloud_inbound.rules import headers, links, mime
from sendcloud_inbound.rules.previews import Image

if TYPE_CHECKING:
    from sendcloud_inbound.ports import StoredEmail
    from sendcloud_inbound.rules.copies import Copies
    from sendcloud_inbound.rules.mime import Part
    from sendcloud_inbound.rules.model import AccountType
    from sendcloud_inbound.rules.sending import Chosen, Effective


class ReadCopy:
    """One recipient's copy, its MIME tree at hand."""

    def __init__(self, octets: bytes) -> None:
        self._root = mime.parse(octets)
        leaves = [part for part in self._root.walk() if not part.children]
        self._texts = [part for part in leaves if part.is_text]
        self.attachments = [part for part in leaves if part not in self._texts and _has_any(part)]

    @property
    def html(self) -> str | None:
        """The first HTML part, as people read it; None when there is none."""
        return self._first("text/html")

    @property
    def text(self) -> str | None:
        """The first plain part."""
        return self._first("text/plain")

    def images(self) -> dict[str, Image]:
        """Return what `cid:` links in the HTML may name."""
        named = ((_content_id(part), part) for part in self.attachments)
        return {
            name: Image(part.content_type, mime.decoded(part))
            for name, part in named
            if name and part.content_type.startswith("image/")
        }

    def detail(self, email: StoredEmail, copies: Copies) -> answers.EmailDetail:
        """Return all that is to be said of an email."""
        row = views.email_row(email)
        html, text = self.html, self.text
        return answers.EmailDetail(
            **row.model_dump(exclude={"subject"}),
            subject=headers.subject(self._root.block),
            mail_from=copies.envelope_sender(email.position, email.recipient),
            headers=[views.header_field(field) for field in self._root.block.fields()],
            html=html,
            text=text,
            attachments=[_item(n, part) for n, part in enumerate(self.attachments, 1)],
            links=links.of_html(html) if html is not None else links.of_text(text or ""),
            substitutions=dict(copies.substitutions(email.position)),
            effective=_effective(copies.effective(email.position)),
        )

    def _first(self, content_type: str) -> str | None:
        found = next((part for part in self._texts if part.content_type == content_type), None)
        return None if found is None else mime.text(found)


def _has_any(part: Part) -> bool:
    """Tell whether there is a part at all: an empty multipart leaves nothing to open."""
    return not part.content_type.startswith("multipart/")


def _item(n: int, part: Part) -> answers.AttachmentItem:
    return answers.AttachmentItem(
        n=n,
        filename=part.filename or None,
        content_type=part.content_type,
        size=len(mime.decoded(part)),
        content_id=_content_id(part),
    )


def _content_id(part: Part) -> str | None:
    found = part.block.find(b"content-id")
    return found.raw.decode("latin-1").strip().strip("<>") if found else None


def _effective(chosen: Effective) -> answers.Effective:
    return answers.Effective(
        type=_setting(chosen.type),
        sending_domain=_setting(chosen.sending_domain),
        open_tracking=_setting(chosen.open_tracking),
        click_tracking=_setting(chosen.click_tracking),
        subscription_tracking=_setting(chosen.subscription_tracking),
        page_id=_setting(chosen.page_id),
    )


def _setting(
    chosen: Chosen[bool] | Chosen[int] | Chosen[str] | Chosen[AccountType],
) -> answers.Setting:
    return answers.Setting(value=chosen.value, origin=chosen.origin, in_vain=chosen.in_vain)
