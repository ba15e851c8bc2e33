"""`sf-mock exec`, from outside."""

import json
import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

import pytest

KITS = Path(__file__).resolve().parents[3] / "scripts/kits"
_direct = build_opener(ProxyHandler({}))

PRINT_ENVIRONMENT = "import json, os; print(json.dumps(dict(os.environ)))"
ASK_THE_CLOCK = """
import os, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
print(opener.open(os.environ["SF_MOCK_CONTROL_URL"] + "/clock").status)
"""


def python(script: str) -> list[str]:
    return ["--", sys.executable, "-c", script]


def environment_of(program, *flags, **variables) -> dict[str, str]:
    ran = program.run("exec", *flags, *python(PRINT_ENVIRONMENT), **variables)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_the_command_finds_a_server_that_answers(program):
    ran = program.run("exec", *python(ASK_THE_CLOCK))
    assert (ran.stdout, ran.returncode) == ("200\n", 0), ran.stderr


def test_the_server_is_gone_when_the_command_has_ended(program):
    url = environment_of(program)["SF_MOCK_URL"]
    with pytest.raises(URLError):
        _direct.open(url)


def test_the_variables_are_those_of_env(program):
    seen = environment_of(program)
    names = ["SF_MOCK_URL", "SF_MOCK_TEST_URL", "SF_MOCK_CONTROL_URL", "SF_MOCK_CONTROL_TOKEN", "SF_MOCK_CA_FILE"]
    assert all(name in seen for name in names)
    assert seen["SF_MOCK_CONTROL_URL"] == seen["SF_MOCK_URL"] + "/_mock/v1"
    assert (seen["SF_MOCK_CONTROL_TOKEN"], seen["SF_MOCK_CA_FILE"]) == ("", "")
    assert not any("PROXY" in name for name in seen)
    assert environment_of(program, "--control-token", "sesame")["SF_MOCK_CONTROL_TOKEN"] == "sesame"


def test_addresses_are_reported_as_asked(program):
    seen = environment_of(program, "--addressing", "names", "--tls")
    assert seen["SF_MOCK_URL"].startswith("http://login.localhost:")
    assert Path(seen["SF_MOCK_CA_FILE"]).is_file()


def test_ports_are_free_ones_unless_they_are_named(program):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert urlsplit(environment_of(program, "--port", port)["SF_MOCK_URL"]).port == port
    assert urlsplit(environment_of(program, SF_MOCK_PORT=str(port))["SF_MOCK_URL"]).port == port
    inner = ["exec", "--", program.path, "exec", *python(PRINT_ENVIRONMENT)]
    assert program.run(*inner).returncode == 0, "one beside the other"


@pytest.mark.parametrize(
    "command, status",
    [
        ("exit 0", 0),
        ("exit 7", 7),
        ("kill -KILL $$", 128 + 9),
        ("kill -TERM $$", 128 + 15),
    ],
)
def test_it_ends_as_the_command_did(program, command, status):
    assert program.run("exec", "--", "sh", "-c", command).returncode == status


def test_a_command_that_is_not_there_or_cannot_be_run_is_told_as_shells_do(program, tmp_path):
    missing = program.run("exec", "--", "no-such-command")
    assert (missing.returncode, missing.stderr.startswith("sf-mock: cannot run no-such-command: ")) == (127, True)
    (tmp_path / "text").write_text("no program")
    assert program.run("exec", "--", tmp_path / "text").returncode == 126


def test_without_a_server_the_command_is_not_run(program, tmp_path):
    ran = program.run("exec", "--world", "/nowhere.yaml", "--", "touch", tmp_path / "trace")
    assert ran.returncode == 2 and "/nowhere.yaml" in ran.stderr
    assert not (tmp_path / "trace").exists()


def test_a_command_is_asked_for(program):
    for arguments in (["exec"], ["exec", "--"], ["exec", "sh", "-c", "exit 0"]):
        assert program.run(*arguments).returncode == 2


def test_input_and_output_are_the_commands_own(program):
    ran = subprocess.run(
        [program.path, "exec", "--", "cat"], env=program.environment, input="through\n", capture_output=True, text=True
    )
    assert (ran.stdout, ran.stderr) == ("through\n", "")


def test_the_ready_line_comes_first_if_it_is_asked_for(program):
    line, *others = program.run("exec", "--ready-json", *python("print('ran')")).stdout.splitlines()
    assert (json.loads(line)["orgs"][0]["name"], others) == ("devhub", ["ran"])


