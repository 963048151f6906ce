"""The page at `/docs`: what OpenAPI says of the calls, and the problems, as plain HTML.

Self-made, because the usual pages load their scripts from another host; this one has none.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from sendcloud_inbound.http import problems

if TYPE_CHECKING:
    from collections.abc import Iterable

_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 1rem }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; vertical-align: top; padding: .2rem 1rem .2rem 0 }}
tr {{ border-bottom: 1px solid #8884 }}
h2 {{ margin: 2.5rem 0 .2rem; font-size: 1.1rem }}
code {{ font-size: .95em }}
:root {{ color-scheme: light dark }}
</style>
<h1>{title}</h1>
<p>{description}</p>
<p>For programs: <a href="/openapi.json">/openapi.json</a></p>
<h1>Calls</h1>
{calls}
<h1>Answers</h1>
{answers}
<h1>Problems</h1>
{problems}
</html>
"""

_CODE = re.compile(r"`([^`]+)`")

Schema = dict[str, Any]

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def get_docs(request: Request) -> HTMLResponse:
    """Show the page."""
    return HTMLResponse(render(request.app.openapi()))


def render(document: Schema) -> str:
    """Return the page for an OpenAPI document."""
    info = document["info"]
    return _PAGE.format(
        title=_text(f"{info['title']} {info['version']}"),
        description=_text(info["description"]),
        calls="\n".join(
            _call(method, path, call)
            for path, methods in document["paths"].items()
            for method, call in methods.items()
        ),
        answers="\n".join(map(_answer, document["components"]["schemas"].values())),
        problems="\n".join(map(_problem, problems.KINDS)),
    )


def _call(method: str, path: str, call: Schema) -> str:
    parameters = [(each["name"], each["schema"], each) for each in call.get("parameters", ())]
    parameters += [(name, field, field) for name, field in _form(call).items()]
    success = next(each for code, each in call["responses"].items() if code.startswith("2"))
    takes = f" Body: {_content(call['requestBody'])}." if "requestBody" in call else ""
    gives = f"{takes} Answer: {_content(success)}."
    return (
        f"<h2><code>{method.upper()} {_text(path)}</code></h2>\n"
        f"<p>{_text(call['summary'])}. {_text(call['description'])}{gives}</p>\n"
        f"{_table(parameters)}"
    )


def _form(call: Schema) -> Schema:
    """Return the fields of the form that a call takes, if it takes one."""
    content = call.get("requestBody", {}).get("content", {})
    schema = content.get("multipart/form-data", {}).get("schema", {})
    fields: Schema = schema.get("properties", {})
    return fields


def _content(body: Schema) -> str:
    """Return what the body of a request or of an answer is."""
    for media, content in body.get("content", {}).items():
        return _type(content["schema"]) if media == "application/json" else media
    return "nothing"


def _answer(schema: Schema) -> str:
    fields = ((name, each, each) for name, each in schema.get("properties", {}).items())
    title = _text(schema["title"])
    what = f"{_text(schema['description'])} {_type(schema) if 'enum' in schema else ''}"
    return f"<h2 id={title}>{title}</h2>\n<p>{what}</p>\n{_table(fields)}"


def _problem(kind: problems.Kind) -> str:
    return (
        f"<h2 id={kind.name}>{kind.status} {kind.name}</h2>\n"
        f"<p>{_text(kind.title)}. {_text(kind.remedy)}</p>"
    )


def _table(rows: Iterable[tuple[str, Schema, Schema]]) -> str:
    """Return a table of things, each with its name, its schema and what holds its description."""
    lines = (
        f"<tr><td><code>{_text(name)}</code><td>{_type(schema)}"
        f"<td>{_text(described.get('description', ''))}</tr>"
        for name, schema, described in rows
    )
    return "<table>\n{}\n</table>".format("\n".join(lines))


def _type(schema: Schema) -> str:
    """Return a schema in a word or two, a link to it if it has a name."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(map(_type, schema["anyOf"]))
    if "items" in schema:
        return f"list of {_type(schema['items'])}"
    if "enum" in schema or "const" in schema:
        return " or ".join(map(_text, schema.get("enum", [schema.get("const")])))
    return _text(schema.get("type", "")) + _bounds(schema)


def _bounds(schema: Schema) -> str:
    words = {"minimum": "from", "maximum": "to", "default": "by default"}
    return "".join(f" {words[name]} {schema[name]}" for name in words if schema.get(name))


def _text(text: str) -> str:
    """Return text as HTML; what stands between backquotes is code."""
    return _CODE.sub(r"<code>\1</code>", escape(text))
