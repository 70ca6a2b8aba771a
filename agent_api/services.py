"""Everything the endpoints work with, put together once and kept on ``app.state``."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from agent_api.audit.head import HeadFile
from agent_api.audit.noting import ReadLog
from agent_api.audit.sealer import Sealer
from agent_api.audit.service import AuditService
from agent_api.auth.service import AuthService
from agent_api.background import Background
from agent_api.callbacks.reminders import Reminders
from agent_api.callbacks.service import CallbackService
from agent_api.calls.ledger import CallLedger
from agent_api.calls.service import CallService
from agent_api.cases.clock_worker import ClockWorker
from agent_api.cases.evidence import EvidenceService, EvidenceSettings
from agent_api.cases.finding import CaseFinder
from agent_api.cases.flow_service import FlowService
from agent_api.cases.sealing import SealService
from agent_api.cases.service import CaseService
from agent_api.cases.sheets.service import SheetService
from agent_api.cases.similar import SimilarService
from agent_api.centres.service import CentreService
from agent_api.database import Database
from agent_api.documents.letters import Letters
from agent_api.documents.maker import DocumentSettings, Maker
from agent_api.documents.service import DocumentService
from agent_api.events.log import Bell
from agent_api.figures.days import Days
from agent_api.figures.service import FigureService
from agent_api.idempotency.service import KeyService
from agent_api.live.feed import Feed
from agent_api.live.service import DeskService
from agent_api.marks.service import QualityService
from agent_api.notices.flow_notices import FlowNotices
from agent_api.notices.outbox import NoticeSettings, Outbox
from agent_api.notices.sender import Sender
from agent_api.notices.service import NoticeService
from agent_api.prompts.service import PromptService
from agent_api.public.service import PublicService, PublicSettings
from agent_api.recordings.keeper import Keeper, Keeping
from agent_api.recordings.service import RecordingService
from agent_api.risk.assessor import Assessor
from agent_api.risk.rules_file import shipped as shipped_risk_rules
from agent_api.risk.service import RiskService
from agent_api.staff.service import StaffService
from agent_api.system.service import SystemService
from agent_api.system.transcription import NoTranscription, Transcription
from agent_api.telephony import Telephony
from agent_api.tokens.service import TokenService
from agent_api.transcripts.service import TranscriptService
from agent_api.trees.drafts import DraftService
from agent_api.trees.hearing import Hears
from agent_api.trees.judge import Judge
from agent_api.trees.service import TreeService
from agent_api.webhooks.channel import SubscriptionChannel
from agent_api.webhooks.destinations import Destinations
from agent_api.webhooks.service import WebhookService
from agent_api.webhooks.telling import SubscribersTold
from agent_api.words.service import Compares, WordService
from agent_api.words.vocabulary import Vocabulary
from common.sealed_file import FileCipher
from ivr.checking import Limits, Surroundings
from ivr.nodes.queue import LINE
from ivr.voices.speech import TextToSpeech
from risk.rules import Rules


@dataclass(frozen=True)
class ApiSettings:
    """What the API must know of the outside."""

    #: Where the pages' phones connect: ws://host:port/ws.
    ws_port: int
    sip_host: str
    sip_port: int
    queue: str
    console: Path | None
    #: Where sounds that did not come with the product are kept.
    prompts: Path
    speech: TextToSpeech
    #: Opens the recordings.
    cipher: FileCipher
    #: What speech to text expects.
    vocabulary: Vocabulary
    #: Recordings whose words are known.
    known_recordings: Compares
    #: Hears what is said to the simulator.
    hearing: Hears
    evidence: EvidenceSettings
    #: Where the head of the audit chain is kept.
    audit_head: Path
    #: By which cases are graded.
    risk: Rules = field(default_factory=shipped_risk_rules)
    #: Within which a caller who asks for a person is answered, s.
    answer_within_s: int = 15
    #: Languages and dialects that have a queue of their own.
    seats: tuple[str, ...] = ()
    #: What a tree may ask callers to bear.
    tree_rules: Surroundings = field(default_factory=lambda: Surroundings(limits=Limits()))
    #: What goes out, and how.
    notices: NoticeSettings = field(default_factory=NoticeSettings)
    #: How speech is turned into text.
    transcription: Transcription = field(default_factory=NoTranscription)
    #: How recordings are kept.
    keeping: Keeping = field(default_factory=Keeping)
    documents: DocumentSettings = field(default_factory=DocumentSettings)
    #: Whether the public may come in, and how often.
    public: PublicSettings = field(default_factory=PublicSettings)


@dataclass(frozen=True)
class Services:
    """One service a capability."""

    settings: ApiSettings
    auth: AuthService
    tokens: TokenService
    keys: KeyService
    staff: StaffService
    desk: DeskService
    feed: Feed
    calls: CallService
    recordings: RecordingService
    transcripts: TranscriptService
    cases: CaseService
    finder: CaseFinder
    sheets: SheetService
    flow: FlowService
    seals: SealService
    similar: SimilarService
    evidence: EvidenceService
    centres: CentreService
    callbacks: CallbackService
    system: SystemService
    prompts: PromptService
    judge: Judge
    trees: TreeService
    drafts: DraftService
    figures: FigureService
    quality: QualityService
    risk: RiskService
    #: Follows the events of cases.
    assessor: Assessor
    notices: NoticeService
    documents: DocumentService
    #: Follows what letters the flow asks for.
    letters: Letters
    public: PublicService
    outbox: Outbox
    #: Follows what the flow wants told.
    flow_notices: FlowNotices
    sender: Sender
    webhooks: WebhookService
    #: Follows what was subscribed to.
    subscribers: SubscribersTold
    words: WordService
    audit: AuditService
    reads: ReadLog
    background: Background


def put_together(
    database: Database, ledger: CallLedger, bell: Bell, telephony: Telephony, settings: ApiSettings
) -> Services:
    """Every service over one database and one line."""
    feed = Feed(database, bell)
    transcripts = TranscriptService(database, bell, ledger.acting.zone)
    finder = CaseFinder(database)
    keeper = Keeper(database, bell, settings.cipher, settings.keeping)
    outbox = Outbox(settings.notices)
    flow_notices = FlowNotices(database, bell, outbox, ledger.acting.zone)
    assessor = Assessor(database, bell, settings.risk, outbox, ledger.acting.zone)
    destinations = Destinations(settings.notices.webhook_private)
    subscribed = SubscriptionChannel(database, bell, destinations)
    sender = Sender(database, bell, {**settings.notices.channels, "subscription": subscribed})
    subscribers = SubscribersTold(database, bell, outbox)
    prompts = PromptService(database, bell, settings.prompts, settings.speech)
    maker = Maker(settings.documents, settings.risk, ledger.acting.zone)
    letters = Letters(database, bell, maker)
    reminders = Reminders(database, bell, outbox)
    limits = ClockWorker(database, bell, ledger.acting)
    drafts = DraftService(database, bell)
    evidence = EvidenceService(database, bell, settings.evidence)
    head = HeadFile(settings.audit_head, settings.cipher)
    sealer = Sealer(database, bell, head)
    days = Days(ZoneInfo(ledger.acting.zone))
    queues = settings.tree_rules.queues or frozenset({LINE, settings.queue})
    rules = replace(settings.tree_rules, queues=queues)
    judge = Judge(database, prompts, rules, ledger.acting.zone)
    return Services(
        settings=settings,
        auth=AuthService(database, bell),
        tokens=TokenService(database, bell, feed),
        keys=KeyService(database),
        staff=StaffService(database, ledger, bell, telephony, feed, settings.seats),
        desk=DeskService(database, telephony),
        feed=feed,
        calls=CallService(database, bell, telephony, ledger.acting, settings.queue),
        recordings=RecordingService(database, bell, settings.cipher),
        transcripts=transcripts,
        cases=CaseService(database, bell, telephony, ledger.acting),
        finder=finder,
        sheets=SheetService(database, bell, ledger.acting, finder),
        flow=FlowService(database, ledger.acting),
        seals=SealService(database, bell),
        similar=SimilarService(database),
        evidence=evidence,
        centres=CentreService(database, bell, ledger.acting.flows),
        callbacks=CallbackService(database, bell, telephony, ledger.acting),
        system=SystemService(database, telephony, settings.transcription),
        prompts=prompts,
        judge=judge,
        trees=TreeService(database, bell, judge),
        drafts=drafts,
        figures=FigureService(database, bell, drafts, settings.cipher, days),
        quality=QualityService(database, days, settings.answer_within_s),
        risk=RiskService(database, bell, assessor, settings.risk),
        assessor=assessor,
        notices=NoticeService(database, bell),
        documents=DocumentService(database, bell, maker, ledger.acting.flows),
        letters=letters,
        public=PublicService(database, bell, settings.public, ledger.acting, evidence),
        outbox=outbox,
        flow_notices=flow_notices,
        sender=sender,
        webhooks=WebhookService(database, bell, subscribed, destinations),
        subscribers=subscribers,
        words=WordService(database, bell, settings.vocabulary, settings.known_recordings),
        audit=AuditService(database, head),
        reads=ReadLog(database),
        background=Background(
            [
                ("audit", sealer.run),
                ("risk", assessor.follower.run),
                ("risk of imports", assessor.imports_follower.run),
                ("limits", limits.run),
                ("reminders", reminders.run),
                ("letters", letters.run),
                ("notices", sender.run),
                ("flow notices", flow_notices.follower.run),
                ("webhooks", subscribers.follower.run),
                ("recordings", keeper.run),
                ("transcripts", transcripts.filling.run),
                ("cases to be found", finder.filling.run),
                ("words", settings.vocabulary.run),
            ]
        ),
    )
