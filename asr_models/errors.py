"""What can go wrong with models and sound."""

from common.errors import HotlineError


class ModelUnavailable(HotlineError):
    """No source had the model."""

    code = "model-unavailable"
    zh = "模型 {name} 无法获取：{problem}"
    en = "Model {name} could not be got: {problem}"
    remedy_zh = "检查网络后运行 hotline asr models get {name}；没有模型时热线仍可按键使用。"
    remedy_en = "Check the network, then run `hotline asr models get {name}`; without it the line works by keys."


class ModelCorrupt(HotlineError):
    """A model's file is not what its maker published."""

    code = "model-corrupt"
    zh = "模型文件 {file} 校验不符。"
    en = "Model file {file} does not match its checksum."
    remedy_zh = "运行 hotline asr models get {name} 重新获取。"
    remedy_en = "Run `hotline asr models get {name}` to get it anew."


class UnknownModel(HotlineError):
    """No model has that name."""

    code = "unknown-model"
    zh = "没有名为 {name} 的模型。"
    en = "There is no model named {name}."
    remedy_zh = "hotline asr models list 列出全部模型。"
    remedy_en = "`hotline asr models list` names them all."