REPORT_THE_SIGNAL = """
import signal, sys
def report(number, _):
    print(signal.Signals(number).name, flush=True)
    sys.exit(3)
for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2):
    signal.signal(one, report)
print("waiting", flush=True)
signal.pause()
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"])
def test_signals_are_handed_on(program, name):
    with program.start("exec", *python(REPORT_THE_SIGNAL), start_new_session=True) as running:
        assert running.stdout.readline() == "waiting\n"
        running.send_signal(signal.Signals[name])
        assert running.stdout.read() == name + "\n"
        assert running.wait(20) == 3


COUNT_INTERRUPTS = """
import signal
count = 0
def interrupted(number, _):
    global count
    count += 1
    print("interrupted", flush=True)
signal.signal(signal.SIGINT, interrupted)
print("waiting", flush=True)
input()
print("count", count, flush=True)
"""


def test_an_interrupt_from_the_keyboard_reaches_the_command_once(program):
    child, terminal = pty.fork()
    if child == 0:
        os.execve(program.path, [program.path, "exec", *python(COUNT_INTERRUPTS)], program.environment)
    seen = ""

    def until(text: str) -> None:
        nonlocal seen
        while text not in seen:
            seen += os.read(terminal, 1024).decode()

    until("waiting")
    os.write(terminal, b"\x03")
    until("interrupted")
    os.write(terminal, b"\n")
    until("count 1")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    os.close(terminal)


CURL = shutil.which("curl")


ELSEWHERE = pytest.mark.parametrize(
    "inherited",
    [
        {},
        {"https_proxy": "http://127.0.0.1:9", "NO_PROXY": "*"},
        {"no_proxy": "localhost,.salesforce.com", "CURL_CA_BUNDLE": "/etc/ssl/certs/ca-certificates.crt"},
        {"SSL_CERT_DIR": "/etc/ssl/certs"},
    ],
    ids=["nothing", "another proxy", "exceptions and another bundle", "a directory of certificates"],
)


@pytest.mark.skipif(not CURL, reason="curl is not installed")
@ELSEWHERE
def test_a_shell_that_takes_in_env_is_led_to_the_server(program, inherited):
    url = "https://login.salesforce.com/.well-known/openid-configuration"
    with program.start("serve", "--port", "0", "--test-port", "0", "--ready-json") as running:
        ready = json.loads(running.stdout.readline())
        ports = f"--port {urlsplit(ready['login_url']).port} --test-port {urlsplit(ready['test_url']).port}"
        script = f'eval "$({program.path} env --proxy {ports})"; {CURL} -sS --max-time 20 {url}'
        environment = program.environment | inherited
        ran = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True)
        running.terminate()
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["issuer"] == "https://login.salesforce.com"


def test_env_without_proxy_leaves_the_way_of_others_alone(program):
    lines = program.run("env", https_proxy="http://127.0.0.1:9", NO_PROXY="*").stdout
    assert not any(name in lines for name in ("https_proxy", "HTTPS_PROXY", "NO_PROXY", "CURL_CA_BUNDLE"))


@pytest.mark.skipif(not CURL, reason="curl is not installed")
@ELSEWHERE
def test_with_proxy_salesforces_own_names_lead_to_the_server(program, inherited):
    url = "https://login.salesforce.com/.well-known/openid-configuration"
    ran = program.run("exec", "--proxy", "--", CURL, "-sS", "--max-time", 20, url, **inherited)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["issuer"] == "https://login.salesforce.com"


def test_with_proxy_the_variables_for_clients_are_set(program):
    seen = environment_of(program, "--proxy")
    assert seen["HTTPS_PROXY"] == seen["SF_MOCK_URL"]
    bundles = [seen[name] for name in ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SF_MOCK_CA_FILE")]
    assert len(set(bundles)) == 1 and Path(bundles[0]).is_file()
    assert seen["NODE_USE_ENV_PROXY"] == "1"
    assert "https_proxy" not in seen


def test_a_test_kit_finds_the_server(program):
    script = "from sf_mock import SfMock; print(SfMock.connect().org('acme').name)"
    ran = program.run("exec", "--control-token", "sesame", *python(script), PYTHONPATH=str(KITS))
    assert ran.stdout == "acme\n", ran.stderr
