"""A feed's job.json."""

from __future__ import annotations

import json
from pathlib import Path

from gatepost.manifest import Job, JobParam, load_job

COMPLETE = {
    "allowOnDemand": True,
    "enableNotifications": True,
    "jobName": "Demo",
    "notifyEmail": "demo@example.com",
    "notifyIncludeLogFiles": True,
    "notifyOnComplete": False,
    "notifyOnFailure": True,
    "notifyOnPartialFailure": True,
    "params": [
        {"name": "owner", "default": "Demo Source"},
        {"name": "verbose", "default": True},
        {"name": "their_key", "default": "hunter2", "encrypt": True, "preventUpdates": True},
        {"name": "nothing", "default": None},
    ],
    "programName": "TCVF - Demo v1",
    "programVersion": "1.0.0",
    "publishAuth": True,
    "scheduleCronFormat": "0 0 3 * * ? *",
    "scheduleStartDate": 1584417600000,
    "scheduleType": "Daily",
}


def loaded(folder: Path, data: object) -> tuple[Job, set[tuple[str, str]]]:
    (folder / "demo_job.json").write_text(json.dumps(data) + "\n")
    job = load_job(folder / "demo_job.json")
    return job, {(finding.rule, finding.path) for finding in job.findings}


def test_a_complete_job_has_no_findings(tmp_path: Path) -> None:
    job, found = loaded(tmp_path, COMPLETE)

    assert found == set()
    assert (job.program_name, job.schedule_start_date, job.notify_on_complete) == ("TCVF - Demo v1", 1584417600000, False)
    assert [param.default for param in job.params] == ["Demo Source", True, "hunter2", None]
    assert job.params[2].prevent_updates


def test_a_secret_is_not_shown() -> None:
    assert "hunter2" not in repr(JobParam(name="their_key", default="hunter2", encrypt=True))
    assert "hunter2" not in repr(JobParam(name="api_secret_key", default="hunter2"))
    assert "Demo" in repr(JobParam(name="owner", default="Demo"))


def test_what_is_off_is_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    params = [{"default": 1}, {"name": "count", "default": 5}, {"name": "list", "default": []}]
    job, found = loaded(tmp_path, COMPLETE | {"params": params, "scheduleStartDate": "x", "allowOnDemand": "yes", "retry": 1})

    assert [(param.name, param.default) for param in job.params] == [("count", "5"), ("list", None)]
    assert (job.schedule_start_date, job.allow_on_demand) == (None, True)
    assert found == {
        ("GP202", "$.params[0]"),
        ("GP203", "$.params[1].default"),
        ("GP204", "$.params[2].default"),
        ("GP204", "$.scheduleStartDate"),
        ("GP203", "$.allowOnDemand"),
        ("GP201", "$.retry"),
    }


def test_every_key_is_required(tmp_path: Path) -> None:
    (tmp_path / "job.json").write_text("{}\n")

    assert len([finding for finding in load_job(tmp_path).findings if finding.rule == "GP202"]) == len(COMPLETE)
