"""ckpt on an execution host of PBS: events execjob_launch, execjob_preterm and execjob_epilogue.

It only rewrites what MoM is about to start and leaves marks for ckptd and pbs-action, which know the same directory. A
launch hook that fails has its job deleted: whatever goes wrong here is logged and the event accepted.
"""
import json
import os
import pwd
import re
import sys

import pbs

MARKS = "/run/ckpt/pbs"
UNBOUND = "/run/ckpt/unbound"  # users' names of jobs that MoM shall not checkpoint when they are held
WALLTIME_OR_CPUT = (-28, -29)
MARK_KINDS = ("began", "refused", "left", "deleted", "ended", "restart")
ACTION = re.compile(r"\$action\s+terminate\s+\d+\s+!(\S*)/pbs-action\s")
DIRECTIVE = re.compile(rb"#CKPT\s+(.*)")
DIRECTIVES_WITHIN = 1 << 16
VARIABLES = {"ckpt": "CKPT", "interval": "CKPT_INTERVAL", "keep": "CKPT_KEEP", "dir": "CKPT_DIR"}
NO = ("0", "false", "no", "n", "")
TIME = re.compile(r"(?:(\d+)-)?(\d+(?::\d+){0,2})")


class Marks:
    """What lies on this host about one job."""

    def __init__(self, job):
        self.path = os.path.join(MARKS, job)

    def text(self, kind=None):
        """Content of a mark, None where there is none; of the ticket itself without a kind."""
        try:
            with open(self._file(kind), encoding="utf-8") as mark:
                return mark.read()
        except FileNotFoundError:
            return None

    def leave(self, kind=None, text=""):
        os.makedirs(MARKS, mode=0o700, exist_ok=True)
        draft = os.path.join(MARKS, "." + os.path.basename(self._file(kind)))
        with open(draft, "w", encoding="utf-8") as mark:
            mark.write(text)
        os.rename(draft, self._file(kind))

    def take(self, kind):
        """Whether a mark was there; it is not any more."""
        try:
            os.unlink(self._file(kind))
            return True
        except FileNotFoundError:
            return False

    def clear(self):
        for kind in (None,) + MARK_KINDS:
            self.take(kind)
        for name in os.listdir(MARKS) if os.path.isdir(MARKS) else ():
            if name.startswith(os.path.basename(self.path) + ".task-"):
                os.unlink(os.path.join(MARKS, name))

    def _file(self, kind):
        return self.path if kind is None else self.path + "." + kind


class Held:
    """That MoM of this host holds a job's checkpoint, also after the host was booted. MoM may forget it, and then starts
    the job as if for the first time: its run_version stays."""

    def __init__(self, job):
        self.path = os.path.join(pbs_conf("PBS_HOME", "/var/spool/pbs"), "mom_priv/ckpt.held", job)

    def is_marked(self):
        return os.path.exists(self.path)

    def mark(self, is_held):
        if is_held:
            os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
            open(self.path, "w", encoding="utf-8").close()
        elif self.is_marked():
            os.unlink(self.path)


class Wishes:
    """What a user asked for, in the order in which it counts: qsub -l, -v, -c, lines of the script, the site."""

    def __init__(self, job, environment, settings, script):
        lines = directives(script)
        variables = {key: environment[name] for key, name in VARIABLES.items() if environment.get(name)}
        checkpoint = str(job.Checkpoint or "u")
        periodic = checkpoint[2:] if checkpoint[:2] in ("w=", "c=") else None
        unsaid = "auto" if checkpoint in ("w", "c") else None
        self.odd = odd("#CKPT ", lines, {key: key for key in lines}) + odd("", variables, VARIABLES)
        self.interval = first(
            seconds, resource(job, "ckpt_interval"), variables.get("interval"), periodic, lines.get("interval"), unsaid)
        self.keep = first(number, variables.get("keep"), lines.get("keep"))
        self.store = first(absolute, variables.get("dir"), lines.get("dir"))
        self.wanted = truth(
            "no" if checkpoint == "n" else None,
            resource(job, "ckpt"),
            variables.get("ckpt"),
            "yes" if periodic or unsaid else None,
            lines.get("ckpt"),
            settings.get("default"),
        )
        self.required = "required" in (lines.get("ckpt"), variables.get("ckpt"))


