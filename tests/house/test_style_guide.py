"""The style guide shows itself in the demo and nowhere else."""

from __future__ import annotations

from dataclasses import replace

from exam_engine.app import create_app
from exam_engine.kit.settings import Settings
from tests.asking import Client


async def test_only_the_demo_shows_the_style_guide(settings: Settings) -> None:
    for demo, status in ((True, 200), (False, 404)):
        async with Client(create_app(replace(settings, demo=demo))) as client:
            reply = await client.get("/styleguide", headers={"accept": "text/html"})
            assert reply.status_code == status
            assert ("<math" in reply.text) is demo
