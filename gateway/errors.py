"""What can go wrong between the gateway, Asterisk and speech workers."""

from common.errors import HotlineError


class AmiRejected(HotlineError):
    """Asterisk refused the manager's log-in."""

    code = "ami-rejected"
    zh = "Asterisk 拒绝了 AMI 登录（{host}:{port}）。"
    en = "Asterisk refused the manager log-in at {host}:{port}."
    remedy_zh = "hotline.toml 的 secrets.ami 必须与 Asterisk 所用的一致；运行 hotline down && hotline up。"
    remedy_en = "secrets.ami in hotline.toml must be the one Asterisk has; run `hotline down && hotline up`."


class ActionTimeout(HotlineError):
    """Asterisk did not answer an action in time."""

    code = "ami-action-timeout"
    status = 504
    zh = "Asterisk 未在 {seconds} 秒内答复 {action}。"
    en = "Asterisk did not answer {action} within {seconds} s."


class UnsafeValue(HotlineError):
    """A value with a line break would become a second command."""

    code = "unsafe-value"
    status = 422
    zh = "{name} 不能含换行。"
    en = "{name} must not hold a line break."


class CallerHungUp(HotlineError):
    """The caller is gone; commands to the channel are pointless."""

    code = "caller-hung-up"
    zh = "来电人已挂断。"
    en = "The caller hung up."


class AgiBroken(HotlineError):
    """The AGI peer sent what AGI does not allow."""

    code = "agi-broken"
    zh = "AGI 对端数据有误：{problem}"
    en = "The AGI peer sent {problem}"


class NoTree(HotlineError):
    """There is no version of the tree that can be loaded."""

    code = "no-tree"
    zh = "菜单树 {name} 没有可以加载的版本。"
    en = "No version of the tree {name} can be loaded."
    remedy_zh = "请运行 hotline ivr publish 发布一个正确的版本。"
    remedy_en = "Publish a correct one with `hotline ivr publish`."


class SpeechPeerRefused(HotlineError):
    """The other side of a speech worker's connection does not know the secret, or speaks something else."""

    code = "speech-peer-refused"
    zh = "语音工作进程的连接被拒绝：{problem}"
    en = "A speech worker's connection was refused: {problem}"
    remedy_zh = "两端的 secrets.worker 必须相同，程序版本也必须相同。"
    remedy_en = "secrets.worker must be the same on both sides, and so must the program's version."


class SpeechAway(HotlineError):
    """Speech is turned into text by workers, and none of them is there."""

    code = "speech-away"
    status = 503
    zh = "语音工作进程都不可用。"
    en = "No speech worker is there."
    remedy_zh = "请稍后再试；hotline doctor 会说明每个工作进程的情况。"
    remedy_en = "Try again later; `hotline doctor` says how it stands with each worker."
