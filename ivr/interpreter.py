"""Walks a tree: state and input in, state and effects out. Pure: waits for nothing, plays nothing."""

import re
from dataclasses import dataclass, replace

from common.hours import is_open
from ivr import effects as fx
from ivr.tree import Ask, Choose, Describe, HangUpNode, LookUp, Queue, Say, Tree, Voicemail
from ivr.understanding import Understood, by_sound, understand

#: A first answer at least this long already tells the matter: it is not asked for again (characters).
TELLS_THE_MATTER = 12
_PERSON = re.compile("人工|客服")
_YES = ("是", "对", "嗯", "没错", "好")
_NO = ("不是", "不对", "不", "错")
KINDS = ("complaint", "report", "consultation", "suggestion", "praise")


@dataclass(frozen=True)
class State:
    """Where a caller is."""

    node: str
    failures: int = 0
    #: An intent that awaits a yes.
    unsure: str = ""
    #: What the caller said when their intent was understood.
    matter: str = ""


def digits_of(text: str) -> str:
    """The digits in spoken or written text: 幺 is 1, 洞 is 0, 两 is 2."""
    table = dict(zip("零〇洞一幺二两三四五六七八九", "00011223456789", strict=True))
    return "".join(table.get(c, c) for c in text if c in table or (c.isascii() and c.isdigit()))


