"""What a hook sees of PBS: an event on standard input as JSON, its verdict on standard output."""
import json
import os
import sys

EXECJOB_LAUNCH, EXECJOB_EPILOGUE, EXECJOB_PRETERM, QUEUEJOB, MODIFYJOB = 1, 2, 3, 4, 5
LOG_WARNING = 4
_NUMBERS = {
    "execjob_launch": EXECJOB_LAUNCH, "execjob_epilogue": EXECJOB_EPILOGUE, "execjob_preterm": EXECJOB_PRETERM,
    "queuejob": QUEUEJOB, "modifyjob": MODIFYJOB,
}
hook_config_filename = os.environ.get("FAKE_HOOK_CONFIG")
_question = json.load(sys.stdin)
_answer = {"log": []}


class _Resources(dict):
    def __missing__(self, key):
        return None


class _Job:
    def __init__(self, fields):
        self.id = fields["id"]
        self.Job_Owner = fields["owner"] + "@n1"
        self.euser = fields["owner"]
        self.Checkpoint = fields["checkpoint"]
        self.Rerunable = fields["rerunable"]
        self.Resource_List = _Resources(fields["resources"])
        self.Variable_List = _Resources(fields["variables"])
        self.interactive = False
        self.run_version = fields["run_version"]
        self.session_id = fields.get("session_id")
        self.Exit_status = fields.get("exit_status")
        self._checkpointed = fields.get("checkpointed", False)
        self.Hold_Types = None

    def rerun(self):
        _answer["rerun"] = True


class _Event:
    def __init__(self):
        self.type = _NUMBERS[_question["event"]]
        self.job = _Job(_question["job"])
        self.progname = _question.get("progname")
        self.argv = _question.get("argv", [])
        self.env = _question.get("env", {})

    def accept(self):
        self._end()

    def reject(self, text=""):
        _answer["reject"] = text or "rejected"
        self._end()

    def _end(self):
        _answer.update(progname=self.progname, argv=list(self.argv), env=dict(self.env))
        if self.job.Hold_Types:
            _answer["hold"] = self.job.Hold_Types
        sys.stdout.write(json.dumps(_answer) + "\n")
        sys.stdout.flush()
        sys.exit(0)


_event = _Event()


def event():
    return _event


def hold_types(letters):
    return letters


def logjobmsg(job, text):
    _answer["log"].append("%s;%s" % (job, text))


def logmsg(level, text):
    _answer["log"].append(text)
