"""The CI kit as far as it runs without a hosted CI: its YAML, its scripts, its command lines, the release archive.

SF_MOCK_BIN names the server's program; sf-conformance is SF_CONFORMANCE_BIN, or that of the debug build.
"""

import os
import re
import shutil
import signal
import subprocess
import tarfile
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
KIT = ROOT / "scripts/ci"
ACTION = yaml.safe_load((KIT / "action.yml").read_text())
GITLAB = yaml.safe_load((KIT / "gitlab.yml").read_text())
CONFORMANCE = Path(os.environ.get("SF_CONFORMANCE_BIN", ROOT / "target/debug/sf-conformance"))
_direct = build_opener(ProxyHandler({}))


def run(*command, **options):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=240, **options)


@pytest.fixture(scope="session")
def archive(tmp_path_factory):
    """A release archive of the programs that are there already."""
    folder = tmp_path_factory.mktemp("release")
    binaries = folder / "binaries"
    binaries.mkdir()
    shutil.copy(os.environ["SF_MOCK_BIN"], binaries / "sf-mock")
    shutil.copy(CONFORMANCE, binaries / "sf-conformance")
    made = run(ROOT / "scripts/release", "--binaries", binaries, folder / "out")
    assert made.returncode == 0, made.stderr
    return next((folder / "out").glob("*.tar.gz"))


def checksum(archive: Path) -> str:
    return Path(f"{archive}.sha256").read_text().split()[0]


class TestRelease:
    def test_an_archive_holds_programs_kits_and_licences(self, archive):
        with tarfile.open(archive) as packed:
            members = packed.getmembers()
        top = archive.name.removesuffix(".tar.gz")
        names = {member.name.removeprefix(f"{top}/") for member in members}
        assert {"sf-mock", "sf-conformance", "README.md", "LICENSE-MIT", "LICENSE-APACHE", "kits/sf_mock.py"} <= names
        assert {(member.uid, member.gid, member.uname, member.gname) for member in members} == {(0, 0, "", "")}
        assert len({member.mtime for member in members}) == 1
        assert {oct(member.mode) for member in members if member.name.endswith("/sf-mock")} == {"0o755"}

    def test_the_licences_of_others_are_in_it(self, archive):
        with tarfile.open(archive) as packed:
            name = archive.name.removesuffix(".tar.gz") + "/THIRD-PARTY-LICENCES.txt"
            text = packed.extractfile(name).read().decode()
        assert "\ntokio " in text and "Permission is hereby granted" in text

    def test_the_sum_fits_the_archive(self, archive):
        assert run("sha256sum", "--check", f"{archive.name}.sha256", cwd=archive.parent).returncode == 0

    def test_the_same_programs_give_the_same_archive(self, tmp_path):
        for program in ("sf-mock", "sf-conformance"):
            shutil.copy("/bin/true", tmp_path / program)
        sums = []
        for folder in ("one", "two"):
            assert run(ROOT / "scripts/release", "--binaries", tmp_path, tmp_path / folder).returncode == 0
            sums.append(checksum(next((tmp_path / folder).glob("*.tar.gz"))))
            (tmp_path / "sf-mock").touch()
        assert sums[0] == sums[1]

    def test_missing_programs_and_unknown_flags_are_refused(self, tmp_path):
        missing = run(ROOT / "scripts/release", "--binaries", tmp_path, tmp_path / "out")
        assert (missing.returncode, "there is no program" in missing.stderr) == (2, True)
        assert run(ROOT / "scripts/release", "--nope").returncode == 2


