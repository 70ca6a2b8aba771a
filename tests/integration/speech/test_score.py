"""``hotline asr score`` over a recording of the corpus."""

import json
import shutil
from pathlib import Path

from typer.testing import CliRunner

from hotline.asr_cli import asr_app
from tests.integration.speech.conftest import SPEECH


def test_a_table_is_scored_and_the_worst_is_shown_letter_by_letter(tmp_path: Path) -> None:
    shutil.copy(SPEECH / "callers" / "report-1.wav", tmp_path)
    shutil.copy(SPEECH / "callers" / "praise-1.wav", tmp_path)
    table = tmp_path / "said.tsv"
    table.write_text("file\ttext\nreport-1.wav\t我要举报有人卖猫\npraise-1.wav\t我想表扬一下你们的工作人员\n", "utf-8")

    shown = CliRunner().invoke(asr_app, ["score", str(table), "--worst", "1"])
    assert shown.exit_code == 0, shown.output
    lines = [line.split() for line in shown.output.splitlines() if line.startswith("  ")]
    (said,), (heard,) = ([line[1] for line in lines if line[0] == word] for word in ("said", "heard"))
    assert len(said) == len(heard) and said.replace("＊", "") == "我要举报有人卖猫"

    told = CliRunner().invoke(asr_app, ["score", str(table), "--json"])
    *each, total = [json.loads(line) for line in told.output.splitlines() if line.startswith("{")]
    assert len(each) == total["files"] == 2
    assert total["error_rate"] > 0 and each[0]["deletions"] + each[0]["insertions"] + each[0]["substitutions"] > 0
