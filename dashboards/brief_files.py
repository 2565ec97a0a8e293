"""A brief as Markdown, HTML and DOCX. What others wrote stays text in each."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape

from dashboards.brief import Brief, Sentence, Source
from dashboards.markup import Safe, fill, join, outward
from dashboards.words import plain


def as_markdown(brief: Brief) -> str:
    """The brief in Markdown, with its sources numbered at the end."""
    numbers = _numbers(brief)
    lines = [f"# {_quiet(brief.title)}", "", f"*{_quiet(brief.notice)}*", ""]
    for part in brief.parts:
        lines += [f"## {_quiet(part.title)}", ""]
        lines += [f"- {_quiet(one.text)} {_refs(one, numbers)}" for one in part.sentences]
        lines.append("")
    lines += ["## Sources", ""]
    lines += [f"{number}. {_quiet(source.words)}{_address(source)}" for source, number in numbers.items()]
    return "\n".join(lines) + "\n"


def as_html(brief: Brief) -> str:
    """The brief as one page of HTML that fetches nothing."""
    return fill(_PAGE, title=plain(brief.title), body=html_body(brief))


def html_body(brief: Brief) -> Safe:
    """The brief as markup to set into a page of ours."""
    numbers = _numbers(brief)
    parts = join(
        fill(
            "<h2>{title}</h2><ul>{rows}</ul>",
            title=part.title,
            rows=join(
                fill("<li>{text} <small>{refs}</small></li>", text=plain(one.text), refs=_refs(one, numbers))
                for one in part.sentences
            ),
        )
        for part in brief.parts
    )
    sources = join(fill("<li>{words}</li>", words=_html_source(source)) for source in numbers)
    return fill(
        "<article class='dc-brief'><h1>{title}</h1><p><em>{notice}</em></p>{parts}"
        "<h2>Sources</h2><ol>{sources}</ol></article>",
        title=plain(brief.title),
        notice=plain(brief.notice),
        parts=parts,
        sources=sources,
    )


def as_docx(brief: Brief) -> bytes:
    """The brief as a Word document (Office Open XML), the same bytes for the same brief."""
    numbers = _numbers(brief)
    body = [_paragraph(brief.title, "Title"), _paragraph(brief.notice, "Subtitle")]
    for part in brief.parts:
        body.append(_paragraph(part.title, "Heading1"))
        body += [_paragraph(f"{one.text} {_refs(one, numbers)}") for one in part.sentences]
    body.append(_paragraph("Sources", "Heading1"))
    body += [_paragraph(f"{number}. {one.words} {outward(one.url)}") for one, number in numbers.items()]
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in (*_FIXED.items(), ("word/document.xml", _DOCUMENT.format(body="".join(body)))):
            file.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), text)
    return made.getvalue()


def _numbers(brief: Brief) -> dict[Source, int]:
    sources = (source for part in brief.parts for one in part.sentences for source in one.sources)
    return {source: number for number, source in enumerate(dict.fromkeys(sources), start=1)}


def _refs(sentence: Sentence, numbers: dict[Source, int]) -> str:
    return "[" + ", ".join(str(numbers[source]) for source in sentence.sources) + "]"


def _quiet(text: str) -> str:
    """Text in which no character means anything to Markdown."""
    flat = re.sub(r"\s+", " ", plain(text)).replace("://", ":\u2060//")
    return re.sub(r"([\\`*_\[\]<>#|~!$&@])", r"\\\1", flat)


def _address(source: Source) -> str:
    url = re.sub(r"[<>\s]", "", outward(source.url))
    return f" <{url}>" if url else ""


def _html_source(source: Source) -> Safe:
    if not outward(source.url):
        return fill("{words}", words=plain(source.words))
    return fill(
        '{words}: <a href="{url}" rel="noopener noreferrer">{url}</a>', words=plain(source.words), url=source.url
    )


def _paragraph(text: str, style: str = "") -> str:
    kept = re.sub(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", plain(text))
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{look}<w:r><w:t xml:space="preserve">{escape(kept)}</w:t></w:r></w:p>'


_PAGE: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    "<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}}"
    "h1{{line-height:1.2}}small{{color:#566}}</style><body>{body}</body></html>"
)
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_OFFICE: Final = "http://schemas.openxmlformats.org"
_WORD: Final = f"{_OFFICE}/wordprocessingml/2006/main"
_DOCUMENT: Final = f'{_XML}<w:document xmlns:w="{_WORD}"><w:body>{{body}}</w:body></w:document>'
_MIME: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_LINK: Final = f"{_OFFICE}/officeDocument/2006/relationships"


def _style(name: str, title: str, size: int) -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{title}"/>'
        '<w:pPr><w:spacing w:before="240"/></w:pPr>'
        f'<w:rPr><w:b/><w:sz w:val="{size}"/></w:rPr></w:style>'
    )


_FIXED: Final = {
    "[Content_Types].xml": (
        f'{_XML}<Types xmlns="{_OFFICE}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_MIME}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_MIME}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{_XML}<Relationships xmlns="{_OFFICE}/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{_LINK}/officeDocument" Target="word/document.xml"/></Relationships>'
    ),
    "word/_rels/document.xml.rels": (
        f'{_XML}<Relationships xmlns="{_OFFICE}/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{_LINK}/styles" Target="styles.xml"/></Relationships>'
    ),
    "word/styles.xml": (
        f'{_XML}<w:styles xmlns:w="{_WORD}">{_style("Title", "Title", 40)}{_style("Subtitle", "Subtitle", 20)}'
        f"{_style('Heading1', 'heading 1', 28)}</w:styles>"
    ),
}
