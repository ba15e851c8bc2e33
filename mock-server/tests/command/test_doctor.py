"""`sf-mock doctor`, from outside."""

import json
import os
import shutil
import socket
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import ProxyHandler, build_opener

import pytest

_direct = build_opener(ProxyHandler({}))

FREE = ["--port", "0", "--test-port", "0"]


def ports(mock) -> list[object]:
    return ["--port", urlsplit(mock.login_url).port, "--test-port", urlsplit(mock.test_url).port]


def problems(program, *flags, **variables) -> list[dict[str, str]]:
    """What the doctor calls a problem; its exit status has to agree."""
    ran = program.run("doctor", "--json", *flags, **variables)
    found = [finding for finding in json.loads(ran.stdout) if finding["state"] == "problem"]
    assert ran.returncode == (1 if found else 0), ran.stdout + ran.stderr
    assert all(finding["why"] and finding["mend"] for finding in found)
    return found


def the_problem(program, *flags, **variables) -> dict[str, str]:
    found = problems(program, *flags, **variables)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize("flags", [[], ["--proxy"], ["--proxy", "--control-token", "sesame"]])
def test_under_exec_all_is_well(program, flags):
    ran = program.run("exec", *flags, "--", program.path, "doctor")
    assert (ran.returncode, ran.stdout.splitlines()[-1]) == (0, "All is well."), ran.stdout


def test_without_a_server_its_ports_are_free(program):
    ran = program.run("doctor", *FREE)
    assert ran.returncode == 0 and "takes any free port" in ran.stdout


def test_a_running_server_is_recognised(program, mock):
    ran = program.run("doctor", *ports(mock))
    assert ran.returncode == 0, ran.stdout
    assert f"answers at port {urlsplit(mock.login_url).port}, the login host" in ran.stdout


