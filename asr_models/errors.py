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


class ModelUnreadable(HotlineError):
    """An engine cannot load a model's files."""

    code = "model-unreadable"
    zh = "模型 {name} 无法加载：{problem}"
    en = "Model {name} cannot be loaded: {problem}"
    remedy_zh = "运行 hotline asr models verify，再运行 hotline asr models get {name}。"
    remedy_en = "Run `hotline asr models verify`, then `hotline asr models get {name}`."


class EngineMissing(HotlineError):
    """A model is named whose engine is not installed."""

    code = "engine-missing"
    zh = "设置指定了 {engine} 引擎的模型 {model}，但未安装该引擎。"
    en = "The settings name {model} for the engine {engine}, which is not installed."
    remedy_zh = "运行 {command}，或在 [speech] 中改用其他引擎。"
    remedy_en = "Run `{command}`, or name another engine under [speech]."


class GraphNotComposed(HotlineError):
    """A Vosk model's graphs could not be composed beforehand."""

    code = "graph-not-composed"
    zh = "模型 {name} 的解码图未能预先合成：{problem}"
    en = "The graphs of model {name} could not be composed beforehand: {problem}"
    remedy_zh = "热线照常使用该模型，只是较慢；排除原因后运行 hotline asr models compose {name}。"
    remedy_en = "The line uses the model all the same, more slowly; `hotline asr models compose {name}` tries again."


class UnknownModel(HotlineError):
    """No model has that name."""

    code = "unknown-model"
    zh = "没有名为 {name} 的模型。"
    en = "There is no model named {name}."
    remedy_zh = "hotline asr models list 列出全部模型。"
    remedy_en = "`hotline asr models list` names them all."


class ModelCarried(HotlineError):
    """A model that comes with the product is not removed."""

    code = "model-carried"
    zh = "模型 {name} 随产品提供，不能删除。"
    en = "Model {name} comes with the product and is not removed."
    remedy_zh = "要停用它，请将 speech.engine 设为 whisper 或 vosk。"
    remedy_en = "To do without it, set speech.engine to whisper or vosk."


class SoundUnreadable(HotlineError):
    """A file holds no sound that can be read."""

    code = "sound-unreadable"
    zh = "{path} 不是可读的录音：{problem}"
    en = "{path} is no recording that can be read: {problem}"
    remedy_zh = "支持 WAV、MP3、M4A、OGG 等常见格式；请检查文件名。"
    remedy_en = "WAV, MP3, M4A, OGG and other common formats are read; check the file's name."


class NoTextEngine(HotlineError):
    """Nothing that turns speech into text is installed."""

    code = "no-text-engine"
    zh = "没有能把 {language} 语音转成文字的模型（引擎：{engine}）。"
    en = "No model is here that turns {language} into text (engine: {engine})."
    remedy_zh = "{advice_zh}"
    remedy_en = "{advice_en}"


class ReferencesUnreadable(HotlineError):
    """A table of recordings and their words cannot be used."""

    code = "references-unreadable"
    zh = "{path} 不是可用的参考文本表：{problem}"
    en = "{path} is no table of recordings and their words: {problem}"
    remedy_zh = "第一行为列名，至少有 file 和 text 两列，以制表符分隔；录音放在表旁边。"
    remedy_en = "Its first line names tab-separated columns, file and text among them; recordings lie beside the table."


class WordsUnreadable(HotlineError):
    """A list of words cannot be read."""

    code = "words-unreadable"
    zh = "{path} 不是可读的词表：{problem}"
    en = "{path} is no list of words that can be read: {problem}"
    remedy_zh = "每行一个词，UTF-8 编码。"
    remedy_en = "One word a line, as UTF-8 text."


class MicrophoneUnusable(HotlineError):
    """There is no microphone to listen to, or it does not open."""

    code = "microphone-unusable"
    zh = "无法使用麦克风：{problem}"
    en = "No microphone can be used: {problem}."
    remedy_zh = "hotline asr listen --devices 列出可用的麦克风；录音文件请用 hotline asr transcribe。"
    remedy_en = "`hotline asr listen --devices` lists what there is; for files use `hotline asr transcribe`."


class LoudspeakerUnusable(HotlineError):
    """There is no loudspeaker to play prompts on, or it does not open."""

    code = "loudspeaker-unusable"
    zh = "无法使用扬声器：{problem}"
    en = "No loudspeaker can be used: {problem}."
    remedy_zh = "在系统的声音设置中选择输出设备；没有扬声器时，请用 --speech、--wav 或 --dtmf 模拟来电。"
    remedy_en = "Choose an output in the system's sound settings; without one, simulate with --speech, --wav or --dtmf."
