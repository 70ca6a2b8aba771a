"""What can go wrong while the hotline is set up, started or stopped."""

from common.errors import HotlineError


class SettingsInvalid(HotlineError):
    """A setting has a value that cannot be used."""

    code = "settings-invalid"
    zh = "设置 {name} 无效：{problem}"
    en = "Setting {name} is invalid: {problem}"
    remedy_zh = "请修改 {file} 或对应的 HOTLINE_ 环境变量。"
    remedy_en = "Correct it in {file} or in its HOTLINE_ environment variable."


class SheetOfNoKnownForm(HotlineError):
    """A sheet's name does not say what it is."""

    code = "sheet-of-no-known-form"
    zh = "无法识别表格 {path} 的格式。"
    en = "The name of {path} does not say what sort of sheet it is."
    remedy_zh = "文件名应以 .csv 或 .xlsx 结尾。"
    remedy_en = "Its name ends in .csv or .xlsx."


class TimeUnreadable(HotlineError):
    """A date and time on the command line cannot be read."""

    code = "time-unreadable"
    zh = "{text} 不是日期和时间。"
    en = "{text} is no date and time."
    remedy_zh = "请像这样写：2026-10-01T09:30。"
    remedy_en = "Write it like 2026-10-01T09:30."


class AddressUnreadable(HotlineError):
    """An address is not HOST:PORT."""

    code = "address-unreadable"
    zh = "{text} 不是“主机:端口”形式的地址。"
    en = "{text} is no address of the form HOST:PORT."
    remedy_zh = "请像这样写：10.1.2.3:4577。"
    remedy_en = "Write it like 10.1.2.3:4577."


class SecretMissing(HotlineError):
    """A secret that another machine made is not set here."""

    code = "secret-missing"
    zh = "未设置 {name}。"
    en = "{name} is not set."
    remedy_zh = "从网关所在机器的 hotline.toml 中复制。"
    remedy_en = "Copy it from hotline.toml on the gateway's machine."


class SpeechWorkersUnused(HotlineError):
    """Speech workers that the settings name cannot be used."""

    code = "speech-workers-unused"
    zh = "有 {count} 个语音工作进程不可用：{problems}"
    en = "{count} speech workers cannot be used: {problems}"
    remedy_zh = "其余的会接手；见 docs/how-to/speech-workers.md。"
    remedy_en = "The others do their work; see docs/how-to/speech-workers.md."


class UnknownVariable(HotlineError):
    """An environment variable that starts with HOTLINE_ and names no setting."""

    code = "unknown-variable"
    zh = "环境变量 {name} 不是任何设置。{nearest_zh}"
    en = "Environment variable {name} names no setting. {nearest_en}"
    remedy_zh = "请取消该变量（unset {name}）；hotline config show 列出全部设置。"
    remedy_en = "Unset it (unset {name}); docs/reference/settings.md lists them all."


class FlagInvalid(HotlineError):
    """What ``--set`` was given is no setting and its value."""

    code = "flag-invalid"
    zh = "--set {given} 不是任何设置。"
    en = "--set {given} is no setting and its value."
    remedy_zh = "请写成 --set {example}；docs/reference/settings.md 列出全部设置。"
    remedy_en = "Write --set {example}; docs/reference/settings.md lists them all."


class FileUnusable(HotlineError):
    """A file or folder cannot be read or written."""

    code = "file-unusable"
    zh = "{path} 不可用：{problem}"
    en = "{path} cannot be used: {problem}"
    remedy_zh = "检查权限与磁盘空间后重试。"
    remedy_en = "Check its permissions and the room on its disk, then try again."


class Interrupted(HotlineError):
    """Ctrl-C or a termination signal during set-up."""

    code = "interrupted"
    zh = "已中断。"
    en = "Interrupted."
    remedy_zh = "再次运行即可继续，没有留下半成品。"
    remedy_en = "Run the same command again to go on; nothing is left half-made."


class AddressUnusable(HotlineError):
    """A setting names an address that this machine does not have."""

    code = "address-unusable"
    zh = "无法在 {host}:{port}（{name}）监听：{problem}"
    en = "Cannot listen on {host}:{port} ({name}): {problem}"
    remedy_zh = "请用 {variable} 指定本机可用的地址和 1024 以上的端口。"
    remedy_en = "Give an address of this machine and a port above 1023 (see {variable})."


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


class TimeZoneUnknown(HotlineError):
    """The time zone's data is not there."""

    code = "time-zone-unknown"
    zh = "没有时区 {name} 的数据：{problem}"
    en = "There is no data for time zone {name}: {problem}"
    remedy_zh = "将 time_zone 设为 Asia/Shanghai 之类的名称，或 apt-get install tzdata。"
    remedy_en = "Set time_zone to a name such as Asia/Shanghai, or apt-get install tzdata."


