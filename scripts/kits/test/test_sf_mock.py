"""The Python kit, tried against a server. SF_MOCK_BIN names the program."""

import os
import signal
import stat
import subprocess
import sys
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import pytest

KITS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(KITS))

from sf_mock import SfMock, SfMockError  # noqa: E402

_direct = build_opener(ProxyHandler({}))


@pytest.fixture(scope="module")
def mock():
    with SfMock(seed=7) as running:
        yield running


class Connected:
    """An org with the user `ada`, who has connected an installed app."""

    def __init__(self, mock):
        self.app = mock.new_app()
        self.org = mock.new_org(users=["ada"], apps=[self.app])
        self.session = self.org.session("ada", self.app)

    def select(self, soql="SELECT Id FROM User") -> int:
        return select(self.session, soql)

    def refresh(self) -> int:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self.session["refresh_token"],
            "client_id": self.app["consumer_key"],
            "client_secret": self.app["consumer_secret"],
        }
        return status(Request(f"{self.session['instance_url']}/services/oauth2/token", urlencode(form).encode()))


@pytest.fixture
def connected(mock):
    return Connected(mock)


def status(request: Request) -> int:
    try:
        with _direct.open(request) as answer:
            return answer.status
    except HTTPError as refused:
        with refused:
            return refused.code


def select(session, soql="SELECT Id FROM User") -> int:
    url = f"{session['instance_url']}/services/data/v67.0/query?q={quote(soql)}"
    return status(Request(url, headers={"Authorization": f"Bearer {session['access_token']}"}))


def test_a_new_org_has_its_users_apps_and_records(mock):
    record = {"type": "Account", "fields": {"Name": "Acme"}}
    org = mock.new_org(
        users=["ada", {"name": "bob", "profile": "System Administrator"}], apps=["installed"], records=[record]
    )
    assert sorted(user["name"] for user in org.users) == ["ada", "bob"]
    assert [record["fields"]["Name"] for record in org.records()] == ["Acme"]
    assert org.control("GET", "/apps/installed")["presence"] == "installed"
    assert select(org.session("bob"), "SELECT Name FROM Account") == 200


def test_a_user_made_later_can_log_in(mock):
    org = mock.new_org()
    user = org.new_user(profile="System Administrator")
    assert user["password"]
    assert select(org.session(user)) == 200
    assert org.user(user)["username"] == user["username"]


def test_records_are_made_one_by_one_or_many_at_once_and_found_again(mock):
    org = mock.new_org()
    one = org.new_record("Account", Name="One")
    two, three = org.new_records({"type": "Account", "fields": {"Name": name}} for name in ("Two", "Three"))
    assert [record["id"] for record in org.records()] == [one["id"], two["id"], three["id"]]


def test_policies_are_set_and_given_back_to_the_era(mock):
    org = mock.new_org()
    assert org.set_policies(require_pkce=True)["require_pkce"] is True
    org.set_policies(require_pkce=None)
    assert org.policies()["require_pkce"] is False


def test_a_removed_org_is_gone(mock):
    org = mock.new_org()
    org.remove()
    with pytest.raises(SfMockError) as refused:
        mock.org(org.name)
    assert refused.value.status == 404


def test_an_app_works_where_it_is_installed_and_no_longer_where_it_is_uninstalled(connected):
    assert connected.refresh() == 200
    connected.org.uninstall(connected.app)
    assert connected.refresh() == 400
    connected.org.install(connected.app)
    connected.session = connected.org.session("ada", connected.app)
    assert connected.refresh() == 200


def test_a_blocked_app_is_refused(connected):
    connected.org.set_app(connected.app, blocked=True)
    assert connected.refresh() == 400
    assert connected.org.refusals()


def test_an_ended_session_is_over(mock, connected):
    assert connected.select() == 200
    mock.end_session(connected.session["access_token"])
    assert connected.select() == 401