class Interpreter:
    """One tree, any number of callers."""

    def __init__(self, tree: Tree):
        self.tree = tree

    def start(self) -> tuple[State, list[fx.Effect]]:
        """A caller arrives."""
        return self._enter(State(self.tree.start), self.tree.start)

    def feed(self, state: State, given: fx.Input) -> tuple[State, list[fx.Effect]]:
        """A caller did something, or an effect was answered."""
        if isinstance(given, fx.CallerGone):
            return state, [fx.HangUp("abandoned")]
        if self._wants_person(state, given):
            return self._to_person(state, "asked for a person")
        node = self.tree.nodes[state.node]
        match node:
            case Say():
                return self._enter(state, node.next)
            case Ask():
                return self._answer(state, node, given)
            case Choose():
                return self._choose(state, node, given)
            case Describe():
                return self._describe(state, node, given)
            case LookUp():
                return self._look_up(state, node, given)
            case Voicemail():
                return self._message(node, state, given)
            case Queue():
                return self._to_queue(state, node, given)
            case HangUpNode():
                return state, self._leave(node.prompt, fx.HangUp(node.outcome))

    def _wants_person(self, state: State, given: fx.Input) -> bool:
        if state.node == self.tree.person or isinstance(self.tree.nodes[state.node], Say | Voicemail | HangUpNode):
            return False
        if isinstance(given, fx.Pressed):
            return given.digits == "0"
        if not isinstance(given, fx.Said) or isinstance(self.tree.nodes[state.node], Describe):
            return False
        return bool(_PERSON.search(given.text)) or " ren gong " in f" {by_sound(given.text)} "

    def _to_person(self, state: State, reason: str) -> tuple[State, list[fx.Effect]]:
        after, effects = self._enter(state, self.tree.person)
        told: list[fx.Effect] = [] if state.matter else [fx.SetIntent("agent", 1.0, reason)]
        return after, [*told, *effects]

    def _enter(self, state: State, name: str, said: str | None = None) -> tuple[State, list[fx.Effect]]:
        node = self.tree.nodes[name]
        here: list[fx.Effect] = [fx.EnterNode(name)]
        state = replace(state, node=name, failures=0, unsure="")
        match node:
            case Say():
                return state, [*here, self._play(node.prompt, node.interruptible)]
            case Describe():
                if len(state.matter) >= TELLS_THE_MATTER:
                    after, effects = self._enter(state, node.next)
                    return after, [*here, fx.SetField("description", state.matter), *effects]
                listen = fx.Listen(speech=True, keys=True, no_input_ms=8000, max_speech_ms=node.max_ms)
                return state, [*here, self._play(node.prompt, True), listen]
            case LookUp():
                listen = fx.Listen(speech=True, keys=True, max_digits=16, no_input_ms=8000)
                return state, [*here, self._play(node.prompt, True), listen]
            case Voicemail():
                return state, [*here, self._play(node.prompt, False), fx.RecordMessage(node.max_ms)]
            case Queue():
                if node.hours:
                    return state, [*here, fx.AskTime()]
                return state, [*here, *self._leave(node.prompt, fx.EnterQueue(node.queue))]
            case HangUpNode():
                return state, [*here, *self._leave(node.prompt, fx.HangUp(node.outcome))]
            case _:
                return state, [*here, self._play(node.prompt, True), fx.Listen(speech=True, keys=True)]

    def _leave(self, prompt: str, end: fx.Effect) -> list[fx.Effect]:
        return [self._play(prompt, False), end]

    def _to_queue(self, state: State, node: Queue, given: fx.Input) -> tuple[State, list[fx.Effect]]:
        if isinstance(given, fx.TimeIs) and node.closed and not is_open(node.hours, given.at):
            return self._enter(state, node.closed)
        return state, self._leave(node.prompt, fx.EnterQueue(node.queue))

    def _message(self, node: Voicemail, state: State, given: fx.Input) -> tuple[State, list[fx.Effect]]:
        after, effects = self._enter(state, node.next)
        thanks = [self._play(node.thanks, False)] if isinstance(given, fx.MessageRecorded) else []
        return after, [*thanks, *effects]

    def _play(self, name: str, interruptible: bool) -> fx.Play:
        sound = f"{self.tree.language}/{name}"
        return fx.Play((fx.Prompt("", sound),), speech_interrupts=interruptible, keys_interrupt=interruptible)

    def _answer(self, state: State, node: Ask, given: fx.Input) -> tuple[State, list[fx.Effect]]:
        if isinstance(given, fx.Pressed):
            for intent, option in node.options.items():
                if option.key == given.digits:
                    if intent == "suggestion" and option.said:
                        return self._enter(replace(state, matter=""), option.next)
                    return self._take(state, node, Understood(intent, 1.0, f"pressed {option.key}"), "")
            if state.unsure and given.digits in "12":
                return self._answer(state, node, fx.Said("是" if given.digits == "1" else "不是"))
            return self._fail(state, node.again)
        if isinstance(given, fx.Said):
            return self._said(state, node, given.text)
        return self._fail(state, node.silent)

    def _said(self, state: State, node: Ask, text: str) -> tuple[State, list[fx.Effect]]:
        plain = text.strip(" ，。,.!?！？")
        if state.unsure and plain.startswith(_NO):
            return self._fail(replace(state, unsure=""), node.again)
        if state.unsure and plain.startswith(_YES):
            return self._take(state, node, Understood(state.unsure, 0.9, "confirmed by the caller"), state.matter)
        found = understand(text, frozenset(node.options))
        if found.intent is None:
            return self._fail(state, node.again)
        if found.sure:
            return self._take(state, node, found, text)
        question = node.options[found.intent].confirm
        if question is None or state.unsure:
            return self._fail(state, node.again)
        asked = replace(state, unsure=found.intent, matter=text)
        return asked, [self._play(question, True), fx.Listen(speech=True, keys=True)]

    def _take(self, state: State, node: Ask, found: Understood, text: str) -> tuple[State, list[fx.Effect]]:
        intent = found.intent or ""
        option = node.options[intent]
        effects: list[fx.Effect] = [fx.SetIntent(intent, found.score, found.reason)]
        if intent in KINDS:
            effects.append(fx.DraftCase(intent))
        after, more = self._enter(replace(state, matter=text), (option.said or option.next) if text else option.next)
        return after, [*effects, *more]

    def _fail(self, state: State, prompt: str) -> tuple[State, list[fx.Effect]]:
        if state.failures + 1 >= self.tree.failures:
            return self._to_person(state, "not understood")
        again = replace(state, failures=state.failures + 1, unsure="")
        return again, [self._play(prompt, True), fx.Listen(speech=True, keys=True)]

    def _choose(self, state: State, node: Choose, given: fx.Input) -> tuple[State, list[fx.Effect]]:
        picked = None
        for choice in node.choices:
            pressed = isinstance(given, fx.Pressed) and given.digits == choice.key
            said = isinstance(given, fx.Said) and any(word in given.text for word in choice.words)
            if pressed or said:
                # Of choices that share a word, the one that says more wins: 不匿名 holds 匿名.
                picked = choice
        value = picked.value if picked else node.default
        after, effects = self._enter(state, (picked.next if picked and picked.next else node.next))
        kept: list[fx.Effect] = [fx.SetField(node.field, value)] if node.field else []
        return after, [*kept, *effects]

    def _describe(self, state: State, node: Describe, given: fx.Input) -> tuple[State, list[fx.Effect]]:
        kept: list[fx.Effect] = []
        if isinstance(given, fx.Said):
            state = replace(state, matter=given.text)
            kept = [fx.SetField("description", given.text)]
        after, effects = self._enter(state, node.next)
        return after, [*kept, *effects]

    def _look_up(self, state: State, node: LookUp, given: fx.Input) -> tuple[State, list[fx.Effect]]:
        number = ""
        if isinstance(given, fx.Pressed):
            number = given.digits
        elif isinstance(given, fx.Said):
            number = digits_of(given.text)
        if number:
            return state, [fx.LookUpCase(number)]
        if isinstance(given, fx.CaseFound):
            after, effects = self._enter(state, node.next)
            return after, [self._play(node.stages.get(given.stage, node.missing), True), *effects]
        if state.failures + 1 >= self.tree.failures:
            return self._to_person(state, "no such case number")
        listen = fx.Listen(speech=True, keys=True, max_digits=16, no_input_ms=8000)
        again = replace(state, failures=state.failures + 1)
        return again, [self._play(node.missing, True), self._play(node.prompt, True), listen]