class ClockWrong(HotlineError):
    """The system's clock jumps or is far off."""

    code = "clock-wrong"
    zh = "系统时钟不可信：{now}"
    en = "The system's clock cannot be right: {now}"
    remedy_zh = "启用时间同步：timedatectl set-ntp true。"
    remedy_en = "Keep it in step with a time server: timedatectl set-ntp true."


class NotInstalled(HotlineError):
    """No Asterisk that can be used is on this machine."""

    code = "asterisk-missing"
    zh = "没有 Asterisk {oldest} 或更新的版本。"
    en = "There is no Asterisk {oldest} or newer."
    remedy_zh = "以 root 运行 hotline setup asterisk。"
    remedy_en = "Run `hotline setup asterisk` as root."


class ModulesMissing(HotlineError):
    """Asterisk lacks modules that the configuration loads."""

    code = "asterisk-modules-missing"
    zh = "{folder} 缺少模块：{modules}"
    en = "{folder} lacks {modules}"
    remedy_zh = "安装发行版的 asterisk-modules 包，或移走系统的 Asterisk 后运行 hotline setup asterisk。"
    remedy_en = "Install your distribution's package of Asterisk's modules."


class NotRendered(HotlineError):
    """Asterisk's configuration has not been made yet."""

    code = "asterisk-not-rendered"
    zh = "{folder} 尚未生成。"
    en = "{folder} is not rendered yet."
    remedy_zh = "运行 hotline up。"
    remedy_en = "Run `hotline up`."


class PortLost(HotlineError):
    """A running hotline does not listen on a port that it should."""

    code = "port-lost"
    zh = "热线在运行，但没有监听端口 {port}（{name}）。"
    en = "The hotline runs, but does not listen on port {port} ({name})."
    remedy_zh = "查看 {log} 下的日志；hotline down 后再 hotline up。"
    remedy_en = "See the logs in {log}; `hotline down`, then `hotline up`."


class DatabaseUnusable(HotlineError):
    """The database is locked, read-only, damaged or out of reach."""

    code = "database-unusable"
    zh = "数据库 {url} 不可用：{problem}"
    en = "Database {url} cannot be used: {problem}"
    remedy_zh = "确认没有其它程序占用、文件可写；可用 hotline doctor 检查。"
    remedy_en = "See that no other program holds it and that it is writable; `hotline doctor` checks it."


class AuditChainBroken(HotlineError):
    """The log of who read and changed what is not as it was written."""

    code = "audit-chain-broken"
    zh = "审计日志：{problem}"
    en = "The audit log: {problem}"
    remedy_zh = (
        "运行 hotline audit verify 查看全部，先查明原因；确因恢复备份所致时，用 hotline audit accept --reason 接续。"
    )
    remedy_en = (
        "Run `hotline audit verify` and find out why. Where a backup was restored, `hotline audit accept --reason` "
        "goes on from there."
    )


class AmiUnreachable(HotlineError):
    """Nothing that speaks AMI answers on the AMI port."""

    code = "ami-unreachable"
    zh = "AMI 端口 {port} 没有 Asterisk 应答：{problem}"
    en = "No Asterisk answers on AMI port {port}: {problem}"
    remedy_zh = "运行 hotline down 后再 hotline up；日志见 {log}。"
    remedy_en = "Run `hotline down`, then `hotline up`; Asterisk's log: {log}."


class AmiRefused(HotlineError):
    """The Asterisk on the AMI port does not take our secret."""

    code = "ami-refused"
    zh = "端口 {port} 上的 Asterisk 拒绝了 AMI 密码（secrets.ami）。"
    en = "The Asterisk on port {port} refuses the AMI secret (secrets.ami)."
    remedy_zh = "运行期间改过 {file}？请重启热线；若是另一个 Asterisk，用 HOTLINE_ASTERISK__AMI_PORT 换端口。"
    remedy_en = (
        "If {file} was edited while it ran, restart the hotline; "
        "if that is another Asterisk, choose another port with HOTLINE_ASTERISK__AMI_PORT."
    )


class DatabaseMissing(HotlineError):
    """There is no database yet."""

    code = "database-missing"
    zh = "还没有数据库 {url}。"
    en = "There is no database {url} yet."
    remedy_zh = "hotline up 会建立；已有数据库的，检查 HOTLINE_DATA_DIR 和 database.url。"
    remedy_en = "`hotline up` makes it; where there is one, look at HOTLINE_DATA_DIR and database.url."