def test_sessions_end_when_the_clock_passes_them(mock, connected):
    began = mock.clock.freeze()
    assert mock.clock.now() == began
    assert mock.clock.advance(90) == began + timedelta(seconds=90)
    assert mock.clock.advance(timedelta(minutes=2)) == began + timedelta(seconds=210)
    mock.clock.advance("P2D")
    assert connected.select() == 401
    assert mock.clock.set(datetime(2027, 3, 1, 12)) == datetime(2027, 3, 1, 12, tzinfo=timezone.utc)
    mock.clock.unfreeze()
    assert abs(mock.clock.reset() - datetime.now(timezone.utc)) < timedelta(minutes=1)


def test_a_fault_meets_as_many_requests_of_its_org_as_it_says(mock, connected):
    other = Connected(mock)
    fault = connected.org.fault({"status": 503}, {"route": "rest/query"}, count=2)
    assert [one.select() for one in (connected, other, connected, connected)] == [503, 200, 503, 200]
    assert fault.state()["applied"] == 2


def test_a_held_request_waits_until_it_is_released(connected):
    fault = connected.org.fault({"hold": True}, {"route": "rest/query"})
    statuses = []
    caller = threading.Thread(target=lambda: statuses.append(connected.select()))
    caller.start()
    fault.wait_until_held()
    assert fault.release() == 1
    caller.join(10)
    assert statuses == [200]


def test_a_fault_that_holds_nothing_is_not_waited_for_beyond_the_time_given(connected):
    fault = connected.org.fault({"hold": True}, {"route": "rest/query"})
    with pytest.raises(TimeoutError, match="held no request within 0.03 s"):
        fault.wait_until_held(timeout=0.03)


def test_a_removed_fault_meets_nothing(connected):
    fault = connected.org.fault({"status": 500}, count=None)
    assert connected.select() == 500
    fault.remove()
    assert fault.state() is None
    assert connected.select() == 200


def test_the_journal_shows_what_an_org_was_asked(mock, connected):
    connected.select()
    entry = mock.wait_for_request(lambda entry: entry["route"] == "rest/query", org=connected.org)
    assert (entry["method"], entry["status"]) == ("GET", 200)
    assert connected.org.requests(since=entry["seq"]) == []


def test_a_request_that_never_comes_is_missed_with_the_list_of_those_that_did(mock, connected):
    connected.select()
    with pytest.raises(TimeoutError, match=r"no such request within 0\.03 s; seen: .*/query 200"):
        mock.wait_for_request(lambda _: False, org=connected.org, timeout=0.03)


def test_the_outbox_holds_the_e_mails_of_one_org(mock):
    org = mock.new_org(users=["ada"])
    org.control("POST", "/users/ada/password-reset", {})
    assert [mail["kind"] for mail in org.outbox()] == ["password_reset"]
    assert mock.outbox(org=org, kind="verification_code") == []


def test_a_restored_snapshot_of_an_org_has_its_records_again_and_leaves_others_alone(mock):
    org = mock.new_org(records=[{"type": "Account", "fields": {"Name": "Acme"}}])
    other = mock.new_org()
    snapshot = org.snapshot()
    org.new_record("Account", Name="Blue")
    other.new_record("Account", Name="Red")
    snapshot.restore()
    assert [len(each.records()) for each in (org, other)] == [1, 1]


def test_a_reset_brings_the_built_in_world_back():
    with SfMock() as own:
        org = own.new_org()
        own.reset()
        with pytest.raises(SfMockError):
            own.org(org.name)
        assert own.org("acme").name == "acme"


REFUSED = {
    "a wrong name is named": (lambda mock: mock.new_org("no good"), 400, "name"),
    "a name that is taken is a conflict": (lambda mock: mock.new_org("acme"), 409, "name"),
    "a field deep inside is named": (
        lambda mock: mock.new_org(users=["ada", {"name": "bob", "profile": "Nobody"}]),
        400,
        "users[1].profile",
    ),
    "a duration that is none is named": (lambda mock: mock.clock.advance("soon"), 400, "advance"),
    "a route that does not exist is named": (
        lambda mock: mock.fault({"status": 500}, {"route": "rest/nothing"}),
        400,
        "match.route",
    ),
    "an org that does not exist is no field": (lambda mock: mock.org("nowhere"), 404, None),
}


