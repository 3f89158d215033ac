#!/usr/bin/python3 -S
"""qsub, qstat, qselect, qrerun, qdel, qhold, qrls, qsig, qalter, pbsnodes, pbs_attach and pbsdsh, by the name it is called by;
cut_off is the bed's own."""
import getopt
import os
import signal
import sys

os.environ.setdefault("CKPT_PBS_BED", os.path.dirname(os.path.dirname(os.path.abspath(sys.argv[0]))))
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import wire


def pairs(text):
    return dict(word.partition("=")[::2] for word in text.split(","))


def qsub(arguments):
    options, rest = getopt.getopt(arguments, "c:l:v:r:J:hq:N:o:e:")
    request = {"resources": {}, "variables": {}, "outputs": {}, "directory": os.getcwd()}
    for name, value in options:
        if name == "-l":
            request["resources"].update(pairs(value))
        elif name == "-v":
            request["variables"].update(pairs(value))
        elif name in ("-o", "-e"):
            request["outputs"][{"-o": ".OU", "-e": ".ER"}[name]] = value
        elif name == "-r":
            request["rerunable"] = value != "n"
        elif name == "-J":
            request["array"] = int(value.split("-")[1])
        else:
            key = {"-c": "checkpoint", "-h": "hold", "-q": "queue", "-N": "name"}[name]
            request[key] = value or True
    if "--" in arguments:
        request["argv"] = rest
    else:
        with open(rest[0], encoding="utf-8") if rest else sys.stdin as script:
            request["script"] = script.read()
    return request


def qstat(arguments):
    ids = [word for word in arguments if not word.startswith("-") and word != "json"]
    return {"job": ids[0]} if ids else {}


def qselect(arguments):
    return {"owner": dict(getopt.getopt(arguments, "u:")[0])["-u"]}


def qsig(arguments):
    options, rest = getopt.getopt(arguments, "s:")
    return {"job": rest[0], "signal": getattr(signal, "SIG" + dict(options)["-s"])}


def qalter(arguments):
    options, rest = getopt.getopt(arguments, "W:l:")
    options = dict(options)
    key, _, value = options.get("-W", "").partition("=")
    return {"job": rest[0], "resources": pairs(options["-l"]) if "-l" in options else {}, **({key: value} if key else {})}


def pbsnodes(arguments):
    options, rest = getopt.getopt(arguments, "oraC:F:v")
    names = [name for name, _ in options]
    return {"host": rest[0] if rest else None, "offline": "-o" in names, "clear": "-r" in names}


def pbs_attach(arguments):
    options = dict(getopt.getopt(arguments, "j:p:")[0])
    return {"job": options["-j"], "pid": int(options["-p"])}


def pbsdsh(arguments):
    return {"job": os.environ["PBS_JOBID"], "argv": arguments[1:]}


def cut_off(arguments):
    return {"host": arguments[-1], "heal": "--heal" in arguments}


def qmgr(arguments):
    return {"line": arguments[arguments.index("-c") + 1]}


def job(arguments):
    return {"job": arguments[-1]}


def main():
    name = os.path.basename(sys.argv[0])
    request = globals().get(name, job)(sys.argv[1:])
    path = wire.mom_socket(os.uname().nodename) if name in ("pbs_attach", "pbsdsh") else wire.SERVER
    line = wire.connect(path)
    line.send(command=name, **request)
    answer = line.receive()
    (sys.stderr if answer["rc"] else sys.stdout).write(answer["out"] + ("\n" if answer["rc"] else ""))
    return answer["rc"]


sys.exit(main())
