"""How often something may be done."""

from hypothesis import given
from hypothesis import strategies as st

from agent_api.public.limits import Limit


@given(st.lists(st.tuples(st.integers(0, 10), st.sampled_from("ab")), max_size=40), st.integers(1, 4))
def test_no_window_holds_more_than_allowed_and_who_waited_may_go_on(steps: list[tuple[int, str]], most: int) -> None:
    now = [0.0]
    limit, done = Limit(most, 15, lambda: now[0]), dict[str, list[float]]()
    for pause, key in steps:
        now[0] += pause
        wait = limit.wait_s(key)
        recent = [at for at in done.get(key, []) if at > now[0] - 15]
        assert (wait > 0) == (len(recent) >= most)
        if wait > 0:
            now[0] += wait
            assert limit.wait_s(key) == 0
        limit.count(key)
        done.setdefault(key, []).append(now[0])
        assert len([at for at in done[key] if at > now[0] - 15]) <= most
