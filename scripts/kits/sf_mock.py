"""Test kit of sf-mock for Python 3.9 or later. One file, standard library alone: copy it beside your tests.

    from sf_mock import SfMock

    with SfMock() as mock:
        org = mock.new_org(users=["ada"], apps=["installed"])
        session = org.session("ada")
        session["access_token"], session["instance_url"]

As a pytest fixture, one server for all tests and an org for each of them:

    @pytest.fixture(scope="session")
    def mock():
        with SfMock() as running:
            yield running

    @pytest.fixture
    def org(mock):
        return mock.new_org(users=["ada"])

What the control API answers is handed over as it is, with its own member names; they are in its OpenAPI document.
"""

from __future__ import annotations

import atexit
import json
import os
import secrets
import shutil
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from http.client import HTTPException
from typing import Any, Optional, TypedDict, Union
from urllib.parse import quote, urlencode, urlsplit

__all__ = ["Clock", "Fault", "Named", "Org", "Ready", "Session", "SfMock", "SfMockError", "Snapshot"]

Json = dict[str, Any]

#: A name, or anything that has one: an org, an app, a user.
Named = Union[str, Mapping[str, Any], "Org"]

#: Characters of the server's log kept for error messages.
_LOG_KEPT = 64 * 1024

#: Seconds that one call of the control API may take.
_CALL_TIMEOUT = 60.0


class Ready(TypedDict):
    """The server's ready line."""

    login_url: str
    test_url: str
    login_url_tls: Optional[str]
    test_url_tls: Optional[str]
    control_url: str
    control_token: Optional[str]
    ca_file: Optional[str]
    orgs: list[Json]


class _Tokens(TypedDict):
    access_token: str
    instance_url: str
    id: str


class Session(_Tokens, total=False):
    """A token made without the dance; `id` names the session when it is to end."""

    refresh_token: str


class SfMockError(Exception):
    """A call of the control API that was refused. The message names the call, the field and what was expected of it."""

    def __init__(self, call: str, status: int, problem: Mapping[str, Any]):
        #: HTTP status of the refusal.
        self.status = status
        #: The member of the body, query or path that is wrong, `users[0].profile`; None if it is not one alone.
        self.field: Optional[str] = problem.get("field")
        #: What was expected.
        self.detail: str = problem.get("detail") or problem.get("title") or "no reason given"
        super().__init__(f"{call} was refused with {status}: {self.field + ': ' if self.field else ''}{self.detail}")


def _name(named: Named) -> str:
    if isinstance(named, str):
        return named
    return named.name if isinstance(named, Org) else named["name"]


def _segment(named: Named) -> str:
    return quote(_name(named), safe="")


def _unique(kind: str) -> str:
    return f"{kind}-{secrets.token_hex(4)}"


def _query(**members: Any) -> str:
    given = {
        name: value if isinstance(value, (str, int)) else _name(value)
        for name, value in members.items()
        if value is not None
    }
    return f"?{urlencode(given)}" if given else ""