def directives(script):
    """Words of the #CKPT lines of a job's script: KEY=VALUE, or auto, required, no for ckpt=."""
    words = {}
    try:
        with open(script, "rb") as text:
            for line in text.read(DIRECTIVES_WITHIN).splitlines():
                found = DIRECTIVE.match(line)
                for word in found.group(1).decode("utf-8", "replace").split() if found else ():
                    key, equals, value = word.partition("=")
                    words[key if equals else "ckpt"] = value if equals else key
    except OSError:
        pass  # a job without a script
    return words


def resource(job, name):
    value = job.Resource_List[name]
    return None if value is None else str(value)


def truth(*values):
    """The first value that is one, as yes or no."""
    return next((str(value).lower() not in NO for value in values if value is not None), False)


def first(reading, *values):
    """The first value that reads as one; 0 for none."""
    read = (reading(value) for value in values if value is not None)
    return next((value for value in read if value is not None), 0)


def number(text):
    return int(text) if text.isdigit() else None


def absolute(text):
    return text if text.startswith("/") else None


def protection(text):
    return text if text.lower() in NO + ("1", "true", "yes", "y", "auto", "required") else None


def seconds(text):
    """As sbatch --time has it: minutes, [hours:]minutes:seconds, days-hours[:minutes[:seconds]]; auto stays that word."""
    found = TIME.fullmatch(text)
    if not found:
        return "auto" if text == "auto" else None
    days, fields = found.group(1), [int(field) for field in found.group(2).split(":")]
    units = (3600, 60, 1) if days or len(fields) == 3 else (60, 1)
    return 86400 * int(days or 0) + sum(unit * field for unit, field in zip(units, fields))


def odd(mark, words, names):
    """Words that would be passed over, as they were written."""
    readings = {"ckpt": protection, "interval": seconds, "keep": number, "dir": absolute}
    return [
        "%s%s=%s" % (mark, names[key], value)
        for key, value in words.items()
        if key not in readings or readings[key](value) is None
    ]


def settings():
    """The site's; none where they cannot be read, for a job that asked for protection itself must not suffer."""
    try:
        with open(pbs.hook_config_filename, encoding="utf-8") as config:
            return json.load(config)
    except (OSError, TypeError, ValueError) as failure:
        pbs.logmsg(pbs.LOG_WARNING, "ckpt: no settings: %r" % failure)
        return {}


def programs():
    """The directory of the program that MoM of this host is told to call: pbs-launch lies beside it."""
    with open(os.path.join(pbs_conf("PBS_HOME", "/var/spool/pbs"), "mom_priv/config"), encoding="utf-8") as config:
        for line in config:
            found = ACTION.match(line)
            if found:
                return found.group(1)
    raise RuntimeError("MoM of this host has no $action terminate of ckpt's: ckptctl pbs install")


def pbs_conf(key, default):
    try:
        with open(os.environ.get("PBS_CONF_FILE", "/etc/pbs.conf"), encoding="utf-8") as lines:
            return dict(line.strip().split("=", 1) for line in lines if "=" in line).get(key, default)
    except OSError:
        return default


def owner(job):
    name = getattr(job, "euser", None) or str(job.Job_Owner).split("@")[0]
    return pwd.getpwnam(str(name)).pw_uid


def escaped(text):
    """As java.util.Properties reads it."""
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def carried(job, environment):
    """What PBS does not bring to the next host, or not as it was."""
    spool = os.path.join(pbs_conf("PBS_HOME", "/var/spool/pbs"), "spool", job.id)
    return [environment["TMPDIR"]] * ("TMPDIR" in environment) + [spool + ".OU", spool + ".ER"]


def ticket(job, environment, wishes):
    fields = {
        "job": job.id,
        "generation": max(0, int(job.run_version) - 1),
        "session": job.session_id,
        "uid": owner(job),
        "interval": wishes.interval,
        "keep": wishes.keep,
        "required": "yes" if wishes.required or Held(job.id).is_marked() else "no",
        "carry": "\n".join(carried(job, environment)),
    }
    if wishes.store:
        fields["store"] = wishes.store
    return "".join("%s=%s\n" % (key, escaped(str(value))) for key, value in fields.items())


def ran_before(job):
    return int(job.run_version) > 1 or Held(job.id).is_marked()


