"""The page that a communications lead keeps open. `dashboards.serve.command` starts it."""

from __future__ import annotations

import streamlit as st

from dashboards.page import keep_up, state
from dashboards.parts import STYLE
from dashboards.viewer import enter
from dashboards.views import brief, health, incident, now, replay, rules, scorecard, service

LIVE = ("Now", "Service", "Incident", "Health")  # these follow what is published; on the others someone reads or tries

st.set_page_config(page_title="Downchatter", page_icon=str(STYLE.with_name("icon.svg")), layout="wide")
st.html(STYLE)
chosen = st.navigation(
    [
        st.Page(now.page, title="Now", url_path="now", icon=":material/radar:", default=True),
        st.Page(service.page, title="Service", url_path="service", icon=":material/show_chart:"),
        st.Page(incident.page, title="Incident", url_path="incident", icon=":material/timeline:"),
        st.Page(brief.page, title="Brief", url_path="brief", icon=":material/description:"),
        st.Page(replay.page, title="Replay", url_path="replay", icon=":material/replay:"),
        st.Page(rules.page, title="Rules", url_path="rules", icon=":material/tune:"),
        st.Page(scorecard.page, title="Scorecard", url_path="scorecard", icon=":material/speed:"),
        st.Page(health.page, title="Health", url_path="health", icon=":material/monitor_heart:"),
    ],
    position="top",
)
if enter():
    shown = state()
    chosen.run()
    if chosen.title in LIVE:
        keep_up(shown)
