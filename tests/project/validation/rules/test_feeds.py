from __future__ import annotations

import pytest

from tests.project.validation.conftest import param

FEED = {
    "sourceName": "Source",
    "sourceCategory": "Feed",
    "sourceDescription": "A feed",
    "indicatorLimit": 100,
    "documentStorageLimitMb": 1,
    "jobFile": "job.json",
}
TCEX = {"package": {"app_name": "TC_-_Demo"}}
JOB_FILE = {
    "jobName": "Demo",
    "programName": "TC - Demo v1",
    "programVersion": "1.0.0",
    "scheduleCronFormat": "0 0 3 * * ? *",
    "params": [{"name": "x", "default": "a"}],
}


def look(found, *, job=None, files=None, **feed):
    every = {"tcex.json": TCEX, "job.json": {**JOB_FILE, **(job or {})}, **(files or {})}
    return found(every, feeds=[{**FEED, **feed}], params=[param()])


def test_a_whole_feed(found):
    assert look(found) == set()


@pytest.mark.parametrize(
    ("feed", "expected"),
    [
        ({"sourceName": ""}, {("GP601", "$.feeds[0]")}),
        ({"attributesFile": "attributes.csv"}, {("GP603", "$.feeds[0].attributesFile")}),
        ({"attributesFile": "../attributes.csv"}, {("GP603", "$.feeds[0].attributesFile")}),
        ({"firstRunParams": [{"param": "y", "value": 1}]}, {("GP608", "$.feeds[0].firstRunParams[0].param")}),
        ({"firstRunParams": [{"param": "X", "value": 1}]}, set()),
        ({"deprecation": [{"indicatorType": "Host", "intervalDays": 0}]}, {("GP609", "$.feeds[0].deprecation[0].intervalDays")}),
        ({"deprecation": {"intervalDays": 1}}, {("GP609", "$.feeds[0].deprecation")}),
        (
            {"deprecation": [{"indicatorType": "Host", "actionAtMinimum": "Remove"}]},
            {("GP609", "$.feeds[0].deprecation[0].actionAtMinimum")},
        ),
    ],
)
def test_a_feed(found, feed, expected):
    assert look(found, **feed) == expected


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        ({"programName": "Demo"}, {("GP605", "$.programName")}),
        ({"programVersion": "1.0.1"}, {("GP605", "$.programVersion")}),
        ({"scheduleCronFormat": "0 3 * * *"}, {("GP606", "$.scheduleCronFormat")}),
        ({"params": [{"name": "y", "default": "a"}]}, {("GP607", "$.params[0].name")}),
        ({"params": [{"name": "x", "default": None}]}, {("GP607", "$.params[0]")}),
        ({"params": [{"name": "x", "default": "${TEXT}"}]}, {("GP607", "$.params[0].default")}),
        ({"params": [{"default": "a"}]}, set()),  # GP202 says it
        ({"params": [{"name": "x", "default": False}]}, set()),
    ],
)
def test_the_job_of_a_feed(found, job, expected):
    assert look(found, job=job) == expected


def test_the_folder_of_the_package_may_have_a_version_of_its_own(found):
    tcex = {"package": {"app_name": "TC_-_Demo", "app_version": "v3"}}
    files = {"tcex.json": tcex}
    assert look(found, files=files, job={"programName": "TC - Demo v3"}) == {("GP804", "$.package.app_version")}


def test_without_tcex_json_the_folder_is_called_as_packaging_does(found):
    job = {**JOB_FILE, "programName": "TC - An App v1"}
    assert found({"job.json": job}, feeds=[FEED], params=[param()]) == set()
    assert found({"job.json": JOB_FILE}, feeds=[FEED], params=[param()]) == {("GP605", "$.programName")}


def test_a_source_belongs_to_one_feed(found):
    files = {"tcex.json": TCEX, "job.json": JOB_FILE}
    assert found(files, feeds=[FEED, FEED], params=[param()]) == {("GP602", "$.feeds[1].sourceName")}


def test_feeds_are_for_jobs_and_feed_services(found):
    assert ("GP604", "$.feeds") in found({"job.json": JOB_FILE}, feeds=[FEED], runtimeLevel="Playbook", playbook={"type": "a"})
    assert ("GP604", "$.runtimeLevel") in found(runtimeLevel="FeedApiService", displayPath="abc")
