"""Reads rendered Asterisk configuration and tells, with file and line, what is wrong in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from asterisk.config import Category, Config, Item, ParseError

from common.errors import Language

#: What a configuration must have; Asterisk starts without the others.
NEEDED = ("asterisk.conf", "extensions.conf", "manager.conf", "modules.conf", "pjsip.conf", "queues.conf")

#: Sections of pjsip.conf by type → the options that name other sections, and the type those must be of.
_PJSIP_LINKS = {
    "endpoint": {"aors": "aor", "auth": "auth", "outbound_auth": "auth", "transport": "transport"},
    "identify": {"endpoint": "endpoint"},
}
_PJSIP_TYPES = {
    "acl",
    "aor",
    "auth",
    "contact",
    "endpoint",
    "global",
    "identify",
    "registration",
    "system",
    "transport",
}
#: Settings that are port numbers.
_PORTS = {"manager.conf": ("port",), "http.conf": ("bindport",), "rtp.conf": ("rtpstart", "rtpend")}
#: Options of queues.conf that name a sound.
_QUEUE_SOUND = re.compile(r"queue-\w+|periodic-announce|announce")
_GOTO = re.compile(r"^(Goto|Gosub)\((.*)\)$", re.IGNORECASE)
_GOTO_IF = re.compile(r"^GotoIf\((.*)\?(.*)\)$", re.IGNORECASE)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong."""

    file: Path
    #: Counted from 1; 0 where the file as a whole is meant.
    line: int
    zh: str
    en: str

    def message(self, language: Language) -> str:
        """``FILE:LINE: what is wrong``; no line where the file as a whole is meant."""
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.zh if language == 'zh-CN' else self.en}"


class _Lines(Config):  # type: ignore[misc]
    """pyst2's parser over lines that are already in memory."""

    def __init__(self, path: Path, lines: list[str]):
        self._given = lines
        super().__init__(str(path))

    def load(self) -> None:
        self.raw_lines = self._given


@dataclass
class _Dialplan:
    """Context → extension → line; and the contexts that patterns make too wide to check."""

    contexts: dict[str, dict[str, int]] = field(default_factory=dict)

    def has(self, context: str, extension: str) -> bool:
        known = self.contexts[context]
        return extension in known or any(name.startswith("_") for name in known)


