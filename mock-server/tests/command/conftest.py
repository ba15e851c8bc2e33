"""What the tests of the commands share: the program, a clean environment, and the kit that starts servers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts/kits"))

# Whatever would lead a client elsewhere, make it trust something else, or give the server other settings.
_FOREIGN = ("_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_", "SF_MOCK_")


class Program:
    """`sf-mock` with a CA directory of its own and nothing of ours in the environment but what a test puts there."""

    def __init__(self, ca_dir: Path):
        self.path = os.environ["SF_MOCK_BIN"]
        self.environment = {
            name: value for name, value in os.environ.items() if not any(word in name.upper() for word in _FOREIGN)
        } | {"SF_MOCK_CA_DIR": str(ca_dir)}

    def run(self, *arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [self.path, *map(str, arguments)]
        return subprocess.run(
            command,
            env=self.environment | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def start(self, *arguments: object, **options: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.path, *map(str, arguments)], env=self.environment, stdout=subprocess.PIPE, text=True, **options
        )


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path / "ca")


@pytest.fixture
def mock(tmp_path, monkeypatch):
    from sf_mock import SfMock

    monkeypatch.setenv("SF_MOCK_CA_DIR", str(tmp_path / "ca"))
    with SfMock() as running:
        yield running
