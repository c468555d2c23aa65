"""A PostgreSQL of the tests' own: a cluster in a temporary folder, on a socket in it."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg

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


def children_of(process: int) -> list[int]:
    """Return the processes that a process has begun."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = file.read_text(encoding="utf-8", errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended
        if int(told.rpartition(")")[2].split()[1]) == process:  # the name before may hold anything
            found.append(int(file.parent.name))
    return found


class Disk:
    """A small disk of the server's account: what does not fit on it is refused, as on any that is full."""

    def __init__(self, mebibytes: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ccr-disk-"))
        self._filler = self.folder / "filler"
        account = _account()
        user, group = (account.pw_uid, account.pw_gid) if account else (os.geteuid(), os.getegid())
        options = f"size={mebibytes}m,mode=700,uid={user},gid={group}"
        self._as_root("mount", "-t", "tmpfs", "-o", options, "ccr-tests", str(self.folder))

    def _as_root(self, *command: str) -> None:
        before = [] if os.geteuid() == 0 else ["sudo", "-n"]
        told = subprocess.run([*before, *command], capture_output=True, check=False, timeout=60)
        assert told.returncode == 0, f"tests of a full disk make a small one, as root may: {told.stderr!r}"

    def fill(self) -> None:
        """Leave no room."""
        with self._filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))

    def free(self) -> None:
        """Give the room back."""
        self._filler.unlink()

    def remove(self) -> None:
        self._as_root("umount", str(self.folder))
        self.folder.rmdir()


class Cluster:
    """A server that can be stopped, started again and frozen. Options are those of `initdb`."""

    def __init__(self, *options: str) -> None:
        self._account = _account()
        self.folder = Path(tempfile.mkdtemp(prefix="ccr-pg-"))  # short: the path of a socket has 107 bytes
        self.user = self._account.pw_name if self._account else pwd.getpwuid(os.geteuid()).pw_name
        if self._account:
            os.chown(self.folder, self._account.pw_uid, self._account.pw_gid)
        usual = ("--auth", "trust", "--encoding", "UTF8", "--no-sync")
        self._run("initdb", "--pgdata", self._data, *usual, *options)
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
            timeout=300,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c fsync=off"
        self._run("pg_ctl", "start", "--wait", "--pgdata", self._data, "--options", options)

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "stop", "--wait", "--pgdata", self._data, "--mode", mode)

    @property
    def process(self) -> int:
        """The process that listens, and begins all others."""
        told = (self.folder / "data" / "postmaster.pid").read_text(encoding="utf-8")
        return int(told.split()[0])

    @property
    def is_running(self) -> bool:
        try:
            os.kill(self.process, 0)
        except (FileNotFoundError, ProcessLookupError):
            return False
        return True

    def is_answering(self) -> bool:
        """Say whether it answers now; one that gave up is started again."""
        if not self.is_running:
            self.start()
        try:
            self.do("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let no process of the server do anything for a while; its sockets stay open."""
        first = self.process
        os.kill(first, signal.SIGSTOP)  # the first begins no more
        others = children_of(first)
        for each in others:
            os.kill(each, signal.SIGSTOP)
        try:
            yield
        finally:
            for each in (*others, first):
                os.kill(each, signal.SIGCONT)

    def do(self, statement: str) -> None:
        """Carry out a statement as the owner of the cluster."""
        where = f"host={self.folder} user={self.user} dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement.encode())

    def connections(self) -> int:
        """Return how many connections stores have to this server."""
        where = f"host={self.folder} user={self.user} dbname=postgres"
        with psycopg.connect(where) as connection:
            asked = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ccr-rules'"
            found = connection.execute(asked).fetchone()
        assert found is not None
        return int(found[0])

    def make_database(self, *options: str) -> str:
        """Make an empty database and return its URL. Options are those of `createdb`."""
        self._made += 1
        name = f"store{self._made}"
        self._run("createdb", "--host", str(self.folder), "--username", self.user, *options, name)
        return f"postgresql://{self.user}@/{name}?host={quote(str(self.folder), safe='')}"

    def remove(self) -> None:
        if self.is_running:
            self.stop("immediate")
        shutil.rmtree(self.folder)