@pytest.fixture
def stranger():
    """Something that listens and is not sf-mock."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_port_that_another_program_has_is_told_with_the_program(program, stranger):
    found = the_problem(program, "--port", stranger, "--test-port", "0")
    assert found["what"].startswith(f"port {stranger}, the login host, is taken by something that is not sf-mock")
    if Path("/proc/net/tcp").exists():
        assert f"process {os.getpid()}: " in found["what"]
    assert "--port" in found["mend"]


def test_another_program_at_the_ipv6_twin_of_localhost_is_found(program):
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with listener:
        found = the_problem(program, "--port", listener.getsockname()[1], "--test-port", "0")
    assert "another program listens at [::1]:" in found["what"]


def test_a_test_port_of_another_start_is_found(program, mock):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        unused = probe.getsockname()[1]
    found = the_problem(program, *ports(mock)[:2], "--test-port", unused)
    assert found["what"] == f"nothing listens at port {unused}, the test host, while the other port answers"


def test_a_wrong_control_token_is_found(program):
    from sf_mock import SfMock

    with SfMock(control_token="sesame") as guarded:
        assert problems(program, *ports(guarded), "--control-token", "sesame") == []
        found = problems(program, *ports(guarded), "--control-token", "guess")
    assert {finding["mend"] for finding in found} == {
        "give the token it was started with: --control-token, or SF_MOCK_CONTROL_TOKEN"
    }


def test_an_open_address_needs_a_token(program):
    assert the_problem(program, *FREE, "--host", "0.0.0.0")["what"] == "--host 0.0.0.0 without --control-token"


def test_variables_of_a_server_that_has_ended_are_found(program, mock):
    gone = {"SF_MOCK_CONTROL_URL": mock.control_url, "SF_MOCK_TEST_URL": mock.test_url}
    assert problems(program, **gone) == []
    mock.stop()
    found = problems(program, **gone)
    assert [finding["topic"] for finding in found] == ["ports", "ports"]
    assert "SF_MOCK_CONTROL_URL says that a server is here" in found[0]["why"]


def test_a_proxy_that_swallows_loopback_is_found(program, mock):
    proxy = {"HTTP_PROXY": "http://me:secret@proxy.example:3128"}
    found = the_problem(program, *ports(mock), **proxy)
    assert found["what"] == "HTTP_PROXY=http://proxy.example:3128 also takes calls to 127.0.0.1 and localhost"
    assert found["mend"] == "export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost"
    assert problems(program, *ports(mock), **proxy, NO_PROXY="127.0.0.1,localhost") == []


def proxied(program, mock) -> dict[str, str]:
    """What `sf-mock env --proxy` sets."""
    printed = program.run("env", "--proxy", *ports(mock)).stdout.splitlines()
    pairs = (line.removeprefix("export ").split("=", 1) for line in printed)
    return {name: value.strip("'") for name, value in pairs}


def test_calls_that_would_leave_for_the_real_salesforce_are_found(program, mock):
    variables = proxied(program, mock)
    assert problems(program, **variables) == []
    found = the_problem(program, **variables, NO_PROXY="localhost,salesforce.com")
    assert found["what"] == "NO_PROXY keeps login.salesforce.com from the proxy"
    assert found["mend"] == "export NO_PROXY='localhost'"


def test_a_bundle_without_the_ca_is_found(program, mock, tmp_path):
    variables = proxied(program, mock)
    other = tmp_path / "other"
    shutil.copy(program.run("ca", "--ca-dir", other).stdout.strip(), tmp_path / "bundle.pem")
    found = the_problem(program, **variables | {"REQUESTS_CA_BUNDLE": str(tmp_path / "bundle.pem")})
    assert found["what"] == f"REQUESTS_CA_BUNDLE={tmp_path}/bundle.pem does not hold the local CA"
    found = the_problem(program, **variables | {"SSL_CERT_FILE": "/nowhere.pem"})
    assert found["what"].startswith("SSL_CERT_FILE=/nowhere.pem cannot be used")


def test_a_server_that_serves_another_ca_is_found(program, mock, tmp_path):
    variables = proxied(program, mock)
    assert problems(program, **variables) == [], "the server has its certificate now"
    shutil.rmtree(tmp_path / "ca")
    program.run("ca")
    found = the_problem(program, **variables)
    assert found["what"].startswith("a client that trusts the local CA cannot connect through the proxy: ")
    assert "start it again" in found["mend"]


def test_a_missing_ca_is_found_where_it_is_needed_and_not_made(program, tmp_path):
    assert problems(program, *FREE) == []
    found = the_problem(program, *FREE, "--tls", "--tls-port", "0", "--tls-test-port", "0")
    assert (found["what"], found["mend"]) == (f"there is no CA in {tmp_path}/ca", "sf-mock ca")
    assert not (tmp_path / "ca").exists()


def test_a_clock_that_a_test_moved_is_noted(program, mock):
    mock.clock.advance("P3D")
    mock.clock.freeze()
    ran = program.run("doctor", *ports(mock))
    assert ran.returncode == 0 and "the virtual clock is frozen, 3 days ahead of wall time" in ran.stdout


def test_what_the_server_refused_last_is_told_with_the_way_out(program, mock):
    app = mock.new_app("oven")
    org = mock.new_org("bakery", users=["ada"], apps=[app])
    session = org.session("ada", app)
    org.set_app(app, blocked=True)
    form = {"grant_type": "refresh_token", "refresh_token": session["refresh_token"], "client_id": app["consumer_key"]}
    with pytest.raises(HTTPError):
        form["client_secret"] = app["consumer_secret"]
        _direct.open(f"{session['instance_url']}/services/oauth2/token", urlencode(form).encode())
    ran = program.run("doctor", *ports(mock))
    assert ran.returncode == 0
    assert (
        "1 request was refused; the last by gate.blocked, in the org bakery: ada@bakery.example with oven" in ran.stdout
    )
    assert "mend: admin: Setup > Apps > Connected Apps OAuth Usage > oven > Unblock" in ran.stdout


def test_a_data_directory_and_a_world_file_are_looked_at(program, tmp_path):
    data = tmp_path / "data"
    program.run("seed", "--accounts", 1, "--data-dir", data)
    assert problems(program, *FREE, "--data-dir", data) == []
    damaged = sorted((data / "orgs").glob("*.db"))[0]
    damaged.write_bytes(b"no database" * 20)
    found = the_problem(program, *FREE, "--data-dir", data)
    assert found["what"].startswith(f"{damaged}: ")
    world = tmp_path / "world.yaml"
    world.write_text("orgs:\n  - nam: acme\n")
    assert "world.yaml" in the_problem(program, *FREE, "--world", world)["what"]


def test_a_variable_that_nobody_reads_is_noted(program):
    ran = program.run("doctor", *FREE, SF_MOCK_PROT="8844")
    assert ran.returncode == 0 and "SF_MOCK_PROT is set" in ran.stdout
