"""A PostgreSQL of the tests' own: a cluster in a temporary folder, on a socket in it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

_DEBIAN = Path("/usr/lib/postgresql")


def _program(name: str) -> str:
    found = shutil.which(name) or next(
        (str(file) for file in sorted(_DEBIAN.glob(f"*/bin/{name}"), reverse=True)), None
    )
    assert found, f"the tests run PostgreSQL, and {name} is not here (Debian: apt-get install postgresql)"
    return found


def _account() -> pwd.struct_passwd | None:
    """Return the account that runs the server where this one is root's: PostgreSQL refuses that."""
    if os.geteuid() != 0:
        return None
    names = {each.pw_name: each for each in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


class Cluster:
    """A server that can be stopped and started again."""

    def __init__(self) -> None:
        self._account = _account()
        self.folder = Path(tempfile.mkdtemp(prefix="ccr-pg-"))  # short: the path of a socket has 107 bytes
        self.user = self._account.pw_name if self._account else pwd.getpwuid(os.geteuid()).pw_name
        if self._account:
            os.chown(self.folder, self._account.pw_uid, self._account.pw_gid)
        self._run("initdb", "--pgdata", self._data, "--auth", "trust", "--encoding", "UTF8", "--no-sync")
        self._made = 0
        self.start()

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _run(self, name: str, *arguments: str) -> None:
        account = self._account
        subprocess.run(
            [_program(name), *arguments],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env={**os.environ, "HOME": str(self.folder), "LC_ALL": "C"},
            timeout=120,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c fsync=off"
        self._run("pg_ctl", "start", "--wait", "--pgdata", self._data, "--options", options)

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "stop", "--wait", "--pgdata", self._data, "--mode", mode)

    def make_database(self) -> str:
        """Make an empty database and return its URL."""
        self._made += 1
        name = f"store{self._made}"
        self._run("createdb", "--host", str(self.folder), "--username", self.user, name)
        return f"postgresql://{self.user}@/{name}?host={quote(str(self.folder), safe='')}"

    def remove(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder)
