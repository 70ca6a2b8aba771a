"""What can be wrong with a tree."""

from common.errors import HotlineError


class TreeInvalid(HotlineError):
    """A tree cannot be used; says where and why, and how many mistakes more there are (``more``)."""

    code = "tree-invalid"
    zh = "{file} 第 {line} 行第 {column} 列：{problem_zh}"
    en = "{file}:{line}:{column}: {problem}"
    remedy_zh = "{right_zh} 全部错误：hotline ivr check {file}"
    remedy_en = "{right} All mistakes: `hotline ivr check {file}`."


class VoiceUnknown(HotlineError):
    """There is no such voice."""

    code = "voice-unknown"
    status = 422
    zh = "没有名为 {voice} 的音色。"
    en = "There is no voice {voice}."
    remedy_zh = "可用的音色：{known}。"
    remedy_en = "There are: {known}."


class SpeechFailed(HotlineError):
    """A text could not be rendered to sound."""

    code = "speech-failed"
    zh = "文字转语音失败：{problem}"
    en = "The text could not be turned into speech: {problem}"


class PromptUnusable(HotlineError):
    """A file cannot be a prompt."""

    code = "prompt-unusable"
    status = 422
    zh = "该文件不能用作提示音：{problem_zh}。"
    en = "The file cannot be used as a prompt: {problem}."
    remedy_zh = "请上传 WAV、MP3、M4A、Ogg、WebM 或 FLAC 录音。"
    remedy_en = "Upload a recording as WAV, MP3, M4A, Ogg, WebM or FLAC."


class NoSuchOption(HotlineError):
    """The tree has no such answer."""

    code = "no-such-option"
    status = 422
    zh = "节点 {node} 没有选项 {option}。"
    en = "The node {node} has no option {option}."
    remedy_zh = "请选择该节点现有的选项。"
    remedy_en = "Choose one of the options that the node has now."
