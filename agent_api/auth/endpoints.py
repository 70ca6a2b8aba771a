"""Log in, log out, who am I."""

from fastapi import Request, Response

from agent_api.asking import COOKIE, Asking, ServicesHere, token_of
from agent_api.auth.schemas import Credentials, DeskPhone, LoggedIn, Me, PagePhone, PasswordChange, user_shown
from agent_api.errors import NotLoggedIn, TooManyTries, WeakPassword, WrongCurrentPassword, WrongPassword
from agent_api.problems import documented
from agent_api.routing import Router

router = Router(tags=["auth"])


@router.post("/auth/login", responses=documented(WrongPassword, TooManyTries))
async def log_in(credentials: Credentials, request: Request, response: Response, services: ServicesHere) -> LoggedIn:
    """Log in; the answer sets the session's cookie.

    After 8 failed tries a name, after 40 an address must wait a minute.
    """
    address = request.client.host if request.client else ""
    token, user = await services.auth.log_in(credentials.username, credentials.password, address)
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return LoggedIn(token=token, user=user_shown(user))


@router.post("/auth/logout", status_code=204, responses=documented())
async def log_out(request: Request, response: Response, services: ServicesHere) -> None:
    """End this session; does nothing where there is none."""
    if token := token_of(request):
        user_id = await services.auth.log_out(token)
        if user_id is not None:
            services.feed.drop(user_id)
    response.delete_cookie(COOKIE)


@router.get("/me", responses=documented(NotLoggedIn))
async def me(user: Asking, request: Request, services: ServicesHere) -> Me:
    """Who is logged in, and what their phones register with."""
    host, settings = request.url.hostname or "127.0.0.1", services.settings
    web, desk = f"agent-{user.id}", f"desk-{user.id}"
    # A page that came over https may only open wss: the proxy in front passes /ws on to Asterisk.
    secure = request.url.scheme == "https"
    ws_url = f"wss://{request.url.netloc}/ws" if secure else f"ws://{host}:{settings.ws_port}/ws"
    return Me(
        **user_shown(user).model_dump(),
        phone=PagePhone(ws_url=ws_url, sip_uri=f"sip:{web}@{host}", user=web, secret=user.sip_secret),
        desk_phone=DeskPhone(host=settings.sip_host, port=settings.sip_port, user=desk, secret=user.sip_secret),
        queue=f"queue:{settings.queue}",
    )


@router.post(
    "/me/password",
    status_code=204,
    responses=documented(NotLoggedIn, WrongCurrentPassword, WeakPassword, TooManyTries),
)
async def change_password(change: PasswordChange, user: Asking, request: Request, services: ServicesHere) -> None:
    """Change one's own password; every other session of the same person ends."""
    await services.auth.change_password(user, token_of(request), change.current, change.new)
    services.feed.drop(user.id)
