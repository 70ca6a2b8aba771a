"""The process that holds the gateway and the API: ``python -m hotline.serve``."""

import asyncio
import gc
import logging
import os
import signal

import uvicorn

from agent_api.app import ApiSettings, create_app
from agent_api.calls.ledger import CallLedger
from agent_api.calls.pop import origin
from agent_api.cases.evidence import EvidenceSettings
from agent_api.database import Database
from agent_api.documents.maker import DocumentSettings
from agent_api.events.log import Bell
from agent_api.public.service import PublicSettings
from agent_api.recordings.keeper import Keeping
from agent_api.risk.rules_file import load as load_risk_rules
from agent_api.staff.making import phones
from agent_api.trees.judge import parse
from agent_api.words.vocabulary import Vocabulary
from asr_models.by_sound.typed_words import typed_words
from asr_models.domain_words import CARRIED_WORDS, read_words
from case_flow.loader import load_all as load_flows
from common.chinese_numbers import plain_number
from common.sealed_file import FileCipher
from gateway.app import Gateway, GatewayConfig
from gateway.trees import Trees
from hotline.hearing import Hearing
from hotline.learnt import Memory
from hotline.part_process import begin, run, told
from hotline.settings import Settings
from hotline.settings import load as load_settings
from hotline.setup.asterisk import cache_folder
from hotline.setup.configuration import render_with
from hotline.setup.console import DIST
from hotline.setup.notices import notice_settings
from hotline.setup.speech_workers import speech_of
from hotline.setup.tree import answering, rules
from hotline.setup.voices import text_to_speech
from hotline.word_trial import KnownRecordings
from ivr.understanding import recall_by


def _read_tables() -> None:
    """What is read when it is first asked for, in half a second: no caller should be who asks first."""
    origin("13800138000")
    plain_number("三百五十")


async def serve(settings: Settings) -> None:
    """Run until a termination signal."""
    database = Database(settings.database_url, settings.secrets.field.get_secret_value())
    bell = Bell()
    ledger = CallLedger(database, bell, settings.time_zone, load_flows(settings.cases.flows))
    recall_by(Memory(cache_folder() / "learnt").of)
    speaking, _ = await asyncio.gather(
        asyncio.to_thread(speech_of, settings), asyncio.to_thread(_read_tables)
    )  # fmt: skip
    speech = speaking.service
    a, g = settings.asterisk, settings.gateway
    cipher = FileCipher(settings.secrets.field.get_secret_value())
    config = GatewayConfig(
        agi_port=g.agi_port, audiosocket_port=g.audiosocket_port, heartbeat_port=g.heartbeat_port,
        ami_port=a.ami_port, ami_secret=settings.secrets.ami.get_secret_value(), queue=a.number, seats=a.seats,
        ring_s=a.ring_s, zone=settings.time_zone, recordings=settings.data_dir.resolve() / "recordings",
        trunk=bool(a.trunk_out), sounds=settings.sounds_dir, cipher=cipher, spool=settings.spool_dir,
        asterisk_hosts=frozenset(g.asterisk_hosts),
        http_hosts=frozenset(settings.ivr.http_hosts),
    )  # fmt: skip
    vocabulary = Vocabulary(database, bell, read_words(CARRIED_WORDS), typed_words)
    trees = Trees(database, answering(settings), parse)

    async def render_phones() -> None:
        await asyncio.to_thread(render_with, settings, await phones(database))

    gateway = Gateway(config, ledger, speech, trees, database, vocabulary, render_phones)
    console = DIST if DIST.is_dir() else None
    api = ApiSettings(
        ws_port=a.http_port, sip_host=a.public_address or a.host, sip_port=a.sip_port, queue=a.number,
        answer_within_s=a.answer_within_s, seats=a.seats,
        console=console, prompts=settings.prompts_dir, speech=text_to_speech(), cipher=cipher,
        vocabulary=vocabulary, known_recordings=KnownRecordings(speech, settings.speech.references),
        hearing=Hearing(speech),
        evidence=EvidenceSettings(settings.evidence_dir, settings.cases.evidence_mb * 2**20, settings.cases.scanner),
        audit_head=settings.audit_head,
        risk=load_risk_rules(settings.risk.rules), tree_rules=rules(settings), notices=notice_settings(settings),
        transcription=speaking,
        keeping=Keeping(settings.recordings.format, settings.recordings.keep_days),
        public=PublicSettings(
            settings.public.beyond_loopback, settings.public.proof_bits,
            settings.public.cases_per_hour, settings.public.cases_per_hour_everyone,
            settings.public.questions_per_hour, settings.public.questions_per_hour_everyone,
            settings.public.questions_per_case_and_hour, settings.public.files_per_case,
            settings.public.files_per_hour, settings.public.files_per_hour_everyone,
        ),
        documents=DocumentSettings(settings.documents.templates, a.number),
    )  # fmt: skip
    app = create_app(database, ledger, bell, gateway, api)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.api.host,
            port=settings.api.port,
            log_level="warning",
            lifespan="off",
            # Events are small and soon sent: deflating them costs more than it saves.
            ws_per_message_deflate=False,
        )
    )
    server.config.load()
    # What was loaded stays: looking through it for waste would hold up callers for a quarter of a second.
    gc.collect()
    gc.freeze()
    try:
        speaking.start()
        await gateway.start()
        background = app.state.services.background
        background.start()
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        serving = asyncio.create_task(server.serve())
        await asyncio.sleep(0)
        for sign in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(sign, stopping.set)
        waiting = asyncio.create_task(stopping.wait())
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await background.stop()
        await gateway.stop()
        await asyncio.gather(serving, return_exceptions=True)
    finally:
        # A process whose threads go on is never seen to have ended.
        await speech.close()
        await database.close()


def main() -> None:
    """Entry point."""
    # Recordings and messages are for nobody else on the machine.
    os.umask(0o077)
    begin()
    if not told():
        return
    # It tells of every table of a font that a document needs.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    run(serve(load_settings()))


if __name__ == "__main__":
    main()
