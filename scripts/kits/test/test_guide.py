"""Runs the examples of the kits' README, each beside a copy of its kit. SF_MOCK_BIN names the server's program."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

KITS = Path(__file__).resolve().parents[1]
BLOCKS = dict(re.findall(r"^```(\w+)\n(.*?)^```$", (KITS / "README.md").read_text(), re.MULTILINE | re.DOTALL))
PINNED = KITS.parents[1] / "fixtures/clients/node/node_modules/.bin/node"
NODE = str(PINNED) if PINNED.exists() else shutil.which("node")


def run(folder: Path, *command: str) -> str:
    environment = {name: value for name, value in os.environ.items() if "PROXY" not in name.upper()}
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def example(folder: Path, kit: str, language: str, name: str) -> None:
    shutil.copy(KITS / kit, folder)
    (folder / name).write_text(BLOCKS[language])


def test_the_example_for_node_passes(tmp_path):
    example(tmp_path, "sf_mock.mjs", "js", "example.test.mjs")
    assert "# fail 0" in run(tmp_path, NODE, "--test", "--test-reporter=tap", "example.test.mjs")


def test_the_example_for_python_passes(tmp_path):
    example(tmp_path, "sf_mock.py", "python", "test_example.py")
    assert "1 passed" in run(tmp_path, sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_example.py")


@pytest.mark.skipif(not shutil.which("javac"), reason="there is no JDK")
def test_the_example_for_java_prints_what_it_says(tmp_path):
    example(tmp_path, "SfMock.java", "java", "Example.java")
    run(tmp_path, "javac", "SfMock.java", "Example.java")
    assert run(tmp_path, "java", "-cp", ".", "Example") == BLOCKS["json"]
