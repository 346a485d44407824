from __future__ import annotations

import json


def write(path, **data):
    path.write_text(json.dumps({"programVersion": "1.0.0", "runtimeLevel": "Organization", **data}))
    return path


def test_changes_are_listed_with_the_version_that_follows(gatepost, tmp_path):
    old = write(tmp_path / "old.json", params=[{"name": "x", "label": "X", "type": "String"}])
    new = write(tmp_path / "new.json", programVersion="1.1.0")
    said = gatepost("diff", old, new)
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "major  param-removed                the param 'x' is gone",
        "                                    What jobs and playbooks have set for it is lost.",
        "",
        "After 1.0.0, 2.0.0 or later follows (major). It says 1.1.0, which is too small.",
    ]
    assert gatepost("diff", old, new, "--exit-code").code == 1
    assert gatepost("diff", old, old, "--exit-code").code == 0


def test_json(gatepost, tmp_path):
    old, new = write(tmp_path / "old.json"), write(tmp_path / "new.json", programVersion="1.1.0", note="words")
    said = gatepost("diff", old, new, "--json").json
    assert {key: said[key] for key in ("impact", "needed_version", "is_enough")} == {
        "impact": "patch",
        "needed_version": "1.0.1",
        "is_enough": True,
    }
    assert [change["kind"] for change in said["changes"]] == ["app-reworded"]


def test_what_is_not_there_is_said(gatepost, tmp_path):
    said = gatepost("diff", tmp_path / "none.json", tmp_path)
    assert said.code == 1
    assert "There is no" in said.err