@pytest.mark.parametrize("call, expected, field", REFUSED.values(), ids=REFUSED)
def test_a_refusal_of_the_control_api_names_the_field(mock, call, expected, field):
    with pytest.raises(SfMockError) as refused:
        call(mock)
    assert (refused.value.status, refused.value.field) == (expected, field)
    assert field is None or f"{field}: {refused.value.detail}" in str(refused.value)


def test_a_server_with_a_token_is_driven_with_it_and_by_nobody_else():
    with SfMock(control_token="open sesame", tls=True, addressing="names") as own:
        assert own.org("acme").instance_url == f"http://acme.my.localhost:{urlsplit(own.login_url).port}"
        assert own.ready["login_url_tls"].startswith("https:")
        with pytest.raises(SfMockError) as refused:
            SfMock.connect(own.control_url, "guess")
        assert refused.value.status == 401
        with SfMock.connect(own.control_url, "open sesame") as friend:
            assert friend.org("acme").id == own.org("acme").id
        assert own.clock.now(), "a server that was only connected to goes on"


def test_a_server_is_found_in_the_environment_of_exec(mock, monkeypatch):
    monkeypatch.setenv("SF_MOCK_CONTROL_URL", mock.control_url)
    monkeypatch.setenv("SF_MOCK_URL", mock.login_url)
    monkeypatch.setenv("SF_MOCK_TEST_URL", mock.test_url)
    monkeypatch.setenv("SF_MOCK_CONTROL_TOKEN", "")
    found = SfMock.connect()
    assert (found.login_url, found.test_url) == (mock.login_url, mock.test_url)
    assert {"acme", "devhub"} <= {org["name"] for org in found.ready["orgs"]}


def test_without_a_server_there_is_nothing_to_connect_to(monkeypatch):
    monkeypatch.delenv("SF_MOCK_CONTROL_URL", raising=False)
    with pytest.raises(RuntimeError, match="sf-mock exec"):
        SfMock.connect()


def test_variables_that_are_meant_for_other_servers_do_not_reach_this_one(monkeypatch):
    monkeypatch.setenv("SF_MOCK_WORLD", "/nowhere.yaml")
    SfMock().stop()


def test_a_proxy_of_the_environment_is_not_asked(mock, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert mock.clock.now()


def test_a_server_that_does_not_start_says_why():
    with pytest.raises(RuntimeError, match=r"ended with 2 before it was ready\n.*nowhere\.yaml"):
        SfMock(world="/nowhere.yaml")
    with pytest.raises(RuntimeError, match="cannot start /no/such/program"):
        SfMock(bin="/no/such/program")


def test_a_server_that_never_gets_ready_is_given_up(tmp_path):
    mute = tmp_path / "mute"
    mute.write_text("#!/bin/sh\necho thinking >&2\nexec sleep 60\n")
    mute.chmod(mute.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(RuntimeError, match=r"was not ready within 0\.3 s\nthinking"):
        SfMock(bin=mute, timeout=0.3)


SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from sf_mock import SfMock
mock = SfMock()
print(mock.control_url, flush=True)
"""


def test_the_program_is_found_on_the_path_and_missed_with_all_the_ways_to_name_it():
    def start(path):
        return subprocess.run(
            [sys.executable, "-c", SCRIPT, str(KITS)], env={"PATH": path}, capture_output=True, text=True
        )

    assert start(os.path.dirname(os.environ["SF_MOCK_BIN"])).returncode == 0
    assert "give its path as `bin`, name it in SF_MOCK_BIN, or put it on the PATH" in start("/nowhere").stderr


def test_a_call_after_the_server_has_died_says_how_it_ended():
    with SfMock() as own:
        os.kill(own.pid, signal.SIGKILL)
        with pytest.raises(ConnectionError, match="no answer from http.*; the server ended with SIGKILL"):
            while True:
                own.clock.now()


@pytest.mark.parametrize(
    "ending", ["", "raise RuntimeError('a test broke')", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]
)
def test_a_server_that_nobody_stopped_ends_with_the_test_runner(ending):
    ran = subprocess.run([sys.executable, "-c", SCRIPT + ending, str(KITS)], capture_output=True, text=True, timeout=30)
    clock = Request(ran.stdout.strip() + "/clock")
    with pytest.raises(OSError):
        while True:
            status(clock)
