"""What is measured, and what measures: loads, a daemon with all that it keeps in one directory, and limits of this machine."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
BUILT = HERE.parent / "target"
PATIENCE_S = 120


class Failed(Exception):
    """Something did not work as it must for a figure to count."""


def await_file(path):
    end = time.monotonic() + PATIENCE_S
    while not path.exists():
        if time.monotonic() > end:
            raise Failed(f"{path} never came")
        time.sleep(0.002)
    return path


class Told:
    """What a load counted since its last mark."""

    def __init__(self, text):
        gap, took, self.pages, elapsed = map(int, text.split())
        self.gap_ms, self.took_ms, self.elapsed_ms = gap / 1e6, took / 1e6, elapsed / 1e6


class Program:
    """Something to checkpoint, below a launcher that reaps what it leaves behind."""

    def __init__(self, place, command):
        self.place = place
        place.mkdir()
        self.launcher = subprocess.Popen([BUILT / "launch", place, *command], stdout=subprocess.PIPE)
        self.pid = int(self.launcher.stdout.readline())
        await_file(place / "ready")

    def kill(self):
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if os.readlink(process / "cwd") == str(self.place):
                    os.kill(int(process.name), signal.SIGKILL)
        self.launcher.wait()


class Load(Program):
    """The program of load.c."""

    def __init__(self, place, words):
        super().__init__(place, [BUILT / "bench/load", place, *words])
        self.marks = 0

    def mark(self):
        self.marks += 1
        (self.place / f"mark-{self.marks}").touch()
        await_file(self.place / f"marked-{self.marks}")

    def tell(self):
        (self.place / f"tell-{self.marks}").touch()
        return Told(await_file(self.place / f"told-{self.marks}").read_text())

    def memory(self):
        """The largest anonymous mapping: START-END."""
        lines = pathlib.Path(f"/proc/{self.pid}/maps").read_text().splitlines()
        ranges = [line.split()[0] for line in lines if len(line.split()) == 5]
        return max(ranges, key=lambda text: -int.__sub__(*(int(end, 16) for end in text.split("-"))))

    def finish(self):
        (self.place / "go").touch()
        verdict = await_file(self.place / "verdict").read_text()
        if verdict != "ok":
            raise Failed(verdict)


class Daemon:
    """A ckptd of an installation tree."""

    def __init__(self, place, strategy, install):
        self.place = place
        self.strategy = strategy
        self.install = install
        self.socket = place / "ckptd.sock"
        config = place / "ckptd.conf"
        paths = {"Socket": self.socket, "NotifySocket": place / "notify.sock", "Store": place / "store",
                 "StateDirectory": place / "state", "SealKey": place / "seal.key"}
        paths["Store"].mkdir(mode=0o700, exist_ok=True)
        config.write_text("".join(f"{key}={path}\n" for key, path in paths.items()))
        self.log = (place / "ckptd.log").open("w")
        command = [install / "sbin/ckptd", "--config", config]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        await_file(self.socket)

    def ask(self, *words):
        command = [self.install / "bin/ckptctl", "--socket", self.socket, *words, "--json"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise Failed(f"ckptctl {' '.join(map(str, words))}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    @contextlib.contextmanager
    def job(self, words):
        """A load and a store for its checkpoints; both are gone afterwards."""
        with self.program(lambda place: Load(place, words)) as (load, store):
            yield load, store

    @contextlib.contextmanager
    def program(self, begin):
        store = self.place / "images"
        store.mkdir(mode=0o700)
        program = None
        try:
            program = begin(self.place / "job")
            yield program, store
        finally:
            if program:
                program.kill()
            shutil.rmtree(self.place / "job", ignore_errors=True)
            shutil.rmtree(store, ignore_errors=True)

    def checkpoint(self, program, store, *words):
        """Its figures; by the strategy of this run, unless the words say another."""
        strategy = () if "--strategy" in words or "--vacate" in words else ("--strategy", self.strategy)
        taken = self.ask("checkpoint", "--pid", str(program.pid), "--store", store, *strategy, *words)
        return {"frozen_ms": milliseconds(taken["frozenDuration"]), "durable_ms": milliseconds(taken["totalDuration"]),
                "bytes": int(taken["storedBytes"]), "memory_bytes": int(taken["memoryBytes"])}

    def restart_ms(self, store, *words):
        return milliseconds(self.ask("restart", "--store", store, "--detach", *words)["totalDuration"])

    def peak_rss_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait()


def milliseconds(duration):
    return float(duration.rstrip("s")) * 1000


def limits(load, place):
    """What this machine does at best with the memory of a load; see limits.c."""
    command = [BUILT / "bench/limits", str(load.pid), load.memory(), str(os.cpu_count()), place]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
    found = dict(line.split() for line in lines if line)
    packed = int(found.pop("packed"))
    return {f"limit_{name}_ms": float(seconds) * 1000 for name, seconds in found.items()} | {"limit_bytes": packed}


def criu(daemon, words):
    """The same by CRIU, where it is there and works: milliseconds of the pause and to dump, and bytes."""
    if not shutil.which("criu"):
        return {}
    with daemon.job(words) as (load, images):
        load.mark()
        dump = ["criu", "dump", "--leave-running", "-D", images, "-t", str(load.pid), "-o", "log"]
        before = time.monotonic()
        if subprocess.run(dump, capture_output=True).returncode:
            return {}
        durable = (time.monotonic() - before) * 1000
        size = sum(file.stat().st_size for file in images.iterdir())
        return {"criu_pause_ms": load.tell().gap_ms, "criu_durable_ms": durable, "criu_bytes": size}