def _timestamp(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _program(named: str | os.PathLike[str] | None) -> str:
    found = named or os.environ.get("SF_MOCK_BIN") or shutil.which("sf-mock")
    if not found:
        raise FileNotFoundError(
            "no sf-mock found: give its path as `bin`, name it in SF_MOCK_BIN, or put it on the PATH"
        )
    return os.fspath(found)


def _environment() -> dict[str, str]:
    """Ours, without the variables that would give the server other ports, another world or another token."""
    kept = ("SF_MOCK_BIN", "SF_MOCK_CA_DIR", "SF_MOCK_LOG")
    return {
        name: value for name, value in os.environ.items() if not name.upper().startswith("SF_MOCK_") or name in kept
    }


class _Process:
    """A server of ours. It ends with `stop`, and with this process however that ends."""

    def __init__(self, command: Sequence[str]):
        try:
            # The server reads the other end of this pipe and stops when this process is gone, even after SIGKILL.
            self._popen = subprocess.Popen(
                command,
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise RuntimeError(f"cannot start {command[0]}: {error}") from error
        self.log = ""
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        atexit.register(self.stop)

    def _read_log(self) -> None:
        assert self._popen.stderr
        for line in self._popen.stderr:
            self.log = (self.log + line)[-_LOG_KEPT:]

    @property
    def pid(self) -> int:
        return self._popen.pid

    def ready_line(self, timeout: float) -> str:
        assert self._popen.stdout
        patience = threading.Timer(timeout, self._popen.kill)
        patience.start()
        line = self._popen.stdout.readline()
        too_late = not patience.is_alive()
        patience.cancel()
        if line and not too_late:
            return line
        self.stop()
        if too_late:
            raise RuntimeError(f"sf-mock was not ready within {timeout:g} s\n{self.log.strip()}")
        raise RuntimeError(f"sf-mock {self.end()} before it was ready\n{self.log.strip()}")

    def end(self, patience: float = 0.5) -> str:
        """How it ended, `ended with 2`; empty while it runs. A connection breaks a little before the end is known."""
        try:
            code = self._popen.wait(patience)
        except subprocess.TimeoutExpired:
            return ""
        return f"ended with {signal.Signals(-code).name if code < 0 else code}"

    def stop(self) -> None:
        atexit.unregister(self.stop)
        if self._popen.poll() is None:
            self._popen.terminate()
        try:
            self._popen.wait(10)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        self._reader.join(1)
        for stream in (self._popen.stdin, self._popen.stdout, self._popen.stderr):
            if stream:
                stream.close()


class _Control:
    """The control API: straight to the server whatever proxy the environment names."""

    def __init__(self, url: str, token: str | None, process: _Process | None):
        self._url = url
        self._token = token
        self._process = process
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, headers, method=method)
        try:
            with self._opener.open(request, timeout=_CALL_TIMEOUT) as answer:
                text = answer.read()
        except urllib.error.HTTPError as refusal:
            with refusal:
                raise SfMockError(f"{method} {path}", refusal.code, _problem(refusal.read())) from None
        except (OSError, HTTPException) as error:
            raise ConnectionError(f"{method} {path}: no answer from {self._url}: {error}{self._why_gone()}") from error
        return json.loads(text) if text else None

    def _why_gone(self) -> str:
        end = self._process.end() if self._process else ""
        return f"; the server {end}\n{self._process.log.strip()}" if self._process and end else ""


def _problem(body: bytes) -> Json:
    try:
        problem = json.loads(body)
    except ValueError:
        problem = None
    return problem if isinstance(problem, dict) else {"detail": body.decode("utf-8", "replace").strip()}


class Clock:
    """The virtual clock, which everything issued or checked obeys."""

    def __init__(self, control: _Control):
        self._control = control

    def now(self) -> datetime:
        """The time by this clock, in UTC."""
        return _timestamp(self._control.call("GET", "/clock")["now"])

    def advance(self, by: str | float | timedelta) -> datetime:
        """By an ISO 8601 duration (`PT15M`, `P31D`), by seconds, or by a timedelta; tells the new time."""
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        return self._set(advance=seconds if isinstance(seconds, str) else f"PT{_plain(seconds)}S")

    def set(self, to: str | datetime) -> datetime:
        """To an RFC 3339 time or a datetime; one without a zone is UTC."""
        if isinstance(to, datetime):
            to = (to if to.tzinfo else to.replace(tzinfo=timezone.utc)).isoformat()
        return self._set(set=to)

    def freeze(self) -> datetime:
        return self._set(freeze=True)

    def unfreeze(self) -> datetime:
        """Lets a frozen clock run on."""
        return self._set(freeze=False)

    def reset(self) -> datetime:
        """Back to wall time, running."""
        return self._set(reset=True)

    def _set(self, **change: Any) -> datetime:
        return _timestamp(self._control.call("POST", "/clock", change)["now"])


def _plain(seconds: float) -> str:
    """Without an exponent, which ISO 8601 does not know."""
    return f"{seconds:.9f}".rstrip("0").rstrip(".")


class Fault:
    """A planned fault."""

    def __init__(self, control: _Control, planned: Json):
        self._control = control
        self.id: str = planned["id"]

    def release(self) -> int:
        """Lets go the requests that a `hold` keeps waiting; tells how many."""
        return self._control.call("POST", f"/faults/{self.id}/release")["released"]

    def wait_until_held(self, timeout: float = 5.0) -> None:
        """Waits until a `hold` keeps a request."""
        if _within(timeout, lambda: (self.state() or {}).get("held")) is None:
            raise TimeoutError(f"fault {self.id} held no request within {timeout:g} s")

    def state(self) -> Json | None:
        """What became of it: `seen`, `applied` and `held` are counts. None once it is removed."""
        return next((fault for fault in self._control.call("GET", "/faults")["faults"] if fault["id"] == self.id), None)

    def remove(self) -> None:
        self._control.call("DELETE", f"/faults/{self.id}")


def _within(timeout: float, look: Callable[[], Any]) -> Any:
    """The first thing that is seen, or None when the time is over."""
    end = time.monotonic() + timeout
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() >= end:
            return None
        time.sleep(0.02)


class Snapshot:
    """What can be gone back to."""

    def __init__(self, control: _Control, id: str):
        self._control = control
        self.id = id

    def restore(self) -> None:
        self._control.call("POST", f"/snapshots/{_segment(self.id)}/restore")


class Org:
    """One org."""

    def __init__(self, mock: SfMock, answer: Json):
        self._mock = mock
        self.name: str = answer["name"]
        self.id: str = answer["id"]
        self.instance_url: str = answer["instance_url"]
        #: As they were when this object was made; `user` reads one afresh.
        self.users: list[Json] = list(answer.get("users", []))

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """One call below this org: `org.control("POST", "/objects", {...})`."""
        return self._mock.control(method, f"/orgs/{_segment(self)}{path}", body)

    def user(self, named: Named) -> Json:
        """A user with `username` and `password`."""
        return self.control("GET", f"/users/{_segment(named)}")

    def new_user(self, name: str | None = None, **members: Any) -> Json:
        """Username and password are made up where they are left out."""
        made = self.control("POST", "/users", {"name": name or _unique("user"), **members})
        self.users.append(made)
        return made

    def install(self, app: Named) -> Json:
        """Installs an app or a package."""
        return self.control("PUT", f"/installs/{_segment(app)}")

    def uninstall(self, app: Named) -> None:
        self.control("DELETE", f"/installs/{_segment(app)}")

    def set_app(self, app: Named, **changes: Any) -> Json:
        """Changes what the org decided about an app: `blocked=True`."""
        return self.control("PATCH", f"/apps/{_segment(app)}", changes)

    def session(self, user: Named, app: Named | None = None, **options: Any) -> Session:
        """A token without the dance. Options: `scopes`, `login_as`, `high_assurance`."""
        asked = {"username": _name(user), **({"app": _name(app)} if app is not None else {}), **options}
        return self.control("POST", "/sessions", asked)

    def new_record(self, type: str, **fields: Any) -> Json:
        return self.control("POST", "/records", {"type": type, "fields": fields})

    def new_records(self, records: Iterable[Json]) -> list[Json]:
        """Creates all or none: `[{"type": "Account", "fields": {"Name": "Acme"}}]`; answers with their ids."""
        return self.control("POST", "/records", list(records))

    def records(self) -> list[Json]:
        """The first 1,000 records."""
        return self.control("GET", "/records")["records"]

    def policies(self) -> Json:
        """The switches that hold, whoever set them."""
        return self.control("GET", "/policies")["effective_policies"]

    def set_policies(self, **switches: Any) -> Json:
        """Sets switches; None gives one back to the era."""
        return self.control("PATCH", "/policies", switches)["effective_policies"]

    def fault(self, action: Json, match: Json | None = None, **plan: Any) -> Fault:
        """Plans a fault for requests to this org."""
        return self._mock.fault(action, {**(match or {}), "org": self.name}, **plan)

    def requests(self, **filters: Any) -> list[Json]:
        return self._mock.requests(org=self, **filters)

    def refusals(self, **filters: Any) -> list[Json]:
        return self._mock.refusals(org=self, **filters)

    def outbox(self) -> list[Json]:
        """E-mails that Salesforce would have sent."""
        return self._mock.outbox(org=self)

    def snapshot(self) -> Snapshot:
        return self._mock.snapshot(self)

    def reset(self) -> None:
        """Brings the org back to the start."""
        self._mock.reset(self)

    def remove(self) -> None:
        self.control("DELETE", "")


class SfMock:
    """A server on free ports. `with` stops it; so does `stop`, and the end of this process."""

    def __init__(
        self,
        *flags: str,
        bin: str | os.PathLike[str] | None = None,
        world: str | os.PathLike[str] | None = None,
        data_dir: str | os.PathLike[str] | None = None,
        seed: int | None = None,
        addressing: str | None = None,
        tls: bool = False,
        control_token: str | None = None,
        timeout: float = 20.0,
    ):
        """Starts it and waits until it answers, for `timeout` seconds. `flags` are further flags of `sf-mock serve`."""
        given = {
            "--world": world,
            "--data-dir": data_dir,
            "--seed": seed,
            "--addressing": addressing,
            "--control-token": control_token,
        }
        named = [text for flag, value in given.items() if value is not None for text in (flag, str(value))]
        ports = [
            "--port",
            "0",
            "--test-port",
            "0",
            *(["--tls", "--tls-port", "0", "--tls-test-port", "0"] if tls else []),
        ]
        process = _Process([_program(bin), "serve", "--ready-json", "--stop-with-stdin", *ports, *named, *flags])
        self._be(json.loads(process.ready_line(timeout)), process)

    def _be(self, ready: Ready, process: _Process | None) -> None:
        self.ready = ready
        self._process = process
        self._control = _Control(ready["control_url"], ready["control_token"], process)
        self.clock = Clock(self._control)

    @classmethod
    def connect(cls, control_url: str | None = None, control_token: str | None = None) -> SfMock:
        """A server that runs already; by default the one that `sf-mock exec` put into the environment."""
        names = ("URL", "TEST_URL", "CONTROL_URL", "CONTROL_TOKEN", "CA_FILE")
        variables = {name: os.environ.get(f"SF_MOCK_{name}") or None for name in names}
        url = control_url or variables["CONTROL_URL"]
        if not url:
            raise RuntimeError(
                "no server to connect to: give `control_url`, or run the tests under `sf-mock exec -- …`"
            )
        if url != variables["CONTROL_URL"]:
            variables = dict.fromkeys(variables)
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        self = cls.__new__(cls)
        ready = Ready(
            login_url=variables["URL"] or origin,
            test_url=variables["TEST_URL"] or origin,
            login_url_tls=None,
            test_url_tls=None,
            control_url=url,
            control_token=control_token or variables["CONTROL_TOKEN"],
            ca_file=variables["CA_FILE"],
            orgs=[],
        )
        self._be(ready, None)
        ready["orgs"] = [
            {name: org[name] for name in ("name", "id", "instance_url")} for org in self.control("GET", "/orgs")["orgs"]
        ]
        return self

    def __enter__(self) -> SfMock:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def login_url(self) -> str:
        return self.ready["login_url"]

    @property
    def test_url(self) -> str:
        return self.ready["test_url"]

    @property
    def control_url(self) -> str:
        return self.ready["control_url"]

    @property
    def pid(self) -> int | None:
        """Process id of a server that was started here."""
        return self._process.pid if self._process else None

    @property
    def log(self) -> str:
        """What the server wrote to standard error so far; its last 64 Ki characters."""
        return self._process.log if self._process else ""

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """One call of the control API (`path` below `/_mock/v1`), for what has no method here."""
        return self._control.call(method, path, body)

    def org(self, name: str) -> Org:
        """An org that exists."""
        return Org(self, self.control("GET", f"/orgs/{_segment(name)}"))

    def new_org(
        self,
        name: str | None = None,
        *,
        users: Iterable[str | Json] = ({"name": "admin", "profile": "System Administrator"},),
        apps: Iterable[str | Json] = (),
        **members: Any,
    ) -> Org:
        """A new org, with an administrator `admin` unless users are given.

        Users are members or names alone; apps are entries or names alone, which are then installed. Other members are
        those of an org in a world file: `records`, `policies`, `kind`, `edition`, `era`.
        """
        asked = {
            "name": name or _unique("org"),
            "users": [{"name": user} if isinstance(user, str) else user for user in users],
            "apps": [app if not isinstance(app, str) and "app" in app else {"app": _name(app)} for app in apps],
            **members,
        }
        return Org(self, self.control("POST", "/orgs", asked))

    def new_app(self, name: str | None = None, **members: Any) -> Json:
        """A new app with its key and secret: by default one of the org `devhub`, which others have to install."""
        packaged = (
            {"distribution": "packaged"} if members.get("kind", "external_client_app") == "external_client_app" else {}
        )
        return self.control("POST", "/apps", {"name": name or _unique("app"), "org": "devhub", **packaged, **members})

    def end_session(self, session: str) -> None:
        """Ends a session, named by access token or id."""
        self.control("DELETE", f"/sessions/{_segment(session)}")

    def fault(self, action: Json, match: Json | None = None, **plan: Any) -> Fault:
        """Plans a fault: `fault({"status": 503}, {"route": "rest/query"}, count=2)`."""
        return Fault(self._control, self.control("POST", "/faults", {"match": match or {}, "action": action, **plan}))

    def remove_faults(self) -> None:
        """Removes every fault."""
        for fault in self.control("GET", "/faults")["faults"]:
            self.control("DELETE", f"/faults/{fault['id']}")

    def requests(
        self, *, since: int | None = None, org: Named | None = None, app: Named | None = None, limit: int | None = None
    ) -> list[Json]:
        """The journal: requests that arrived, oldest first; `since` leaves out those up to this `seq`."""
        return self.control("GET", "/requests" + _query(since=since, org=org, app=app, limit=limit))["requests"]

    def refusals(self, *, since: int | None = None, org: Named | None = None, app: Named | None = None) -> list[Json]:
        """Why requests were refused: rule, reason, and the clicks that mend it."""
        return self.control("GET", "/refusals" + _query(since=since, org=org, app=app))["refusals"]

    def wait_for_request(self, is_wanted: Callable[[Json], bool], *, timeout: float = 5.0, **filters: Any) -> Json:
        """Waits for a request, also for one that came before. Filters are those of `requests`."""
        seen: list[Json] = []

        def look() -> Json | None:
            seen[:] = self.requests(**filters)
            return next(filter(is_wanted, seen), None)

        found = _within(timeout, look)
        if found is None:
            arrived = ", ".join(f"{entry['method']} {entry['path'].split('?')[0]} {entry['status']}" for entry in seen)
            raise TimeoutError(f"no such request within {timeout:g} s; seen: {arrived or 'none'}")
        return found

    def outbox(self, *, org: Named | None = None, to: str | None = None, kind: str | None = None) -> list[Json]:
        """E-mails that Salesforce would have sent."""
        return self.control("GET", "/outbox" + _query(org=org, to=to, kind=kind))["emails"]

    def snapshot(self, org: Named | None = None) -> Snapshot:
        """A snapshot of everything, or of one org."""
        return Snapshot(self._control, self.control("POST", "/snapshots" + _query(org=org))["id"])

    def reset(self, org: Named | None = None) -> None:
        """Back to the start, all or one org."""
        self.control("POST", "/reset" + _query(org=org))

    def stop(self) -> None:
        """Ends the server, if it was started here, and waits for its end. Safe to call again."""
        process, self._process = self._process, None
        if process:
            process.stop()
