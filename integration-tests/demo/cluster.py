"""The cluster of ../cluster as the demonstration uses it."""

import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent / "cluster"
NODES = ("n1", "n2")


class Cluster:
    """Up inside a with block; afterwards nothing is left of it."""

    def __enter__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="ckpt-demo-"))
        os.environ["CKPT_CLUSTER"] = str(self.directory)
        self.dead = set()
        try:
            self.script("up")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        subprocess.run([SCRIPTS / "down"], stdout=subprocess.DEVNULL, check=False)
        shutil.rmtree(self.directory, ignore_errors=True)

    def save_logs(self, target):
        """Copies what Slurm, the daemons and the job wrote to a directory, which is emptied first."""
        shutil.rmtree(target, ignore_errors=True)
        for machine in ("head", *NODES):
            shutil.copytree(self.directory / "machines" / machine / "log-slurm", target / machine)
        for log in self.home("alice").glob("*.log"):
            shutil.copy(log, target)

    def script(self, name, *arguments):
        return subprocess.run(
            [SCRIPTS / name, *arguments], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        ).stdout

    def home(self, user):
        return self.directory / "home" / user

    def submit(self, user, *arguments):
        """sbatch; returns the job's id."""
        return self.script("on", "head", "-u", user, "sbatch", "--parsable", *arguments).strip()

    def job(self, number):
        """The controller's record of a job, by field name."""
        text = self.script("on", "head", "scontrol", "show", "job", number)
        return dict(field.split("=", 1) for field in text.split() if "=" in field)

    def power_off(self, node):
        self.dead.add(node)
        self.script("kill-node", node)

    def durable_after(self, checkpoint):
        """Seconds from a checkpoint's beginning until its image was renamed into place."""
        image = self.directory / "images" / checkpoint["jobId"] / checkpoint["id"]
        began = datetime.datetime.fromisoformat(checkpoint["createTime"].replace("Z", "+00:00"))
        return image.stat().st_ctime - began.timestamp()

    def restart_ms(self, node, job):
        """How long the newest restart of a job took the daemon of a node, which logs it; None when it logged none."""
        log = (self.directory / "machines" / node / "log-slurm" / "ckptd.log").read_text()
        took = re.findall(rf"job {job} .* goes on from checkpoint .* after (\d+) ms", log)
        return int(took[-1]) if took else None

    def checkpoints(self, node, job):
        """What ckptctl on a node lists for a job, oldest first; empty while no daemon answers."""
        asked = subprocess.run(
            [SCRIPTS / "on", node, "/srv/ckpt/bin/ckptctl", "list", job, "--json"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return json.loads(asked.stdout).get("checkpoints", []) if asked.returncode == 0 else []
