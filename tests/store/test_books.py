"""Labels and templates, in every store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.ports import TemplateFilter, Written
from sendcloud_inbound.rules.books import (
    Template,
    TemplateBody,
    TemplateHead,
    TemplateStat,
    TemplateType,
)
from tests.builders import NOW_MS

if TYPE_CHECKING:
    from sendcloud_inbound.store import Store
    from tests.fakes import FakeClock
    from tests.store.conftest import OpenStore

ONE, OTHER = "one", "other"
ANY = TemplateFilter()


async def label(store: Store, name: str, api_user: str = ONE) -> int:
    """Make a label; return its number."""
    made = await store.labels.add_label(api_user, name)
    assert made is not None
    return made.label_id


async def names(store: Store, query: str = "", start: int = 0, limit: int = 99) -> list[str]:
    """Return the names of the labels that are listed."""
    found = await store.labels.labels(ONE, query, start, limit)
    return [each.name for each in found.items]


# Labels


async def test_a_label_is_its_api_users_alone(store: Store) -> None:
    """Of a name each API_USER has one, and sees no other's."""
    mine, others = await label(store, "news"), await label(store, "news", OTHER)
    assert await store.labels.add_label(ONE, "news") is None
    assert mine != others
    assert await store.labels.label(ONE, others) is None
    assert await store.labels.rename_label(ONE, others, "x") is Written.ABSENT
    assert not await store.labels.remove_label(ONE, others)
    found = await store.labels.label(OTHER, others)
    assert found is not None
    assert found == (others, "news", NOW_MS, NOW_MS)


async def test_labels_are_found_by_a_part_of_their_name(store: Store) -> None:
    """In any case and script; what stands for anything in SQL stands for itself."""
    for name in ("Straße 1", "100%", "100 percent", "订单", "a_b", "acb"):
        await label(store, name)
    assert await names(store, "STRASSE") == ["Straße 1"]
    assert await names(store, "100%") == ["100%"]
    assert await names(store, "a_b") == ["a_b"]
    assert await names(store, "单") == ["订单"]
    assert await names(store, start=2, limit=2) == ["100 percent", "订单"]
    assert (await store.labels.labels(ONE, "", 2, 2)).total == 6
    assert (await store.labels.labels(ONE, "100", 9, 2)).total == 2


async def test_a_label_gets_another_name(store: Store, clock: FakeClock) -> None:
    """One that no other has; its own it may keep."""
    first, second = await label(store, "first"), await label(store, "second")
    clock.advance(1)
    assert await store.labels.rename_label(ONE, first, "second") is Written.TAKEN
    assert await store.labels.rename_label(ONE, second, "second") is Written.DONE
    assert await store.labels.rename_label(ONE, first, "third") is Written.DONE
    assert await names(store) == ["third", "second"]
    assert await store.labels.label(ONE, first) == (first, "third", NOW_MS, NOW_MS + 1000)


async def test_the_number_of_a_label_never_comes_back(store: Store) -> None:
    """Mail that carries it would else get another's name."""
    number = await label(store, "gone")
    assert await store.labels.remove_label(ONE, number)
    assert not await store.labels.remove_label(ONE, number)
    assert await label(store, "new") > number


async def test_names_are_found_by_the_numbers_in_mail(store: Store) -> None:
    """Those are texts, whatever somebody logged in with."""
    number, others = await label(store, "news"), await label(store, "theirs", OTHER)
    texts = [str(number), f"0{number}", str(others), "", "x\0", "²", "9" * 400]
    assert await store.labels.names(ONE, texts) == {str(number): "news"}
    assert await store.labels.names(ONE, []) == {}


async def test_a_label_is_made_when_it_is_used(store: Store) -> None:
    """Once, however often (D38)."""
    made = await store.labels.label_named(ONE, "new \0 \ud800")
    assert await store.labels.label_named(ONE, "new \0 \ud800") == made
    assert await names(store) == [made.name]


# Templates


