"""What is sealed: opened again, and never twice with the same nonce."""

import os

from agent_api.database import FieldCipher

NONCE_BYTES = 12


def test_what_is_sealed_is_opened_by_the_same_secret() -> None:
    sealed = FieldCipher("secret").seal("王小明")
    assert FieldCipher("secret").open(sealed) == "王小明"


def test_no_nonce_comes_twice() -> None:
    cipher = FieldCipher("secret")
    nonces = {cipher.seal_bytes(b"")[:NONCE_BYTES] for _ in range(2000)}
    assert len(nonces) == 2000


def test_a_forked_process_has_nonces_of_its_own() -> None:
    cipher = FieldCipher("secret")
    cipher.seal_bytes(b"")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, cipher.seal_bytes(b"")[:NONCE_BYTES])
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reading, NONCE_BYTES) != cipher.seal_bytes(b"")[:NONCE_BYTES]
    os.close(reading)
    os.close(writing)
