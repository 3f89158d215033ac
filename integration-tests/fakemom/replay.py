#!/usr/bin/python3 -S
"""Calls a program of ckpt's exactly as it was recorded that PBS calls it; says by JSON what came of it.

usage: replay.py action VERB PBS-ACTION      replay.py launch NAME HOOK.PY
"""
import json
import os
import pwd
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ACCOUNT = pwd.getpwnam("alice")
JOB = "99.n1"
FACTS = {
    "job": JOB, "uid": str(ACCOUNT.pw_uid), "gid": str(ACCOUNT.pw_gid), "user": "alice", "server": "n1", "home": "/home/alice",
    "pbs": "/var/spool/pbs", "name": "ck2", "cookie": "095F67B160B338F8770EF7983FD67637", "locale": "C.UTF-8",
}


def filled(value, facts):
    if isinstance(value, str):
        for name, text in facts.items():
            value = value.replace("{%s}" % name, text)
        return value
    if isinstance(value, list):
        return [filled(each, facts) for each in value]
    return {key: filled(each, facts) for key, each in value.items()} if isinstance(value, dict) else value


def golden(*path):
    with open(os.path.join(HERE, "golden.json"), encoding="utf-8") as file:
        value = json.load(file)
    for name in path:
        value = value[name]
    return value


def become(call, log):
    os.dup2(log, 3)
    os.set_inheritable(3, True)
    os.closerange(4, 1024)
    os.closerange(0, 3)
    os.setgroups([0])
    os.umask(0o022)
    os.chdir(call["cwd"])
    os.execve(call["argv"][0], call["argv"], call["env"])


def action(verb, program):
    job = subprocess.Popen(["sleep", "1000"], start_new_session=True, user=ACCOUNT.pw_uid)
    call = filled(golden("actions", verb), {**FACTS, "sid": str(job.pid), "script": program})
    log = os.open("/dev/null", os.O_WRONLY)
    os.makedirs("/run/ckpt/pbs", mode=0o700, exist_ok=True)
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        become(call, log)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    alive = job.poll() is None
    job.kill()
    job.wait()
    mark = "/run/ckpt/pbs/%s.restart" % JOB
    marked = os.path.exists(mark)
    if marked:
        os.unlink(mark)
    return {"status": status, "alive": alive, "marked": marked, "seconds": int(time.monotonic() - began)}


def launch(name, hook):
    recorded = golden("hooks", "launch", name)
    job = {"id": JOB, "owner": "alice", "checkpoint": "u", "rerunable": True, "resources": {"ckpt": 1}, "variables": {},
           "run_version": 1, "session_id": 4711, "exec_host": "n1/0"}
    question = {"event": "execjob_launch", "job": job, "progname": recorded["progname"], "argv": recorded["argv"],
                "env": {"PBS_TASKNUM": "1", "TMPDIR": "/var/tmp/pbs." + JOB}}
    environment = filled(golden("hooks", "every", "env"), {**FACTS, "conf": os.environ["PBS_CONF_FILE"]})
    with tempfile.TemporaryDirectory() as directory:
        paths = [os.path.join(directory, each) for each in ("in", "out")]
        with open(paths[0], "w", encoding="utf-8") as file:
            json.dump(question, file)
        subprocess.run([sys.executable, os.path.join(HERE, "stub", "pbs_python"), "--hook", "-i", paths[0], "-o", paths[1],
                        "-L", "/", "-e", "511", hook], env=environment, stdin=subprocess.DEVNULL, check=True)
        os.unlink("/run/ckpt/pbs/" + JOB)
        with open(paths[1], encoding="utf-8") as file:
            answer = json.load(file)
    return {"progname": answer["progname"], "argv": answer["argv"]}


print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))
