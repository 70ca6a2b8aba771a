"""What is refused about figures, and why."""

from common.errors import HotlineError


class ExtraMissing(HotlineError):
    """A part that is installed on request is not here."""

    code = "extra-missing"
    status = 501
    zh = "未安装导出 Parquet 所需的组件。"
    en = "What is needed to write Parquet is not installed."
    remedy_zh = "运行 scripts/bootstrap.sh parquet 后重启，或导出 CSV。"
    remedy_en = "Run `scripts/bootstrap.sh parquet` and start again, or export CSV."


class PhraseNotRecorded(HotlineError):
    """The words were not recorded, or the recording is gone."""

    code = "phrase-not-recorded"
    status = 404
    zh = "这句话没有录音。"
    en = "There is no recording of this phrase."


class WindowTooLong(HotlineError):
    """Figures are read for some months at most."""

    code = "window-too-long"
    status = 422
    zh = "统计区间最长 {days} 天，且结束不能早于开始。"
    en = "Figures are for {days} days at most, and the end may not be before the begin."