def launcher(job, wishes, program, arguments):
    command = [os.path.join(programs(), "pbs-launch"), "--job", job.id]
    attach = os.path.join(pbs_conf("PBS_EXEC", "/opt/pbs"), "bin/pbs_attach")
    if os.access(attach, os.X_OK):
        command += ["--attach", attach]
    if ran_before(job):
        command.append("--again")
    if wishes.required:
        command.append("--required")
    # without arguments MoM starts a login shell, which reads the name of the job's script from its standard input
    return command + ["--", program] + (arguments or ["-" + os.path.basename(program)])


def launch(event):
    job = event.job
    site = settings()
    script = os.path.join(pbs_conf("PBS_HOME", "/var/spool/pbs"), "mom_priv/jobs", job.id + ".SC")
    wishes = Wishes(job, event.env, site, script)
    marks = Marks(job.id)
    if event.env.get("PBS_TASKNUM") != "1":
        if marks.text() is not None:
            marks.leave("task-" + event.env.get("PBS_TASKNUM", ""), str(job.session_id))
        return
    if not wishes.wanted or job.interactive:
        return
    if wishes.odd:
        say("passed over, for it is not understood: %s" % ", ".join(wishes.odd))
    if len(hosts(job)) > 1:
        leave_alone(event, wishes, "a job over several hosts cannot be checkpointed yet")
        return
    refused = marks.text("hold")
    if refused is not None:
        marks.take("hold")
        hold(event, "it cannot go on from its checkpoints on this host: " + refused)
    marks.clear()
    marks.leave(text=ticket(job, event.env, wishes))
    if not os.path.isdir(UNBOUND):
        os.mkdir(UNBOUND)
        os.chmod(UNBOUND, 0o1777)
    command = launcher(job, wishes, event.progname, list(event.argv))
    event.progname = command[0]
    event.argv = command


def hosts(job):
    """Names of the hosts that it got: exec_host is HOST/INDEX[*CPUS] for each part of it, with + between them."""
    return {part.split("/")[0] for part in str(getattr(job, "exec_host", None) or "").split("+")}


def say(text):
    """To the owner: what a launch hook writes goes where the job's own output goes."""
    sys.stderr.write("ckpt: %s\n" % text)
    sys.stderr.flush()


def hold(event, why):
    """Gives the job back to PBS, for an operator to look at."""
    event.job.rerun()
    event.job.Hold_Types = pbs.hold_types("s")
    event.reject("ckpt: job %s is held: %s" % (event.job.id, why))


def leave_alone(event, wishes, why):
    """What only the host sees: a site's default or a line of the script asked for it."""
    if wishes.required:
        hold(event, why)
    say("job %s runs unprotected: %s" % (event.job.id, why))


def guarded_launch(event):
    """A job that ran before would begin anew without its launcher."""
    try:
        launch(event)
    except Exception as failure:
        if ran_before(event.job) and Marks(event.job.id).text() is not None:
            hold(event, "it ran before, and here it would begin anew: %r" % failure)
        raise


def preterm(event):
    """qdel, and only that: the job shall end without being checkpointed."""
    marks = Marks(event.job.id)
    if marks.text() is not None:
        marks.leave("deleted")


def never_began(marks):
    """Whether a job that had something to lose was given back without having run."""
    given = marks.text()
    if given is None or marks.text("began") is not None:
        return False
    return "\ngeneration=0\n" not in given or "\nrequired=yes\n" in given


def comes_back(job, marks):
    """Whether PBS, which did not ask for it, is to start the job again."""
    left = marks.text("left")
    if left == "asked":
        return job.Exit_status in WALLTIME_OR_CPUT and settings().get("on_walltime") == "requeue"
    return left is not None or never_began(marks) or marks.text("restart") is not None


def epilogue(event):
    marks = Marks(event.job.id)
    Held(event.job.id).mark(marks.text() is not None and event.job._checkpointed)
    deleted = marks.text("deleted") is not None
    if not deleted and comes_back(event.job, marks):
        # a launcher that MoM has ended meanwhile is not one that ckptd could not serve
        if marks.text("refused") is not None and marks.text("ended") is None:
            marks.leave("hold", marks.text("refused"))
        event.job.rerun()
    marks.clear()


EVENTS = {pbs.EXECJOB_LAUNCH: guarded_launch, pbs.EXECJOB_PRETERM: preterm, pbs.EXECJOB_EPILOGUE: epilogue}


def main():
    event = pbs.event()
    try:
        EVENTS[event.type](event)
    except Exception as failure:  # not SystemExit, which is how accept and reject leave
        pbs.logjobmsg(event.job.id, "ckpt: %s: %r" % (event.type, failure))
    event.accept()


main()