class Runner:
    """As much of GitHub's runner as a composite action needs."""

    def __init__(self, folder: Path, path: str):
        self.files = {
            name: folder / name for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")
        }
        for file in self.files.values():
            file.touch()
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("SF_", "GITHUB_"))}
        ca_dir = {"SF_MOCK_CA_DIR": str(folder / "ca")}
        self.environment = clean | ca_dir | {name: str(file) for name, file in self.files.items()}
        self.environment |= {"GITHUB_ACTION_PATH": str(KIT), "RUNNER_TEMP": str(folder), "PATH": path}
        self.folder = folder
        self.log = ""

    def values(self, file: str) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.files[file].read_text().splitlines())

    def use(self, **given: str) -> int:
        """Runs the steps whose condition holds, until one fails; its status."""
        inputs = {name: described["default"] for name, described in ACTION["inputs"].items()} | given

        def evaluated(text: str) -> str:
            return re.sub(r"\$\{\{ inputs\.([a-z0-9-]+) \}\}", lambda found: inputs[found[1]], text)

        def holds(condition: str) -> bool:
            compared = re.sub(r"inputs\.([a-z0-9-]+)", lambda found: repr(inputs[found[1]]), condition[3:-2])
            return bool(eval(compared.replace("&&", " and "), {"__builtins__": {}}))

        for step in ACTION["runs"]["steps"]:
            if not holds(step.get("if", "${{ True }}")):
                continue
            added = self.files["GITHUB_PATH"].read_text().split()
            path = os.pathsep.join([*reversed(added), self.environment["PATH"]])
            variables = {name: evaluated(value) for name, value in step.get("env", {}).items()}
            ran = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", evaluated(step["run"])],
                env=self.environment | {"PATH": path} | variables,
                cwd=self.folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=120,
            )
            self.log += ran.stdout
            if ran.returncode:
                return ran.returncode
        return 0


@pytest.fixture
def runner(tmp_path):
    return Runner(tmp_path, os.environ["PATH"])


@pytest.fixture
def own_programs(tmp_path, runner):
    """The programs under test on the PATH; `sf-conformance` may be replaced by a stand-in."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "sf-mock").symlink_to(os.environ["SF_MOCK_BIN"])
    runner.environment["PATH"] = f"{folder}{os.pathsep}{runner.environment['PATH']}"
    return folder


class TestAction:
    def test_it_is_a_composite_action_in_full(self):
        assert {"name", "description", "inputs", "outputs", "runs"} == set(ACTION)
        assert ACTION["runs"]["using"] == "composite"
        for described in ACTION["inputs"].values():
            assert described["description"] and isinstance(described["default"], str)
        ids = {step["id"] for step in ACTION["runs"]["steps"] if "id" in step}
        for output in ACTION["outputs"].values():
            assert output["description"]
            assert re.fullmatch(r"\$\{\{ steps\.([a-z]+)\.outputs\.[a-z-]+ \}\}", output["value"])[1] in ids

    def test_every_step_names_its_shell_and_only_inputs_that_exist(self):
        for step in ACTION["runs"]["steps"]:
            assert step["shell"] == "bash" and step["name"]
            # An input inside a command line would let its text become commands.
            assert "${{" not in step["run"]
            for expression in [step.get("if", ""), *step.get("env", {}).values()]:
                assert set(re.findall(r"inputs\.([a-z0-9-]+)", expression)) <= set(ACTION["inputs"])

    def test_its_scripts_can_be_run(self):
        scripts = re.findall(r"\$GITHUB_ACTION_PATH/([a-z]+)", (KIT / "action.yml").read_text())
        assert sorted(scripts) == ["certify", "install", "start"]
        for script in scripts:
            assert os.access(KIT / script, os.X_OK)
        for script in scripts:
            assert run("bash", "-n", KIT / script).returncode == 0

    def test_a_server_from_an_archive_answers_the_steps_that_follow(self, runner, archive):
        status = runner.use(archive=str(archive), sha256=checksum(archive), flags="--port 0 --test-port 0 --seed 7")
        assert status == 0, runner.log
        outputs, variables = runner.values("GITHUB_OUTPUT"), runner.values("GITHUB_ENV")
        try:
            assert _direct.open(outputs["control-url"] + "/clock").status == 200
            assert variables["SF_MOCK_URL"] == outputs["url"]
            assert variables["SF_MOCK_TEST_URL"] == outputs["test-url"] != outputs["url"]
            assert variables["SF_MOCK_CONTROL_URL"] == outputs["control-url"]
            assert (variables["SF_MOCK_CONTROL_TOKEN"], variables["SF_MOCK_CA_FILE"]) == ("", "")
            installed = runner.files["GITHUB_PATH"].read_text().strip()
            assert run(f"{installed}/sf-mock", "--version").stdout.startswith("sf-mock ")
        finally:
            os.kill(int(outputs["pid"]), signal.SIGTERM)

    def test_a_control_token_is_masked_and_handed_on(self, runner, own_programs):
        assert runner.use(flags="--port 0 --test-port 0 --control-token sesame") == 0, runner.log
        os.kill(int(runner.values("GITHUB_OUTPUT")["pid"]), signal.SIGTERM)
        assert runner.values("GITHUB_ENV")["SF_MOCK_CONTROL_TOKEN"] == "sesame"
        assert "::add-mask::sesame" in runner.log

    def test_a_server_that_does_not_start_says_why(self, runner, own_programs):
        assert runner.use(flags="--world nowhere.yaml") == 1
        assert re.search(r"^::error title=sf-mock did not start::.*nowhere\.yaml", runner.log, re.MULTILINE)

    @pytest.mark.parametrize(
        "inputs, message",
        [
            ({"archive": "no-such-archive.tar.gz"}, "there is no archive"),
            ({"archive": "https://127.0.0.1:9/archive.tar.gz"}, "needs its sha256"),
            ({"mode": "dance"}, 'mode is "serve" or "certify"'),
        ],
    )
    def test_what_cannot_be_done_is_refused(self, runner, inputs, message):
        assert runner.use(**inputs) == 2
        assert message in runner.log

    def test_another_archive_than_the_one_named_is_refused(self, runner, archive):
        assert runner.use(archive=str(archive), sha256="0" * 64) == 2
        assert "does not have the given SHA-256" in runner.log
        assert runner.files["GITHUB_PATH"].read_text() == ""

    STAND_IN = """#!/bin/sh
