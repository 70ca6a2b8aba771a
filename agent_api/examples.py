"""An example of each body, for who reads the API's description; a test holds each against its schema."""

from typing import Any

_TREE = "name: '12365'\nlanguage: zh-CN\nstart: greet\nnodes:\n  greet: {kind: hangup}\n"
_PROOF = {"challenge": "20261124T080000Z.f3a1", "nonce": "48213"}
_CASE = {
    "id": 4711, "number": "TS202611240001", "draft_number": "CG202611240001", "status": "registered",
    "kind": "complaint", "channel": "phone", "category": "家用电器", "caller_name": "王小明",
    "caller_number": "13800138000", "anonymous": False, "product": "电动自行车", "company": "晨光车业有限公司",
    "place": "厦门", "occurred_on": "2026-11-20", "amount": "2999", "description": "充电时起火，要求退款",
    "risk_words": ["起火"], "risk_grade": "serious", "division": "350200", "credit_code": "", "brand": "",
    "model": "", "batch": "", "barcode": "6901234567892", "sealed": False, "centre_id": 1,
    "due_at": "2026-12-03T10:00:00Z", "light": "green",
    "closed_at": None, "created_at": "2026-11-24T02:10:00Z", "updated_at": "2026-11-24T02:14:00Z", "version": 3,
    "etag": '"3"',
}  # fmt: skip
_LINE = {"call_id": 12, "speaker": "caller", "text": "我要投诉", "start_ms": 900, "end_ms": 2100}
#: Schema → examples of it.
EXAMPLES: dict[str, list[Any]] = {
    "Answer": [{"action": "answer", "result": "三包期为一年，凭发票到购买处办理。"}],
    "AsExample": [{"option": "complaint"}],
    "Assign": [
        {"action": "assign", "targets": [{"centre": 4, "lead": True}, {"centre": 5, "handler": 9, "lead": False}]},
    ],
    "CallBack": [{"action": "call_back", "reached": True, "rating": 4, "result": "对处理结果满意"}],
    "CallChange": [{"case_id": 4711}],
    "CaseDetail": [{**_CASE, "call_ids": [12], "transcript": [_LINE]}],
    "CaseShown": [_CASE],
    "CentreChanges": [{"exceptions": {"2026-12-24": False, "2026-12-26": True}, "hours": ["mon-fri 08:30-17:30"]}],
    "Classify": [{"action": "classify", "category": "家用电器"}],
    "ContactSet": [{"email": "chief@example.org", "mobile": "13800138000", "language": "zh-CN"}],
    "Credentials": [{"username": "agent1", "password": "its first password"}],
    "DraftSaved": [{"text": _TREE, "tests": "", "base": 3}],
    "Editing": [{"take_over": False}],
    "Extend": [{"action": "extend", "clock": "handling", "days": 5, "reason": "等待检测报告"}],
    "Handle": [{"action": "handle", "result": "已约谈经营者，同意退款。", "done": True}],
    "HoldWanted": [{"reason": "行政复议"}],
    "LimitSet": [{"amount": 10, "reason": "市中心规定"}],
    "Inform": [{"action": "inform", "result": "已邮寄办理结果告知书，企业签收"}],
    "Link": [{"action": "link", "to": 4712, "relation": "related"}],
    "Merge": [{"action": "merge", "into": 4712, "reason": "同一消费者的重复投诉"}],
    "NewCentre": [{"name": "厦门市 12365 中心", "level": "municipal", "parent_id": 1, "division": "350200"}],
    "NewPerson": [{"username": "handler7", "display_name": "李承办", "role": "handler", "centre_id": 4}],
    "NewToken": [{"name": "market-bureau", "scopes": ["cases:read"], "role": "handler", "centre_id": 1, "days": 365}],
    "NewTrial": [{"add": ["格兰仕"], "remove": []}],
    "NewWebhook": [
        {"url": "https://other-system.example.gov.cn/hotline", "kinds": ["case.registered", "case.archived"]},
    ],
    "NewWord": [{"word": "格兰仕", "kind": "company"}],
    "PasswordChange": [{"current": "its first password", "new": "correct horse battery staple"}],
    "PersonChanges": [{"display_name": "李承办", "disabled": False}],
    "Plain": [{"action": "accept"}],
    "ProgressAsked": [{**_PROOF, "number": "TS202611240001", "last_digits": "8000"}],
    "PublicCase": [
        {
            **_PROOF, "kind": "complaint", "description": "充电时起火", "product": "电动自行车",
            "caller_number": "13800138000",
        },
    ],
    "Publishing": [{"note": "国庆期间的问候"}],
    "Register": [{"action": "register", "changes": {"category": "家用电器", "description": "充电时起火，要求退款"}}],
    "RollingBack": [{"version": 3, "note": "新问候有误"}],
    "Source": [{"text": _TREE}],
    "SourceWithTests": [{"text": _TREE, "tests": ""}],
    "Speaking": [{"text": "您好，这里是质量热线。", "voice": "zf_xiaoxiao"}],
    "Split": [{"action": "split", "parts": [{"company": "甲公司"}, {"company": "乙公司"}], "reason": "涉及两家企业"}],
    "StateChange": [{"state": "ready", "phone": "web"}],
    "Transfer": [{"target": "8002"}],
    "TransferCase": [{"action": "transfer", "centre": 2, "reason": "属地为该市"}],
    "Trial": [{"text": _TREE, "steps": [{"say": "我要投诉"}, {"press": "1"}], "goes_on": False}],
    "Why": [{"reason": "举报人要求保密"}],
    "WithReason": [{"action": "return", "reason": "不属本单位"}],
    "Refuse": [
        {"action": "refuse", "reason": "不属于产品质量问题", "basis": "办法第十五条", "advice": "请向公安机关反映"},
    ],
}  # fmt: skip


def describe(schema: dict[str, Any]) -> dict[str, Any]:
    """Put the examples into an OpenAPI description; a schema's own stay."""
    schemas = schema["components"]["schemas"]
    for name, examples in EXAMPLES.items():
        schemas[name].setdefault("examples", examples)
    return schema
