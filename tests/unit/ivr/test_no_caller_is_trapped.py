"""No tree that passes the check traps a caller, loops for ever without input, or raises."""

from hypothesis import HealthCheck, Phase, find, given, reject, settings
from hypothesis import strategies as st

from ivr import effects as fx
from ivr.checking import Surroundings, read
from ivr.errors import TreeInvalid
from ivr.interpreter import Interpreter
from ivr.state import State
from ivr.tree import Tree
from tests.unit.ivr.any_tree import ANSWERS, DOINGS, TIMES, forests

#: A check that refused most trees would prove nothing: then hypothesis fails for filtering too much.
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Line:
    """Answers what the tree asks for; hands over to the caller what waits for them."""

    def __init__(self, tree: Tree, data: st.DataObject):
        self._interpreter, self._data = Interpreter(tree), data
        self.path: list[str] = []
        self.asks_caller = False
        self.state: State
        self.last: fx.Effect
        self._take(self._interpreter.start())

    @property
    def ended(self) -> bool:
        return isinstance(self.last, fx.END)

    def heeds(self, doing: fx.Input) -> bool:
        """Whether it matters what a caller does: in the tree, or out of a queue."""
        return not self.ended or self._interpreter.leaves_queue(self.state, doing) != ""

    def _take(self, step: tuple[State, list[fx.Effect]]) -> None:
        self.state, effects = step
        assert effects, f"nothing follows at {self.state.node}"
        assert not any(isinstance(effect, fx.END) for effect in effects[:-1])
        assert self.state.ended == isinstance(effects[-1], fx.END)
        self.path += [effect.node for effect in effects if isinstance(effect, fx.EnterNode)]
        self.last = effects[-1]
        # Whatever a node asks for may fail.
        if isinstance(self.last, fx.LookUpCase | fx.AskTime | fx.AskQueue) and self._data.draw(st.integers(0, 9)) == 0:
            self._take(self._interpreter.feed(self.state, fx.Failed("gone")))

    def give(self, given: fx.Input) -> None:
        """Feed something; answer until the caller is waited for or has left."""
        self._take(self._interpreter.feed(self.state, given))
        self.go_on()

    def go_on(self) -> None:
        for _ in range(100):
            match self.last:
                case fx.Play():
                    self._take(self._interpreter.feed(self.state, fx.PromptDone()))
                case fx.AskTime():
                    self._take(self._interpreter.feed(self.state, fx.TimeIs(self._data.draw(TIMES))))
                case fx.AskQueue():
                    load = self._data.draw(st.builds(fx.QueueIs, st.integers(0, 5), st.just(0), st.just(0)))
                    self._take(self._interpreter.feed(self.state, load))
                case fx.HttpRequest():
                    self._take(self._interpreter.feed(self.state, self._data.draw(ANSWERS)))
                case fx.OfferCallback():
                    raise AssertionError("nothing is said after an offer that was taken")
                case fx.LookUpCase():
                    known = [fx.CaseFound("1", "registered", ""), fx.CaseMissing("1"), fx.CaseGuarded("1")]
                    found = self._data.draw(st.sampled_from(known))
                    self._take(self._interpreter.feed(self.state, found))
                case fx.Listen() | fx.RecordMessage():
                    return
                case _:
                    assert self.ended, f"{self.last} at {self.state.node} waits for nothing"
                    return
        raise AssertionError(f"a hundred nodes without the caller: {self.path[-10:]}")


def _read(texts: dict[str, str]) -> Tree:
    return read(texts["any"], surroundings=Surroundings(tree=texts.get))


def _checked(texts: dict[str, str]) -> Tree:
    try:
        return _read(texts)
    except TreeInvalid:
        reject()


def _trees(tree: Tree) -> dict[str, Tree]:
    """The trees by what their nodes' names begin with."""
    return {"": tree} | {f"{name}/": other for name, other in tree.subtrees.items()}


def _after(tree: Tree, doings: list[fx.Input], data: st.DataObject) -> Line:
    """A caller who has done all that, or has left the tree over it."""
    line = Line(tree, data)
    line.go_on()
    for doing in doings:
        if line.heeds(doing):
            line.give(doing)
    return line


@SETTINGS
@given(forests(), st.lists(DOINGS, max_size=12), st.data())
def test_whatever_a_caller_does_the_tree_knows_what_follows(
    texts: dict[str, str], doings: list[fx.Input], data: st.DataObject
) -> None:
    _after(_checked(texts), doings, data)


@SETTINGS
@given(forests(), st.lists(DOINGS, max_size=6), st.data())
def test_a_caller_who_does_nothing_more_leaves_the_tree(
    texts: dict[str, str], doings: list[fx.Input], data: st.DataObject
) -> None:
    tree = _checked(texts)
    line = _after(tree, doings, data)
    for _ in range(sum(len(each.nodes) for each in _trees(tree).values()) * 3 + 1):
        if line.ended:
            return
        line.give(fx.NoInput())
    raise AssertionError(f"still there: {line.path}")


@SETTINGS
@given(
    forests(), st.lists(DOINGS, max_size=6), st.data(),
    st.sampled_from([fx.Pressed("0"), fx.Said("人工"), fx.Said("麻烦你帮我转一下人工服务")]),
)  # fmt: skip
def test_a_wish_for_a_person_leads_to_one_from_every_question(
    texts: dict[str, str], doings: list[fx.Input], data: st.DataObject, wish: fx.Input
) -> None:
    tree = _checked(texts)
    line = _after(tree, doings, data)
    if not isinstance(line.last, fx.Listen | fx.RecordMessage):
        return
    before, here = len(line.path), line.state.node
    line.give(wish)
    prefix = here[: here.find("/") + 1]
    assert line.path[before] == prefix + _trees(tree)[prefix].person


@SETTINGS
@given(forests(), st.lists(DOINGS, max_size=6), st.data())
def test_nobody_is_spoken_to_after_they_hung_up(
    texts: dict[str, str], doings: list[fx.Input], data: st.DataObject
) -> None:
    tree = _checked(texts)
    line = _after(tree, doings, data)
    if line.ended:
        return
    interpreter = Interpreter(tree)
    state, effects = interpreter.feed(line.state, fx.CallerGone())
    while not state.ended:
        assert isinstance(effects[-1], fx.AskTime | fx.AskQueue | fx.HttpRequest)
        state, effects = interpreter.feed(state, fx.Failed("gone"))
    assert isinstance(effects[-1], fx.HangUp | fx.Fallback)
    assert not any(isinstance(effect, fx.Play | fx.Listen | fx.RecordMessage) for effect in effects)


def test_callers_at_random_go_to_a_sub_tree_and_come_back() -> None:
    def leads_there_and_back(texts: dict[str, str]) -> bool:
        try:
            walk = Interpreter(_read(texts))
        except TreeInvalid:
            return False
        state, effects = walk.start()
        for given_ in (fx.Pressed("1"), fx.Pressed("1")):
            if not isinstance(effects[-1], fx.Listen):
                return False
            state, more = walk.feed(state, given_)
            effects += more
        path = [effect.node for effect in effects if isinstance(effect, fx.EnterNode)]
        return path == ["start", "n0", "other", "side/start", "side/n0", "side/other", "start", "n0"]

    # That there is one is all that counts: not the least of them.
    find(forests(), leads_there_and_back, settings=settings(max_examples=2000, phases=[Phase.generate]))
