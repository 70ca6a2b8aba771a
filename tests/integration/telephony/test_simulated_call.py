"""A voice simulation goes where a real call with the same recording goes."""

import json

from tests.hotline_under_test import SPEECH, HotlineUnderTest, until


def test_a_simulated_recording_takes_the_path_and_intent_of_the_call(hotline: HotlineUnderTest) -> None:
    wav = str(SPEECH / "consultation-1.wav")
    number = "13833330041"
    caller = hotline.dial({"wav": wav}, number=number, barge_in=True, stay=60)
    done = hotline.run("ivr", "simulate", "ivr/trees/12365.yaml", "--wav", wav, "--from", number, "--json")
    simulated = json.loads(done.stdout)
    assert simulated["outcome"] == "queue" and len(simulated["path"]) > 3

    def path() -> list[str]:
        return [step["node"] for step in hotline.call_of(caller)["call"]["path"]]

    until(lambda: path()[-1:] == simulated["path"][-1:], 40)
    assert path() == simulated["path"]
    assert hotline.call_of(caller)["call"]["intent"] == simulated["intent"] == "consultation"
    caller.hang_up()
