"""A specification that uses what there is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gatepost.manifest import AppSpec, load_app_spec

PLAYBOOK = """\
schemaVersion: 1.1.0
# What the platform knows it by
appId: 0b1a7c52-6f0e-4f0c-9c39-6a3f2f9a7d10
category: Demo
displayName: Demo App
features: [advancedRequest]
internalNotes: [remember the milk]
labels: [demo]
languageVersion: "3.11"
note: Joins texts.
notePerAction:
- {action: Append, note: Adds a text.}
outputPrefix: demo
outputData:
- display: tc_action in ('Append')
  outputVariables:
  - {name: demo.result}
  - {name: demo.old, disabled: true}
- display: tc_action not in ('')
  outputVariables:
  - {name: demo.count, type: string}
packageName: TCPB_-_Demo
playbook:
  retry: {allowed: true, defaultDelayMinutes: 1, defaultMaxRetries: 3}
programVersion: 1.2.0
releaseNotes:
- version: 1.2.0
  notes: [Appends.]
runtimeLevel: Playbook
sections:
- sectionName: Action
  params:
  - {name: tc_action, label: Action, type: Choice, required: true, validValues: [Append, Advanced Request]}
- sectionName: Configure
  params:
  - {name: suffix, label: Suffix, display: tc_action in ('Append'), validValues: ["${USER:TEXT}"]}
  - {name: their_key, label: Key, encrypt: true, default: hunter2}
  - {name: state, hidden: true}
  - {name: gone, disabled: true}
  - {name: gone, disabled: true}
"""

JOB = """\
schemaVersion: 1.1.0
displayName: Demo Feed
packageName: TC_-_Demo_Feed
programVersion: 2.0.0
runtimeLevel: Organization
releaseNotes: [{version: 2.0.0, notes: [Better.]}]
sections:
- sectionName: Feed
  params:
  - {name: owner, label: Owner, display: "1"}
organization:
  publishOutFiles: ["*.json"]
  repeatingMinutes: [60, 120]
  feeds:
  - sourceName: Demo Source
    sourceCategory: Demo
    sourceDescription: Demo
    indicatorLimit: 100
    documentStorageLimitMb: 10
    job:
      jobName: Demo
      scheduleType: Daily
      params:
      - {name: owner, default: Demo Source}
"""


@pytest.fixture
def spec_of(tmp_path: Path) -> Callable[[str], AppSpec]:
    """A function that writes an app_spec.yml and loads it."""

    def spec_of(text: str) -> AppSpec:
        (tmp_path / "app_spec.yml").write_text(text, encoding="utf-8")
        return load_app_spec(tmp_path)

    return spec_of


@pytest.fixture
def playbook(spec_of: Callable[[str], AppSpec]) -> AppSpec:
    """A playbook app."""
    return spec_of(PLAYBOOK)


@pytest.fixture
def job(spec_of: Callable[[str], AppSpec]) -> AppSpec:
    """A job with a feed."""
    return spec_of(JOB)
