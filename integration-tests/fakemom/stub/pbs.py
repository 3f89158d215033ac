"""What a hook sees of PBS: an event, and where its verdict goes."""
import json
import sys

EXECJOB_LAUNCH, EXECJOB_EPILOGUE, EXECJOB_PRETERM, QUEUEJOB, MODIFYJOB = 1, 2, 3, 4, 5
LOG_WARNING = 4
NUMBERS = {
    "execjob_launch": EXECJOB_LAUNCH, "execjob_epilogue": EXECJOB_EPILOGUE, "execjob_preterm": EXECJOB_PRETERM,
    "queuejob": QUEUEJOB, "modifyjob": MODIFYJOB,
}
hook_config_filename = None
_event = None
_log = []


class Resources(dict):
    def __missing__(self, key):
        return None


class Job:
    def __init__(self, fields):
        self.id = fields["id"]
        self.Job_Owner = fields["owner"] + "@n1"
        self.euser = fields["owner"]
        self.Checkpoint = fields["checkpoint"]
        self.Rerunable = fields["rerunable"]
        self.Resource_List = Resources(fields["resources"])
        self.Variable_List = dict(fields["variables"])
        self.interactive = False
        self.run_version = fields["run_version"]
        self.exec_host = fields.get("exec_host")
        self.session_id = fields.get("session_id")
        self.Exit_status = fields.get("exit_status")
        self._checkpointed = fields.get("checkpointed", False)
        self.Hold_Types = None
        self.rerun_asked = False

    def rerun(self):
        self.rerun_asked = True


class Event:
    def __init__(self, question, answer_path):
        self.type = NUMBERS[question["event"]]
        self.job = Job(question["job"])
        self.job_o = Job(question["job_o"]) if "job_o" in question else None
        self.progname = question.get("progname")
        self.argv = question.get("argv", [])
        self.env = question.get("env", {})
        self.answer_path = answer_path

    def accept(self):
        self._end()

    def reject(self, text=""):
        self._end(reject=text or "rejected")

    def _end(self, **answer):
        answer.update(log=_log, progname=self.progname, argv=list(self.argv), env=dict(self.env))
        if self.job.rerun_asked:
            answer["rerun"] = True
        if self.job.Hold_Types:
            answer["hold"] = self.job.Hold_Types
        with open(self.answer_path, "w", encoding="utf-8") as out:
            json.dump(answer, out)
        sys.exit(0)


def begin(question_path, answer_path):
    global _event, hook_config_filename
    with open(question_path, encoding="utf-8") as file:
        question = json.load(file)
    hook_config_filename = question.get("config")
    _event = Event(question, answer_path)


def event():
    return _event


def hold_types(letters):
    return letters


def logjobmsg(job, text):
    _log.append("%s;%s" % (job, text))


def logmsg(level, text):
    _log.append(text)
