"""The settings of open, click and unsubscribe links (SENDCLOUD.md 6)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_settings import NoDecode

from sendcloud_inbound.config import values
from sendcloud_inbound.config.sections import Section
from sendcloud_inbound.config.urls import with_host


def _domain_or_empty(value: str) -> str:
    return values.domain(value) if value else ""


TrackingDomain = Annotated[
    str,
    AfterValidator(_domain_or_empty),
    values.Expects("a domain", f"a name such as sctrack.example.com, or {values.NO_DOMAIN}"),
]
Generation = Annotated[
    Literal[1, 2],
    BeforeValidator(values.number_of_text),
    values.Expects.one_of("a generation", "1", "2"),
]
Pages = Annotated[
    tuple[Annotated[values.Whole, Field(ge=0)], ...],
    NoDecode,
    BeforeValidator(values.words),
    values.Expects(
        "a list of pages",
        "numbers such as [562, 563] (in the environment with commas between)",
        "a page",
    ),
]


class Tracking(Section):
    """What open, click and unsubscribe links need."""

    domain: TrackingDomain = Field(
        default="",
        description="Host of the links that tracking writes into mail, with scheme and port of "
        "http.public_url. Empty: its host too. A name that leads here imitates a CNAME of your "
        "own. none: no tracking domain is configured, so that X-SMTPAPI filters have no effect and "
        "no click is tracked.",
    )
    generation: Generation = Field(
        default=2,
        description="Shape of the links: 2 as SendCloud writes them since 2023, 1 as before. Set "
        "1 for a program that takes the older ones apart.",
    )
    chinese_pages: Pages = Field(
        default=(),
        description="Numbers (page_id) of unsubscribe pages in Chinese. Those of neither list are "
        "in Chinese or English, as the browser asks.",
    )
    english_pages: Pages = Field(default=(), description="Numbers of unsubscribe pages in English.")

    @model_validator(mode="after")
    def _a_page_has_one_language(self) -> Self:
        for page in self.english_pages:
            if page in self.chinese_pages:
                values.refuse(f"{page} is in chinese_pages too; keep it in one", "english_pages")
        return self

    def base(self, public_url: str) -> str | None:
        """Return what tracking URLs begin with; None when tracking is not configured (D45)."""
        if self.domain == values.NO_DOMAIN:
            return None
        return with_host(public_url, self.domain) if self.domain else public_url
