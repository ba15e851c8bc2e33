"""`sf-mock serve`, from outside: its settings, its first line and its end."""

import json
import signal
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

FREE_PORTS = ["--port", 0, "--test-port", 0, "--ready-json"]


@contextmanager
def serving(program, *arguments, **variables):
    """The ready line of a server, and its process."""
    command = [program.path, "serve", *map(str, FREE_PORTS), *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=program.environment | variables, **pipes) as process:
        try:
            line = process.stdout.readline()
            yield json.loads(line) if line else None, process
        finally:
            process.terminate()


def test_with_tls_the_ready_line_names_the_certificate_to_trust(program, tmp_path):
    with serving(program, "--tls", "--tls-port", 0, "--tls-test-port", 0) as (ready, _):
        assert ready["login_url_tls"].startswith("https://")
        assert Path(ready["ca_file"]) == tmp_path / "ca/ca.pem"
        assert Path(ready["ca_file"]).read_text().startswith("-----BEGIN CERTIFICATE-----")


def test_without_tls_no_ca_is_made(program, tmp_path):
    with serving(program) as (ready, _):
        assert (ready["ca_file"], ready["login_url_tls"]) == (None, None)
    assert not (tmp_path / "ca").exists()


def test_a_ca_that_cannot_be_made_keeps_a_server_with_tls_from_starting(program, tmp_path):
    (tmp_path / "file").write_text("no directory")
    tls = ["--tls", "--tls-port", 0, "--tls-test-port", 0, "--ca-dir", tmp_path / "file/ca"]
    ran = program.run("serve", *FREE_PORTS, *tls)
    assert (ran.returncode, ran.stdout) == (2, "") and "local CA in" in ran.stderr


def test_empty_variables_count_as_none(program):
    names = ["PORT", "TEST_PORT", "TLS", "TLS_PORT", "WORLD", "DATA_DIR", "SEED", "LATENCY", "ADDRESSING", "HOST", "CONTROL_TOKEN"]
    with serving(program, **{f"SF_MOCK_{name}": "" for name in names}) as (ready, process):
        assert ready, process.stderr.read()
        assert (ready["control_token"], ready["login_url_tls"]) == (None, None)
        assert ready["login_url"].startswith("http://127.0.0.1:") and len(ready["orgs"]) > 1


@pytest.mark.parametrize("name, value", [("PORT", "many"), ("TLS", "perhaps"), ("SEED", "x")])
def test_a_variable_with_a_wrong_value_is_refused(program, name, value):
    # The variable of a flag that is given is not looked at, so that the ports have to come from it.
    ran = program.run("env", **{f"SF_MOCK_{name}": value})
    assert ran.returncode == 2 and value in ran.stderr


def test_an_empty_variable_counts_as_none_for_every_command(program):
    ran = program.run("env", SF_MOCK_PORT="", SF_MOCK_SEED="")
    assert ran.returncode == 0 and "export SF_MOCK_URL='http://127.0.0.1:8844'" in ran.stdout
    ran = program.run("world", "export", SF_MOCK_WORLD="", SF_MOCK_LATENCY="")
    assert ran.returncode == 0 and "name: acme" in ran.stdout, ran.stderr


def test_a_stop_ends_the_streams_of_those_who_follow_the_journal(program):
    with serving(program) as (ready, process), _direct.open(f"{ready['control_url']}/requests/stream") as stream:
        with _direct.open(ready["login_url"] + "/services/data"):
            pass
        assert stream.readline() == b"event: request\n"
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        # A server that waits for its clients gives up after five seconds.
        assert time.monotonic() - asked < 4
        assert b'"route":"rest/versions"' in stream.read()


def test_a_world_file_that_a_filled_data_directory_leaves_unread_is_told(program, tmp_path):
    world = tmp_path / "world.yaml"
    world.write_text("orgs:\n  - name: bakery\n")
    kept = ["--data-dir", tmp_path / "data", "--world", world]
    for already in (False, True):
        with serving(program, *kept) as (ready, process):
            assert [org["name"] for org in ready["orgs"]] == ["bakery"]
            world.write_text("orgs:\n  - name: butchery\n")
            process.terminate()
            told = process.stderr.read()
        warned = [line for line in told.splitlines() if "world.yaml is not read" in line]
        assert len(warned) == already, told