def template(invoke_name: str, **head: object) -> Template:
    """Return a template that waits for its review."""
    values: dict[str, object] = {
        "name": "A template",
        "type": TemplateType.TRIGGER,
        "stat": TemplateStat.WAITING,
        "created_at_ms": NOW_MS,
    }
    made = TemplateHead(invoke_name, **values | head)  # type: ignore[arg-type]
    return Template(made, TemplateBody("Hi %name%", "<p>人</p>", "text", "summary"))


async def listed(store: Store, wanted: TemplateFilter = ANY) -> list[str]:
    """Return the names of the templates that are listed."""
    found = await store.templates.templates(ONE, wanted, 0, 99)
    return [head.invoke_name for head in found.items]


async def test_a_template_comes_back_as_it_was(store: Store) -> None:
    """To its API_USER alone; of each name there is one."""
    kept = template("a", type=TemplateType.BATCH, stat=TemplateStat.NOT_SUBMITTED)
    assert await store.templates.add_template(ONE, kept, 9) is Written.DONE
    assert await store.templates.add_template(ONE, template("a"), 9) is Written.TAKEN
    assert await store.templates.template(ONE, "a") == kept
    assert await store.templates.template(OTHER, "a") is None
    assert not await store.templates.remove_template(OTHER, "a")
    assert await store.templates.remove_template(ONE, "a")
    assert not await store.templates.remove_template(ONE, "a")


async def test_an_api_user_has_so_many_templates_at_most(store: Store) -> None:
    """Each for itself; where one goes, another may come."""
    for name in ("a", "b"):
        assert await store.templates.add_template(ONE, template(name), 2) is Written.DONE
    assert await store.templates.add_template(ONE, template("c"), 2) is Written.FULL
    assert await store.templates.add_template(OTHER, template("c"), 2) is Written.DONE
    await store.templates.remove_template(ONE, "a")
    assert await store.templates.add_template(ONE, template("c"), 2) is Written.DONE


async def test_templates_are_found_by_each_filter(store: Store) -> None:
    """Each filter alone finds what it names and nothing else."""
    for one in (
        template("a"),
        template("b", type=TemplateType.BATCH),
        template("c", stat=TemplateStat.APPROVED),
    ):
        await store.templates.add_template(ONE, one, 9)
    assert await listed(store) == ["a", "b", "c"]
    assert await listed(store, TemplateFilter(invoke_name="b")) == ["b"]
    assert await listed(store, TemplateFilter(type=TemplateType.TRIGGER)) == ["a", "c"]
    assert await listed(store, TemplateFilter(stat=TemplateStat.APPROVED)) == ["c"]
    found = await store.templates.templates(ONE, ANY, 1, 1)
    assert (found.total, [head.invoke_name for head in found.items]) == (3, ["b"])


async def test_a_template_changes_only_from_where_it_stood(store: Store) -> None:
    """A change that was made for another state of its review is not written."""
    await store.templates.add_template(ONE, template("a"), 9)
    approved = template("a", stat=TemplateStat.APPROVED, updated_at_ms=NOW_MS + 1)
    assert not await store.templates.put_template(ONE, approved, TemplateStat.REFUSED)
    assert await store.templates.put_template(ONE, approved, TemplateStat.WAITING)
    assert await store.templates.template(ONE, "a") == approved
    assert not await store.templates.put_template(ONE, template("b"), TemplateStat.WAITING)


@pytest.mark.parametrize("add", ["label", "template"])
async def test_a_name_that_another_process_gave_is_taken(
    store: Store, url: str, open_at: OpenStore, add: str
) -> None:
    """Whoever comes second is told so (PostgreSQL; SQLite has one that writes)."""
    other = await open_at(url) if url.startswith("postgres") else store
    for number in range(3):
        name = f"{add}{number}"
        if add == "label":
            one, two = store.labels.add_label(ONE, name), other.labels.add_label(ONE, name)
            assert sorted(map(bool, [await one, await two])) == [False, True]
        else:
            made = [
                await each.templates.add_template(ONE, template(name), 99)
                for each in (store, other)
            ]
            assert made == [Written.DONE, Written.TAKEN]
