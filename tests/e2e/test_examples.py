"""The example apps of the documentation pass their own tests, as somebody runs them who has copied their folder."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.own_tests import run_own_tests

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


def test_the_examples_pass_their_own_tests(tmp_path: Path):
    examples = sorted(folder for folder in EXAMPLES.iterdir() if (folder / "install.json").is_file())
    assert {"tcap_hashes", "timbr_query"} <= {folder.name for folder in examples}
    endings = run_own_tests(examples, tmp_path)
    assert len(endings) == len(examples)
    assert all(" passed in " in ending for ending in endings), endings
