"""What the launcher needs of the machine, and what it says where that is missing."""

import os
import shutil
import subprocess

import pytest
from conftest import ROOT, windlass

FUTURE = 99  # a JDK that no machine has


@pytest.fixture
def machine(tmp_path):
    """A machine of its own: the launcher's scripts, a home and a PATH without a JDK or Maven."""
    return Machine(tmp_path)


class Machine:
    def __init__(self, directory):
        self.directory = directory
        self.path = directory / "bin"
        self.path.mkdir()
        for tool in ("sh", "cat", "dirname", "readlink", "sed"):
            (self.path / tool).symlink_to(shutil.which(tool))
        (directory / "hack").mkdir()
        for script in ("windlass", "hack/mvn", "hack/java-home"):
            shutil.copy(ROOT / script, directory / script)

    def require(self, version):
        script = self.directory / "hack/java-home"
        script.write_text(script.read_text().replace("required=25", f"required={version}"))

    def jdk(self, version):
        home = self.directory / f"jdk-{version}"
        (home / "bin").mkdir(parents=True)
        for program in ("java", "javac"):
            (home / "bin" / program).write_text("#!/bin/sh\nexit 1\n")
            (home / "bin" / program).chmod(0o755)
        (home / "release").write_text(f'IMPLEMENTOR="nobody"\nJAVA_VERSION="{version}"\n')
        return home

    def run(self, script, *arguments, **environment):
        return subprocess.run(
            [self.directory / script, *arguments],
            capture_output=True,
            text=True,
            timeout=30,
            env={"PATH": str(self.path), "HOME": str(self.directory)} | {name: str(value) for name, value in environment.items()},
        )


def test_says_what_to_install_where_there_is_no_jdk(machine):
    machine.require(FUTURE)
    done = machine.run("windlass", "serve", "examples/demo.yaml")
    assert done.returncode == os.EX_UNAVAILABLE, done.stderr
    assert done.stdout == ""
    for what in (f"a JDK {FUTURE} or newer is needed", "apt install temurin-25-jdk", "brew install openjdk@25", "sdk install java 25-tem", "JAVA_HOME"):
        assert what in done.stderr


def test_passes_over_a_jdk_that_is_too_old(machine):
    machine.require(FUTURE)
    done = machine.run("hack/java-home", WINDLASS_JAVA_HOME=machine.jdk("21.0.5"), JAVA_HOME=machine.jdk("1.8.0_432"))
    assert done.returncode == os.EX_UNAVAILABLE, done.stdout


def test_takes_the_jdk_it_is_told_before_others(machine):
    told, other = machine.jdk("99.0.1"), machine.jdk("100")
    done = machine.run("hack/java-home", WINDLASS_JAVA_HOME=told, JAVA_HOME=other)
    assert (done.returncode, done.stdout) == (0, f"{told}\n")


def test_says_that_maven_is_missing(machine):
    done = machine.run("hack/mvn", "-v", WINDLASS_JAVA_HOME=machine.jdk("99"))
    assert done.returncode == os.EX_UNAVAILABLE, done.stderr
    assert "Apache Maven 3.8 or newer is needed" in done.stderr and done.stderr.count("\n") == 1


def test_a_library_that_is_not_onnx_runtime_is_said_in_one_line(tmp_path):
    library = tmp_path / "libonnxruntime.so"
    library.write_text("no library")
    done = windlass("serve", "examples/demo.yaml", "--port", "0", environment={"WINDLASS_ONNXRUNTIME_LIBRARY": str(library)}, cwd=ROOT)
    assert done.returncode == 1, done.stderr
    assert f"{library}: expected ONNX Runtime's shared library" in done.stderr and "\tat " not in done.stderr


def test_two_starts_at_once_build_once(machine):
    for tool in ("mkdir", "rm", "mv", "touch", "mktemp", "find", "head", "grep", "tail", "sleep", "uname"):
        (machine.path / tool).symlink_to(shutil.which(tool))
    home = machine.jdk(25)
    (home / "bin/java").write_text("#!/bin/sh\nexit 0\n")
    builds = machine.directory / "builds"
    (machine.directory / "hack/mvn").write_text(
        f'#!/bin/sh\necho build >>"{builds}"\nsleep 2\necho >"{machine.directory}/runtime/cli/target/windlass/windlass.jar"\n'
    )
    environment = {"PATH": str(machine.path), "HOME": str(machine.directory), "JAVA_HOME": str(home)}
    starts = [
        subprocess.Popen([machine.directory / "windlass", "--version"], env=environment, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    said = [start.communicate(timeout=60)[1] for start in starts]
    assert [start.returncode for start in starts] == [0, 0], said
    assert builds.read_text().count("build") == 1, said
    assert sum("waiting for the build that another start has begun" in one for one in said) == 1, said


@pytest.mark.parametrize("name", ["shared-cache", "autoscaling", "dra", "mutual-tls"])
def test_render_prints_what_was_reviewed(name):
    resources = ROOT / "operator/desired/src/test/resources"
    settings = resources / f"settings/{name}.yaml"
    more = ["--settings", str(settings)] if settings.exists() else []
    done = windlass("render", str(resources / f"resources/{name}.yaml"), *more)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (resources / f"golden/{name}.yaml").read_text()