class _Check:
    """One reading of one folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.findings: list[Finding] = []
        self.files: dict[str, list[Category]] = {}
        self.dialplan = _Dialplan()

    def say(self, name: str, line: int, zh: str, en: str) -> None:
        self.findings.append(Finding(self.folder / name, line, zh, en))

    def read(self, name: str) -> list[Category]:
        """The sections of a file; lines that cannot be parsed are reported and left out."""
        path = self.folder / name
        try:
            lines = path.read_text("utf-8").splitlines()
        except FileNotFoundError:
            if name in NEEDED:
                self.say(name, 0, "文件不存在", "the file is missing")
            return []
        except (OSError, UnicodeDecodeError) as error:
            self.say(name, 0, f"无法读取：{error}", f"cannot be read: {error}")
            return []
        while True:
            try:
                config = _Lines(path, lines)
            except ParseError as error:
                number, problem = error.args
                wrong = lines[number - 1].strip()
                self.say(name, number, f"无法解析 {wrong!r}", f"cannot be parsed: {wrong!r} ({problem})")
                # A broken heading still begins a section: what follows belongs to it, not to the one before.
                heading = re.sub(r"[\[\]]", "", wrong.split(";")[0]).strip()
                lines[number - 1] = f"[{heading}]" if wrong.startswith("[") or wrong.endswith("]") else ""
                continue
            self._loose(name, config)
            return list(config.categories)

    def _loose(self, name: str, config: Config) -> None:
        for line in config.lines:
            if isinstance(line, Category):
                return
            if isinstance(line, Item):
                self.say(
                    name,
                    line.number,
                    f"{line.name} 不在任何 [段] 之内",
                    f"{line.name} is before the first [section]",
                )

    # --- each file -------------------------------------------------------------------------------------

    def all(self) -> None:
        for path in sorted(self.folder.glob("*.conf")):
            self.files[path.name] = self.read(path.name)
        for name in NEEDED:
            if name not in self.files:
                self.files[name] = self.read(name)
        for name, options in _PORTS.items():
            self._numbers(name, options)
        self._directories()
        self._modules()
        self._manager()
        self._extensions()
        self._pjsip()
        self._queues()

    def sections(self, name: str) -> list[Category]:
        return self.files.get(name, [])

    def option(self, name: str, section: str, option: str) -> Item | None:
        for category in self.sections(name):
            if category.name == section:
                for item in category.items:
                    if item.name == option:
                        return item
        return None

    def _numbers(self, name: str, options: tuple[str, ...]) -> None:
        for category in self.sections(name):
            for item in category.items:
                value = item.value.strip()
                if item.name in options and not (value.isdigit() and 0 < int(value) < 65536):
                    self.say(
                        name,
                        item.number,
                        f"{item.name} 不是端口号：{value!r}",
                        f"{item.name} is no port: {value!r}",
                    )
        low, high = (self.option(name, "general", key) for key in ("rtpstart", "rtpend"))
        numbers = [int(item.value) for item in (low, high) if item and item.value.strip().isdigit()]
        if high and len(numbers) == 2 and numbers[0] >= numbers[1]:
            self.say(name, high.number, "rtpend 不大于 rtpstart", "rtpend is not above rtpstart")

    def _directories(self) -> None:
        for category in self.sections("asterisk.conf"):
            for item in category.items if category.name == "directories" else ():
                folder = Path(item.value.strip())
                if item.name != "astagidir" and not folder.is_dir():
                    self.say("asterisk.conf", item.number, f"目录不存在：{folder}", f"no such folder: {folder}")

    def _modules(self) -> None:
        where = self.option("asterisk.conf", "directories", "astmoddir")
        if where is None or not Path(where.value.strip()).is_dir():
            return
        for category in self.sections("modules.conf"):
            for item in category.items:
                module = item.value.strip()
                if item.name in ("load", "require", "preload") and not (Path(where.value.strip()) / module).is_file():
                    self.say(
                        "modules.conf", item.number, f"磁盘上没有模块 {module}", f"module {module} is not on the disk"
                    )

    def _manager(self) -> None:
        for category in self.sections("manager.conf"):
            if category.name == "general":
                continue
            secret = self.option("manager.conf", category.name, "secret")
            if secret is None or not secret.value.strip():
                line = secret.number if secret else category.number
                self.say(
                    "manager.conf",
                    line,
                    f"用户 {category.name} 没有密码",
                    f"user {category.name} has no secret",
                )

    # --- the dialplan ----------------------------------------------------------------------------------

    def _extensions(self) -> None:
        steps = list(self._steps())
        for context, _extension, item, application in steps:
            if application.count("(") != application.count(")"):
                self.say("extensions.conf", item.number, "括号不配对", "brackets do not match")
            for target in _targets(application):
                self._target(context, item, target)

    def _steps(self) -> Iterator[tuple[str, str, Item, str]]:
        for category in self.sections("extensions.conf"):
            if category.name in ("general", "globals"):
                continue
            known = self.dialplan.contexts.setdefault(category.name, {})
            extension = ""
            for item in category.items:
                if item.name == "exten":
                    parts = item.value.strip().split(",", 2)
                    if len(parts) < 3:
                        self.say("extensions.conf", item.number, "应为 exten => 号码,优先级,应用",
                                 "must be exten => number,priority,application")  # fmt: skip
                        continue
                    extension = parts[0].strip()
                    known.setdefault(extension, item.number)
                    yield category.name, extension, item, parts[2].strip()
                elif item.name == "same":
                    parts = item.value.strip().split(",", 1)
                    if not extension or len(parts) < 2:
                        self.say("extensions.conf", item.number, "same 之前没有 exten，或缺少应用",
                                 "same without an exten before it, or without an application")  # fmt: skip
                        continue
                    yield category.name, extension, item, parts[1].strip()
                elif item.name not in ("include", "switch", "ignorepat", "hint"):
                    self.say("extensions.conf", item.number, f"未知指令 {item.name}", f"unknown directive {item.name}")

    def _target(self, context: str, item: Item, target: str) -> None:
        parts = [part.strip() for part in target.split(",")]
        if len(parts) < 2 or "${" in parts[0] or (len(parts) == 2 and "${" in target):
            return
        if len(parts) == 2:
            parts = [context, *parts]
        wanted, extension = parts[0], parts[1]
        if wanted not in self.dialplan.contexts:
            self.say("extensions.conf", item.number, f"没有上下文 {wanted}", f"there is no context {wanted}")
        elif "${" not in extension and not self.dialplan.has(wanted, extension):
            self.say(
                "extensions.conf", item.number, f"上下文 {wanted} 没有号码 {extension}",
                f"context {wanted} has no extension {extension}",
            )  # fmt: skip

    # --- telephones and queues -------------------------------------------------------------------------

    def _pjsip(self) -> None:
        names: dict[str, set[str]] = {}
        typed: list[tuple[str, Category]] = []
        for category in self.sections("pjsip.conf"):
            kind = next((item for item in category.items if item.name == "type"), None)
            if kind is None or kind.value.strip() not in _PJSIP_TYPES:
                line = kind.number if kind else category.number
                self.say(
                    "pjsip.conf", line, f"[{category.name}] 没有已知的 type", f"[{category.name}] has no known type"
                )
                continue
            names.setdefault(kind.value.strip(), set()).add(category.name)
            typed.append((kind.value.strip(), category))
        for of, category in typed:
            for item in category.items:
                for name in self._missing(of, item, names):
                    self.say(
                        "pjsip.conf", item.number, f"[{category.name}] 的 {item.name} 指向不存在的 {name}",
                        f"{item.name} of [{category.name}] refers to {name}, which is missing",
                    )  # fmt: skip

    def _missing(self, of: str, item: Item, names: dict[str, set[str]]) -> Iterator[str]:
        if of == "endpoint" and item.name == "context" and item.value.strip() not in self.dialplan.contexts:
            yield item.value.strip()
        if wanted := _PJSIP_LINKS.get(of, {}).get(item.name):
            for name in (part.strip() for part in item.value.split(",")):
                if name and name not in names.get(wanted, set()):
                    yield name

    def _queues(self) -> None:
        endpoints = {category.name for category in self.sections("pjsip.conf")}
        music = {category.name for category in self.sections("musiconhold.conf")}
        for category in self.sections("queues.conf"):
            for item in category.items if category.name != "general" else ():
                value = item.value.strip()
                if item.name == "context" and value not in self.dialplan.contexts:
                    self.say("queues.conf", item.number, f"没有上下文 {value}", f"there is no context {value}")
                elif item.name in ("musicclass", "musiconhold") and value not in music:
                    self.say("queues.conf", item.number, f"没有等待音乐 {value}", f"there is no music class {value}")
                elif item.name == "member":
                    phone = value.split(",")[0].removeprefix("PJSIP/")
                    if phone not in endpoints:
                        self.say("queues.conf", item.number, f"没有端点 {phone}", f"there is no endpoint {phone}")
                elif _QUEUE_SOUND.fullmatch(item.name) and value and not self._sound(value):
                    self.say("queues.conf", item.number, f"没有提示音 {value}", f"there is no sound {value}")

    def _sound(self, name: str) -> bool:
        where = self.option("asterisk.conf", "directories", "astdatadir")
        sounds = Path(where.value.strip()) / "sounds" if where else None
        return sounds is None or not sounds.is_dir() or any(sounds.glob(f"*/{name}.*"))


def _targets(application: str) -> list[str]:
    """Where a dialplan step may jump: ``context,extension,priority`` each."""
    if found := _GOTO.match(application):
        return [found[2]]
    if found := _GOTO_IF.match(application):
        return [branch for branch in found[2].split(":") if branch]
    return []


def check(folder: Path) -> list[Finding]:
    """Everything that is wrong in the configuration in ``folder``, in the order of files and lines."""
    reading = _Check(folder)
    reading.all()
    return sorted(set(reading.findings), key=lambda each: (each.file, each.line, each.en))