echo "$@" >arguments
echo '<testsuites/>' >reports/junit.xml
exit {status}
"""

    @pytest.mark.parametrize(
        "status, verdict", [(0, "passed"), (1, "failed"), (2, "error"), (3, "error"), (4, "incomplete")]
    )
    def test_a_certification_ends_with_its_verdict(self, runner, own_programs, status, verdict):
        stand_in = own_programs / "sf-conformance"
        stand_in.write_text(self.STAND_IN.format(status=status))
        stand_in.chmod(0o755)
        inputs = {
            "mode": "certify",
            "integration": "our file.yaml",
            "profile": "refresh",
            "reports": "reports",
            "flags": "--once --seed 5",
        }
        assert runner.use(**inputs) == status
        assert runner.values("GITHUB_OUTPUT") == {"verdict": verdict, "status": str(status)}
        assert "::error" not in runner.log
        asked = (runner.folder / "arguments").read_text()
        assert asked.startswith(
            "certify --integration our file.yaml --profile refresh --github --junit reports/junit.xml"
        )
        assert asked.endswith(" --once --seed 5\n")

    def test_a_certification_that_cannot_begin_is_told(self, runner, own_programs):
        (own_programs / "sf-conformance").symlink_to(CONFORMANCE)
        assert runner.use(mode="certify", integration="nowhere.yaml") == 2
        assert "::error title=sf-conformance::ended with 2 before there was a report" in runner.log


class TestGitLab:
    def test_its_jobs_are_templates_with_known_keys(self):
        known = {"extends", "variables", "before_script", "script", "artifacts"}
        for name, job in GITLAB.items():
            assert name.startswith(".") and set(job) <= known
            assert all(isinstance(line, str) for line in [*job.get("before_script", []), *job.get("script", [])])
            assert job.get("extends", name) in GITLAB

    def test_the_lines_of_a_job_install_the_programs_and_certify(self, runner, archive, tmp_path):
        lines = GITLAB[".sf-mock"]["before_script"] + GITLAB[".sf-certify"]["script"]
        stand_in = 'sf-conformance() { echo "asked: $*"; }'
        variables = GITLAB[".sf-mock"]["variables"] | GITLAB[".sf-certify"]["variables"]
        variables |= {"SF_MOCK_ARCHIVE": archive.as_uri(), "SF_MOCK_SHA256": checksum(archive)}
        ran = run(
            "bash",
            "-eo",
            "pipefail",
            "-c",
            "\n".join([stand_in, *lines]),
            cwd=tmp_path,
            env=runner.environment | variables,
        )
        assert ran.returncode == 0, ran.stderr
        assert "sf-mock " in ran.stdout and "asked: certify --integration sfcert.yaml --profile all" in ran.stdout
        variables["SF_MOCK_SHA256"] = "0" * 64
        assert run(
            "bash", "-eo", "pipefail", "-c", "\n".join(lines), cwd=tmp_path, env=runner.environment | variables
        ).returncode

    def test_what_a_job_keeps_is_what_it_writes(self):
        job = GITLAB[".sf-certify"]
        assert job["artifacts"]["reports"]["junit"] in job["script"][-1]
        assert job["artifacts"]["paths"] == ["sf-conformance/"]


class TestDockerfile:
    LINES = (KIT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()

    def instructions(self, name: str) -> list[str]:
        return [line.removeprefix(name).strip() for line in self.LINES if line.startswith(f"{name} ")]

    def test_the_programs_end_in_an_empty_image(self):
        assert self.instructions("FROM")[-1] == "scratch"
        known = {"FROM", "RUN", "WORKDIR", "COPY", "USER", "ENV", "VOLUME", "EXPOSE", "ENTRYPOINT", "CMD"}
        assert {line.split()[0] for line in self.LINES if line and not line.startswith("#")} <= known
        assert self.instructions("ENTRYPOINT") == ['["/sf-mock"]']

    def test_its_variables_are_flags_of_the_server(self):
        text = " ".join(run(os.environ["SF_MOCK_BIN"], "serve", "--help").stdout.split())  # narrow windows break lines anywhere
        for name in re.findall(r"SF_MOCK_[A-Z_]+", (KIT / "Dockerfile").read_text()):
            assert f"[env: {name}" in text

    def test_the_build_sees_what_it_reads(self):
        ignored = (KIT / "Dockerfile.dockerignore").read_text().split("\n")
        for name in (line[1:] for line in ignored if line.startswith("!")):
            assert (ROOT / name).exists(), name
        for name in re.findall(r"LICENSE-\w+", " ".join(self.LINES)):
            assert f"!{name}" in ignored


# Command lines of the kit's files and of its README, by program and subcommand.
USED = re.compile(r"\b(sf-mock (?:serve|exec|env)|sf-conformance certify|scripts/release)\b((?:[^\n`|;\\]|\\\n)*)")


@pytest.mark.parametrize("file", ["action.yml", "start", "certify", "gitlab.yml", "Dockerfile", "README.md"])
def test_every_flag_of_the_kit_is_one_that_help_knows(file):
    programs = {
        "sf-mock": os.environ["SF_MOCK_BIN"],
        "sf-conformance": CONFORMANCE,
        "scripts/release": ROOT / "scripts/release",
    }
    for command, arguments in USED.findall((KIT / file).read_text()):
        program, *subcommand = command.split()
        known = run(programs[program], *subcommand, "--help").stdout
        own = re.split(r"\s-- ", arguments)[0]
        for flag in re.findall(r"(?<!\S)--[a-z][a-z-]*", own):
            assert re.search(rf"{flag}\b", known), f"{command} has no {flag}"
