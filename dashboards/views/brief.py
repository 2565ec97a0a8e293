"""Brief: a draft of the incident report, each sentence with its source, to download."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import brief_files, frames
from dashboards.brief import brief
from dashboards.facts import facts
from dashboards.page import newest, published, read, show, told_plainly
from dashboards.views.incident import NONE, choose, named

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def page() -> None:
    """The draft for one incident, chosen above or by its link."""
    with told_plainly():
        found = read(frames.incidents) if published().generation else pd.DataFrame()
        if found.empty:
            if newest() is not None:
                show(NONE)
            return
        identity = choose(named(found))
        newest()
        told = read(facts, identity)
        if told is None:
            show(NONE)
            return
        draft = brief(told)
        show(brief_files.html_body(draft))
        files = {
            "Markdown": (brief_files.as_markdown(draft).encode(), "md", "text/markdown"),
            "HTML": (brief_files.as_html(draft).encode(), "html", "text/html"),
            "Word": (brief_files.as_docx(draft), "docx", WORD),
        }
        with st.container(horizontal=True):
            for name, (content, ending, mime) in files.items():
                file = f"brief-{identity}.{ending}"
                st.download_button(f"Download as {name}", content, file, mime, on_click="ignore", key=f"brief-{ending}")
