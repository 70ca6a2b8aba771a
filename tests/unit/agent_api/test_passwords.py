"""Passwords and their hashes."""

from argon2 import PasswordHasher

from agent_api.auth.passwords import NOBODYS, fits, hash_password


def test_a_password_fits_its_hash_and_nobodys_fits_none() -> None:
    hashed = hash_password("kept well")
    assert fits(hashed, "kept well") and not fits(hashed, "kept ill")
    assert not fits(NOBODYS, "kept well")


def test_nobodys_hash_takes_as_long_to_verify_as_a_persons() -> None:
    assert not PasswordHasher().check_needs_rehash(NOBODYS)
