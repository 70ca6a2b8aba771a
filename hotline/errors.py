"""What can go wrong while the hotline is set up, started or stopped."""

from common.errors import HotlineError


class SettingsInvalid(HotlineError):
    """A setting has a value that cannot be used."""

    code = "settings-invalid"
    zh = "设置 {name} 无效：{problem}"
    en = "Setting {name} is invalid: {problem}"
    remedy_zh = "请修改 {file} 或对应的 HOTLINE_ 环境变量。"
    remedy_en = "Correct it in {file} or in its HOTLINE_ environment variable."


class PortTaken(HotlineError):
    """Another program listens where the hotline must."""

    code = "port-taken"
    zh = "端口 {port}（{name}）已被占用：{owner}"
    en = "Port {port} ({name}) is taken by {owner}"
    remedy_zh = "请停止该程序，或用环境变量 {variable} 指定其它端口。"
    remedy_en = "Stop that program, or choose another port with {variable}."


class AlreadyRunning(HotlineError):
    """A hotline already runs on this data folder."""

    code = "already-running"
    zh = "热线已在运行（进程 {pid}）。"
    en = "The hotline is already running (process {pid})."
    remedy_zh = "先运行 hotline down。"
    remedy_en = "Run `hotline down` first."


class NotRunning(HotlineError):
    """No hotline runs on this data folder."""

    code = "not-running"
    zh = "热线没有在运行。"
    en = "The hotline is not running."
    remedy_zh = "运行 hotline up。"
    remedy_en = "Run `hotline up`."


class DataFolderUnusable(HotlineError):
    """The data folder cannot be written."""

    code = "data-folder-unusable"
    zh = "数据目录 {path} 不可写：{problem}"
    en = "Data folder {path} cannot be written: {problem}"
    remedy_zh = "检查权限，或用 HOTLINE_DATA_DIR 指定其它目录。"
    remedy_en = "Check its permissions, or choose another with HOTLINE_DATA_DIR."


class DiskFull(HotlineError):
    """Too little room is left to run safely."""

    code = "disk-full"
    zh = "{path} 只剩 {free_mb} MB，至少需要 {need_mb} MB。"
    en = "Only {free_mb} MB are left on {path}; at least {need_mb} MB are needed."
    remedy_zh = "清理磁盘，或用 HOTLINE_DATA_DIR 指定其它磁盘。"
    remedy_en = "Free some room, or choose another disk with HOTLINE_DATA_DIR."


class DatabaseUnusable(HotlineError):
    """The database is locked, read-only, damaged or out of reach."""

    code = "database-unusable"
    zh = "数据库 {url} 不可用：{problem}"
    en = "Database {url} cannot be used: {problem}"
    remedy_zh = "确认没有其它程序占用、文件可写；可用 hotline doctor 检查。"
    remedy_en = "See that no other program holds it and that it is writable; `hotline doctor` checks it."


class ChildFailed(HotlineError):
    """A part of the hotline ended during start-up."""

    code = "child-failed"
    zh = "{name} 启动失败：{problem}"
    en = "{name} did not start: {problem}"
    remedy_zh = "查看日志 {log}。"
    remedy_en = "See its log: {log}."


class ToolMissing(HotlineError):
    """A program that set-up needs is not there and cannot be installed without root."""

    code = "tool-missing"
    zh = "缺少 {tool}，且当前用户不是 root，无法自动安装。"
    en = "{tool} is missing, and only root can install it."
    remedy_zh = "请运行：{command}"
    remedy_en = "Run: {command}"


class BuildFailed(HotlineError):
    """The console could not be built."""

    code = "console-build-failed"
    zh = "控制台构建失败：{problem}"
    en = "The console could not be built: {problem}"
    remedy_zh = "查看日志 {log}；没有网络时请先运行 npm ci。"
    remedy_en = "See {log}; without a network, run `npm ci` in console/ beforehand."


class CallFailed(HotlineError):
    """A tester's call did not come about, or did not end."""

    code = "call-failed"
    zh = "试拨失败：{problem}"
    en = "The call failed: {problem}"
    remedy_zh = "运行 hotline status，并查看数据目录下的 log/gateway.log。"
    remedy_en = "Run `hotline status`, and see log/gateway.log in the data folder."


class NothingToSay(HotlineError):
    """A recording to be spoken is not there."""

    code = "nothing-to-say"
    zh = "没有录音文件 {path}。"
    en = "There is no recording {path}."
    remedy_zh = "--wav 需要 8 kHz 单声道 WAV 文件。"
    remedy_en = "--wav takes an 8 kHz mono WAV file."
