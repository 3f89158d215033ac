"""A PostgreSQL server with pgbench at work: no transaction is lost, none comes twice, and the books balance."""

import glob
import os
import pwd
import subprocess

from contract import DIRECTORY, heard, judge, path, say, until

CLIENTS = 4
TRANSACTIONS = 50
PROGRAMS = max(glob.glob("/usr/lib/postgresql/*/bin"))
OWNER = pwd.getpwnam("postgres") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
DATA = path("data")
OPTIONS = f"-c listen_addresses= -c unix_socket_directories={DIRECTORY} -c fsync=off -c huge_pages=off -c shared_buffers=16MB"


def command(program, *arguments):
    return [PROGRAMS + "/" + program, *arguments]


def run(program, *arguments, **more):
    return subprocess.run(
        command(program, *arguments), user=OWNER.pw_uid, group=OWNER.pw_gid, capture_output=True, text=True, **more
    )


def query(text):
    return run("psql", "-h", DIRECTORY, "-Atc", text, "postgres").stdout.strip()


def bench(*arguments):
    return run("pgbench", "-h", DIRECTORY, *arguments, "postgres")


def main():
    os.mkdir(DATA)
    os.chown(DATA, OWNER.pw_uid, OWNER.pw_gid)
    run("initdb", "-D", DATA, "--no-sync", "-A", "trust", check=True)
    server = subprocess.Popen(
        command("postgres", "-D", DATA, *OPTIONS.split()),
        user=OWNER.pw_uid,
        group=OWNER.pw_gid,
        stderr=open(path("server.log"), "w"),
    )
    until(lambda: query("select 1") == "1")
    bench("-i", "-q", "--unlogged-tables")
    rounds, failures = 0, []
    while not failures and (rounds < 2 or not heard("go")):
        if rounds == 0:
            say("ready")
        result = bench("-c", str(CLIENTS), "-j", "2", "-t", str(TRANSACTIONS), "-n")
        rounds += 1
        if result.returncode != 0:
            failures.append(result.stderr)
    done = query("select count(*), sum(delta) from pgbench_history").split("|")
    if done[0] != str(rounds * CLIENTS * TRANSACTIONS):
        failures.append(f"{done[0]} transactions in {rounds} rounds")
    for table, column in ("accounts", "abalance"), ("tellers", "tbalance"), ("branches", "bbalance"):
        balance = query(f"select sum({column}) from pgbench_{table}")
        if balance != done[1]:
            failures.append(f"the {table} have {balance}, not {done[1]}")
    server.terminate()
    if server.wait() != 0:
        failures.append(f"the server ended with {server.returncode}")
    judge(failures)


main()
