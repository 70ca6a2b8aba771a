"""What people read when something is refused."""

from agent_api.errors import NotFound
from case_flow.errors import Incomplete, NotInThisState


def test_details_are_said_in_the_readers_language() -> None:
    assert NotFound(what="case").message("zh-CN") == "没有找到案件。"
    assert NotFound(what="case").message("en") == "There is no such case."
    assert Incomplete(fields="category, description").message("zh-CN") == "请先填写：分类、内容"
    assert NotInThisState(status="registered", action="register").message("zh-CN") == "案件处于 已登记，不能执行 登记。"


def test_a_detail_without_a_translation_is_said_as_it_is() -> None:
    assert NotFound(what="agent agent9").message("zh-CN") == "没有找到agent agent9。"
