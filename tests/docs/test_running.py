"""Running a page: what is right passes, and what is wrong does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs import running
from tests.docs.blocks import ROOT, PageError, read_page
from tests.docs.running import BlockError, run_page

pytestmark = pytest.mark.programs("bash")


@pytest.fixture
def run(tmp_path: Path):
    def run(text: str, **variables: str) -> Path:
        path = tmp_path / "page.md"
        path.write_text(text, encoding="utf-8")
        directory = tmp_path / "reader"
        directory.mkdir()
        run_page(read_page(path), directory, variables)
        return directory

    return run


def test_python_blocks_share_one_namespace_and_one_folder(run):
    directory = run("```python\nfrom pathlib import Path\nx = 1\n```\n```python\nPath('x').write_text(str(x))\n```\n")
    assert (directory / "x").read_text() == "1"


def test_a_shell_block_leaves_its_folder_and_variables_to_the_next_ones(run):
    run(
        "```bash\nmkdir app\ncd app\nexport OWNER='two\nlines'\n```\n"
        "```bash\n[ $(basename $PWD) = app ]\n[ \"$OWNER\" = $'two\\nlines' ]\n```\n"
        "```python\nimport os, pathlib\n"
        "assert pathlib.Path.cwd().name == 'app'\nassert os.environ['OWNER'] == 'two\\nlines'\n```\n"
    )


def test_a_titled_block_is_written_and_not_run(run):
    directory = run(
        '```python title="app/run.py"\nraise SystemExit(3)\n```\n<!-- docs-test: exits 3 -->\n```bash\npython app/run.py\n```\n'
    )
    assert (directory / "app/run.py").read_text() == "raise SystemExit(3)\n"


def test_the_command_of_this_checkout_is_on_the_path(run):
    run("```bash\ncommand -v gatepost\n```\n")


def test_classes_of_a_page_are_found_by_pydantic(run):
    run(
        "```python\nfrom __future__ import annotations\nimport pydantic\nclass A(pydantic.BaseModel):\n    x: int\n```\n"
        "```python\nclass B(pydantic.BaseModel):\n    a: A\nassert B(a={'x': 1}).a.x == 1\n```\n"
    )


def test_the_callers_settings_are_not_inherited(run, monkeypatch):
    monkeypatch.setenv("TC_TOKEN", "the caller's")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    run(
        "```python\nimport os\nassert 'https_proxy' not in os.environ\n```\n"
        '```bash\n[ -z "${TC_TOKEN:-}" ]\n[ "$TC_API_PATH" = https://localhost/api ]\n```\n',
        TC_API_PATH="https://localhost/api",
    )


def test_a_console_shows_what_is_printed(run):
    run("```console\n$ echo one\none\n$ printf 'a\\nb\\n' \\\n>   | cat\na\n...\n$ true\n```\n")


def test_spaces_at_the_ends_of_lines_do_not_count(run):
    run("```console\n$ printf 'a  \\nb \\n'\na\nb\n```\n")


def test_examples_are_compared(run):
    run("```python\nx = 1\n```\n```pycon\n>>> x + 1\n2\n>>> y = x\n```\n```python\nassert y == 1\n```\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```python\nx = 1\n\nassert x == 2\n```\n", ["page.md:1: exit code 1", "line 4", "assert x == 2"]),
        ("```python\nprint('heard')\nraise SystemExit('bye')\n```\n", ["exit code 1, not 0", "heard", "bye"]),
        ("```python\nimport os\nprint('x', flush=True)\nos._exit(7)\n```\n", ["exit code 7", "x", "Python ended here"]),
        ("```python\nx = = 1\n```\n", ["not python", "line 2"]),
        ('```python title="a.py"\nx = = 1\n```\n', ["not python"]),
        ("```bash\necho heard\nfalse\ntrue\n```\n", ["exit code 1", "heard"]),
        ("```bash\nfalse | true\n```\n", ["exit code 1"]),
        ("```bash\necho $UNSET_NAME\n```\n", ["UNSET_NAME"]),
        ("<!-- docs-test: exits 1 -->\n```bash\ntrue\n```\n", ["exit code 0, not 1"]),
        ("```console\n$ echo one\ntwo\n```\n", ["'echo one' printed something else"]),
        ("```console\n$ false\n$ true\n```\n", ["exit code 1"]),
        ("```console\necho one\n```\n", ["no line of this console"]),
        ("```pycon\n>>> 1 + 1\n3\n```\n", ["Expected:", "Got:"]),
        ("```json\n{'a': 1}\n```\n", ["not json"]),
        ("```toml\na = \n```\n", ["not toml"]),
    ],
)
def test_a_wrong_block_fails_with_its_place_and_output(run, text, said):
    with pytest.raises(BlockError) as caught:
        run(text)
    for part in ["page.md:", *said]:
        assert part in str(caught.value)


def test_a_block_that_does_not_end_is_stopped(run, monkeypatch):
    monkeypatch.setattr(running, "SECONDS", 0.2)
    with pytest.raises(BlockError, match="still running after"):
        run("```bash\nexec sleep 60\n```\n")


def test_a_python_block_that_does_not_end_is_stopped(run, monkeypatch):
    monkeypatch.setattr(running, "SECONDS", 0.5)
    with pytest.raises(BlockError, match="Python ended here"):
        run("```python\nimport time\ntime.sleep(60)\n```\n")


def test_a_skipped_block_is_not_run(run):
    run("<!-- docs-test: skip needs a broker -->\n```bash\nfalse\n```\n")


def test_a_folder_of_the_repository_is_there_and_shown_as_it_is(run):
    shown = (ROOT / "app_template/job/run.py").read_text()
    page = '<!-- docs-test: folder app_template/job -->\n```text title="app_template/job/run.py"\n{}```\n'
    directory = run(page.format(shown) + "```bash\ntest -f app_template/job/copier.yml\n```\n")
    assert (directory / "app_template/job/run.py").read_text() == shown


def test_a_file_that_is_shown_otherwise_fails(run):
    with pytest.raises(BlockError, match="it is not what is in app_template"):
        run('<!-- docs-test: folder app_template/job -->\n```text title="app_template/job/run.py"\nother\n```\n')


@pytest.mark.parametrize("folder", ["nowhere", "../elsewhere"])
def test_a_folder_that_is_none_of_the_repository_fails(run, folder: str):
    with pytest.raises(PageError, match="one of the repository"):
        run(f"<!-- docs-test: folder {folder} -->\n```bash\ntrue\n```\n")
