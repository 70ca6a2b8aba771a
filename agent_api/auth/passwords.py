"""Passwords, of which only a hash by Argon2 is kept."""

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

_hasher = PasswordHasher()
#: The hash of what nobody knows, verified where there is no such person: the time of an answer does not tell names.
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$KLLweN5GfQ6Dp/heegg9Vw$YMkLKJ+2DkTfR1aMq31ZPlq4T+pvoKoa9RfuK8kuuaQ"


def hash_password(password: str) -> str:
    """For keeping. Takes some 50 ms of a processor: not on the event loop."""
    return _hasher.hash(password)


def fits(password_hash: str, password: str) -> bool:
    """Whether it is the password. Takes as long as to hash it."""
    try:
        return _hasher.verify(password_hash, password)
    except VerificationError:
        return False
