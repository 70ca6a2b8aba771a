"""What is refused about trees, and why."""

from common.errors import HotlineError


class TreeBeingEdited(HotlineError):
    """Someone else has the tree open to change it."""

    code = "tree-being-edited"
    status = 409
    zh = "{username} 正在编辑该菜单树。"
    en = "{username} is editing this tree."
    remedy_zh = "请与其联系，或选择“接手编辑”。"
    remedy_en = "Talk to them, or take the editing over."


class DraftChanged(HotlineError):
    """Someone else saved the draft since it was read."""

    code = "draft-changed"
    status = 412
    zh = "草稿已由 {username} 于 {at} 修改。"
    en = "The draft was changed by {username} at {at}."
    remedy_zh = "请读取新草稿，对照后再保存。"
    remedy_en = "Read the draft again, compare, then save."


class PublishedMeanwhile(HotlineError):
    """The draft was made from a version that is no longer in force."""

    code = "published-meanwhile"
    status = 409
    zh = "草稿基于第 {base} 版，而现行版本已是第 {current} 版（{username}）。"
    en = "The draft was made from version {base}; version {current} (by {username}) is in force now."
    remedy_zh = "请与现行版本对照，再以它为基础保存草稿并发布。"
    remedy_en = "Compare with the version in force, save the draft with it as its base, then publish."


class TreeRefused(HotlineError):
    """The tree has mistakes."""

    code = "tree-refused"
    status = 422
    zh = "菜单树有 {count} 处错误，不能发布：{first}"
    en = "The tree has {count} mistakes and cannot be published; the first: {first}"
    remedy_zh = "请改正检查列出的错误。"
    remedy_en = "Correct what the check lists."


class TreeTestsFailed(HotlineError):
    """The tree's own tests fail."""

    code = "tree-tests-failed"
    status = 422
    zh = "菜单树的 {count} 个测试未通过，不能发布：{first}"
    en = "{count} of the tree's tests fail, so it cannot be published; the first: {first}"
    remedy_zh = "请改正菜单树或测试。"
    remedy_en = "Correct the tree or its tests."


class LeadingTreeRefused(HotlineError):
    """A tree in force that leads into this one would have mistakes, or fail its tests."""

    code = "leading-tree-refused"
    status = 422
    zh = "菜单树 {tree} 会进入本树，照此发布后它就不对了：{first}"
    en = "The tree {tree} leads into this one and would no longer be right: {first}"
    remedy_zh = "请改正本树，或先改 {tree} 并发布。"
    remedy_en = "Correct this tree, or change {tree} and publish it first."


class NoteMissing(HotlineError):
    """Each version says why it was made."""

    code = "note-missing"
    status = 422
    zh = "请说明发布原因。"
    en = "Say why this version is published."


class TreeNamesDiffer(HotlineError):
    """A text is of another tree than the one it was put to."""

    code = "tree-names-differ"
    status = 422
    zh = "文本中的名称是 {found}，而菜单树是 {expected}。"
    en = "The text names its tree {found}, but it was put to the tree {expected}."
    remedy_zh = "请改正文本第一行的 name，或作为新菜单树导入。"
    remedy_en = "Correct the text's `name`, or import it as a tree of its own."


class AlreadyInForce(HotlineError):
    """The version is the one that callers hear."""

    code = "already-in-force"
    status = 409
    zh = "第 {version} 版就是现行版本。"
    en = "Version {version} is the one in force."


class DraftExists(HotlineError):
    """An import would replace a draft that is being worked on."""

    code = "draft-exists"
    status = 409
    zh = "该菜单树已有草稿（{username}，{at}），导入会覆盖它。"
    en = "The tree has a draft (by {username}, {at}) that the import would replace."
    remedy_zh = "请先发布或放弃该草稿。"
    remedy_en = "Publish or discard that draft first."


class SpokenUnusable(HotlineError):
    """What was sent is no sound that the simulator can listen to."""

    code = "spoken-unusable"
    status = 422
    zh = "无法听取这段录音：{problem_zh}。"
    en = "The simulator cannot listen to this sound: {problem}."
    remedy_zh = "请发送不超过 30 秒的 WAV 录音：单声道，16 位，8000 Hz。"
    remedy_en = "Send a WAV file of at most 30 s: one channel, 16 bit, 8000 Hz."


class SpeechToTextMissing(HotlineError):
    """No model turns speech into text."""

    code = "speech-to-text-missing"
    status = 409
    zh = "没有可用的语音识别模型，模拟来电不能用语音。"
    en = "No model turns speech into text, so nobody can speak to the simulator."
    remedy_zh = "请改为输入文字；管理员可运行 hotline asr models list 查看模型。"
    remedy_en = "Type what the caller says; `hotline asr models list` shows an operator which models there are."