class DatabaseBehind(HotlineError):
    """The database is not in the form that this version of the program needs."""

    code = "database-behind"
    zh = "数据库 {url} 的版本是 {current}，程序需要 {head}。"
    en = "Database {url} is at revision {current}; the program needs {head}."
    remedy_zh = "hotline down 后再 hotline up，会自动升级。"
    remedy_en = "`hotline down`, then `hotline up` upgrades it."


class FilesAbsent(HotlineError):
    """Files that the database names are not there."""

    code = "files-absent"
    zh = "{problem}"
    en = "{problem}"
    remedy_zh = "从备份中取回 {folder} 下的 evidence 和 recordings。"
    remedy_en = "Bring back evidence and recordings in {folder} from the backup."


class BackupExists(HotlineError):
    """A backup is not written over a file."""

    code = "backup-exists"
    zh = "文件 {file} 已存在，备份不会覆盖它。"
    en = "{file} is there already; a backup is written over no file."
    remedy_zh = "请换一个文件名。"
    remedy_en = "Choose another name."


class BackupBroken(HotlineError):
    """A file is no backup, or not as it was made."""

    code = "backup-broken"
    zh = "{file} 不能用来恢复：{problem}"
    en = "{file} cannot be restored: {problem}"
    remedy_zh = "请使用 hotline db backup 生成的、未被改动的文件；数据库未作改动。"
    remedy_en = "Use a file that `hotline db backup` made and nobody changed; the database is what it was."


class BackupOfAnotherKind(HotlineError):
    """A backup of SQLite is not for PostgreSQL, nor the other way."""

    code = "backup-of-another-kind"
    zh = "{file} 是 {theirs} 的备份，当前数据库是 {ours}。"
    en = "{file} is a backup of {theirs}; the database here is {ours}."
    remedy_zh = "请把 database.url 设为 {theirs} 数据库。"
    remedy_en = "Set database.url to a database of {theirs}."


class ProgramMissing(HotlineError):
    """A program that is needed is not on this machine."""

    code = "program-missing"
    zh = "本机没有 {program}。"
    en = "{program} is not on this machine."
    remedy_zh = "请运行：{command}"
    remedy_en = "Run: {command}"


class ProgramFailed(HotlineError):
    """A program that was called did not do its work."""

    code = "program-failed"
    zh = "{program} 失败：{problem}"
    en = "{program} failed: {problem}"


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
    zh = "缺少 {tool}，只有 root 能安装。"
    en = "{tool} is missing, and only root can install it."
    remedy_zh = "请运行：{command}"
    remedy_en = "Run: {command}"


class BenchNeeds(HotlineError):
    """A bench needs what is not installed."""

    code = "bench-needs"
    zh = "测量需要 {tool}。"
    en = "This bench needs {tool}."
    remedy_zh = "请运行：{command}"
    remedy_en = "Run: {command}"


class BuildFailed(HotlineError):
    """The console could not be built."""

    code = "console-build-failed"
    zh = "控制台构建失败：{problem}"
    en = "The console could not be built: {problem}"
    remedy_zh = "查看日志 {log}；没有网络时请先运行 npm ci。"
    remedy_en = "See {log}; without a network, run `npm ci` in console/ beforehand."


class CallerUnreadable(HotlineError):
    """Who is to call is no number."""

    code = "caller-unreadable"
    zh = "“{number}”不是电话号码。"
    en = "'{number}' is no telephone number."
    remedy_zh = "--from 后写数字，例如 13912345678；隐藏号码写 anonymous。"
    remedy_en = "--from takes digits, 13912345678, say; anonymous withholds the number."


class NoSuchSeat(HotlineError):
    """Nobody of that name has a phone to answer on."""

    code = "no-such-seat"
    zh = "没有名为 {name}、有话机的坐席。"
    en = "There is no agent {name} with a phone."
    remedy_zh = "--answer-as 后写坐席的登录名，例如 agent1；控制台的“人员”页列出全部。"
    remedy_en = "--answer-as takes an agent's log-in name, agent1, say; Staff in the console lists them."


class CallFailed(HotlineError):
    """A tester's call did not come about, or did not end."""

    code = "call-failed"
    zh = "试拨失败：{problem}"
    en = "The call failed: {problem}"
    remedy_zh = "运行 hotline status，并查看数据目录下的 log/gateway.log。"
    remedy_en = "Run `hotline status`, and see log/gateway.log in the data folder."


class NothingToSay(HotlineError):
    """A recording to be spoken is not there, or none that a telephone can play."""

    code = "nothing-to-say"
    zh = "录音 {path} 无法播放：{problem}"
    en = "Recording {path} cannot be spoken: {problem}"
    remedy_zh = "--wav 需要 8 kHz 单声道 WAV 文件。"
    remedy_en = "--wav takes an 8 kHz mono WAV file."
