"""The brake on guessing."""

from agent_api.auth.brake import Brake


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_key_waits_after_too_many_tries_and_no_longer_than_told() -> None:
    clock = Clock()
    brake = Brake(3, 60, clock)
    for _ in range(3):
        assert brake.wait_s("agent1") == 0
        brake.tried("agent1")
    assert brake.wait_s("agent1") == 60
    assert brake.wait_s("agent2") == 0
    clock.now += 60.5
    assert brake.wait_s("agent1") == 0
    brake.tried("agent1")
    assert brake.wait_s("agent1") == 0


def test_a_success_forgets_the_tries_before() -> None:
    brake = Brake(2, 60, Clock())
    brake.tried("agent1")
    brake.succeeded("agent1")
    brake.tried("agent1")
    assert brake.wait_s("agent1") == 0


def test_names_made_up_by_the_thousand_do_not_stay() -> None:
    clock = Clock()
    brake = Brake(2, 60, clock)
    for number in range(10_000):
        brake.tried(f"made up {number}")
    clock.now += 61
    brake.tried("agent1")
    assert len(brake._counts) == 1
