"""When a notice is tried again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent_api.notices.rules import LONGEST_RETRY_S, TRIES, SendFailed, after_failure, after_silence, retry_s

NOW = datetime(2026, 11, 24, tzinfo=UTC)
FAILURES = st.builds(
    SendFailed, st.just("x"), for_good=st.booleans(), unsure=st.booleans(),
    after_s=st.none() | st.floats(0, 1e9),
)  # fmt: skip


@given(FAILURES, st.integers(1, 50), st.booleans())
def test_what_the_other_side_may_have_is_sent_again_only_where_it_tells_doubles(
    failure: SendFailed, attempts: int, tells_doubles: bool
) -> None:
    following = after_failure(failure, attempts, tells_doubles, NOW)
    if failure.unsure and not tells_doubles:
        assert following.state == "unsure"
    if following.state == "waiting":
        assert attempts < TRIES
        assert not failure.for_good
        assert NOW < following.at <= NOW + timedelta(seconds=LONGEST_RETRY_S)


@given(st.integers(1, 49))
def test_each_wait_is_longer_up_to_the_longest(attempts: int) -> None:
    assert retry_s(attempts) <= retry_s(attempts + 1) <= LONGEST_RETRY_S


def test_a_killed_process_leaves_doubt_only_once_it_was_handing_over() -> None:
    assert after_silence("claimed", 1, False, NOW).state == "waiting"
    assert after_silence("handing_over", 1, False, NOW).state == "unsure"
    assert after_silence("handing_over", 1, True, NOW).state == "waiting"
