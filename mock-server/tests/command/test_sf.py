"""`sf-mock sf`, from outside, with a program in the place of the Salesforce CLI that tells what it was given."""

import json
import os
import sys
from pathlib import Path

import pytest

TELL = f"""#!{sys.executable}
import json, os, sys
print(json.dumps({{"arguments": sys.argv[1:], "environment": dict(os.environ)}}))
sys.exit(int(os.environ.get("STATUS", "0")))
"""


@pytest.fixture
def cli(tmp_path) -> dict[str, str]:
    """Variables that put a stand-in for the CLI first on the path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "sf").write_text(TELL)
    (folder / "sf").chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


def told(program, cli, *words: object, **variables: str) -> dict:
    ran = program.run("sf", *words, **cli, **variables)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_the_cli_gets_its_words_and_the_address(program, cli):
    seen = told(program, cli, "--port", 9001, "--test-port", 9002, "--", "org", "list", "--json")
    assert seen["arguments"] == ["org", "list", "--json"]
    environment = seen["environment"]
    assert environment["SF_ORG_INSTANCE_URL"] == environment["SF_MOCK_URL"] == "http://127.0.0.1:9001"
    assert environment["SF_MOCK_TEST_URL"] == "http://127.0.0.1:9002"
    assert {environment[name] for name in ("SF_DISABLE_TELEMETRY", "SF_AUTOUPDATE_DISABLE", "SF_SKIP_NEW_VERSION_CHECK")} == {"true"}
    assert "NODE_EXTRA_CA_CERTS" not in environment


def test_an_address_of_another_server_gives_way(program, cli):
    seen = told(program, cli, "--port", 9001, "--", "org", "list", SF_ORG_INSTANCE_URL="https://elsewhere.example")
    assert seen["environment"]["SF_ORG_INSTANCE_URL"] == "http://127.0.0.1:9001"


def test_through_the_proxy_it_keeps_salesforces_names(program, cli):
    environment = told(program, cli, "--proxy", "--port", 9001, "--", "org", "list")["environment"]
    assert "SF_ORG_INSTANCE_URL" not in environment
    assert (environment["HTTPS_PROXY"], environment["SF_DISABLE_DNS_CHECK"]) == ("http://127.0.0.1:9001", "true")
    assert Path(environment["NODE_EXTRA_CA_CERTS"]).is_file()


@pytest.mark.parametrize("status", [0, 1, 68])
def test_it_ends_as_the_cli_did(program, cli, status):
    assert program.run("sf", "--", "org", "list", STATUS=str(status), **cli).returncode == status


def test_without_the_cli_it_says_what_is_missing(program, tmp_path):
    ran = program.run("sf", "--", "org", "list", PATH=str(tmp_path))
    assert ran.returncode == 2
    assert "there is no `sf` on the path" in ran.stderr
    assert "npm install --global @salesforce/cli" in ran.stderr


def test_a_port_that_is_not_known_yet_is_refused(program, cli):
    ran = program.run("sf", "--port", 0, "--", "org", "list", **cli)
    assert ran.returncode == 2
    assert "port 0 leaves the address open" in ran.stderr
