from __future__ import annotations

from exam_engine.accounts.authenticating import COOKIE
from tests.accounts.school import PASSWORD, Client, School, hidden, see


async def test_a_teacher_signs_in_and_sees_the_first_page(app_client: Client, school: School) -> None:
    asked = await see(app_client, "/")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/sign-in?next=/"
    page = await see(app_client, "/sign-in")
    token = hidden(page.text, "_csrf_token")
    form = {"_csrf_token": token, "username": " Teacher ", "password": PASSWORD, "next": "/account"}
    signed_in = await app_client.post("/sign-in", data=form, follow_redirects=False)
    assert signed_in.status_code == 303
    assert signed_in.headers["location"] == "/account"
    cookie = next(c for c in signed_in.headers.get_list("set-cookie") if c.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    home = await see(app_client, "/")
    assert home.status_code == 200
    assert "Teacher" in home.text
    assert home.headers["cache-control"] == "private, no-store"
