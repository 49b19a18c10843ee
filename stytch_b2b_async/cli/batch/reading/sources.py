"""The bytes of an input: from a file or standard input, compressed or not, as often as they are read."""

import gzip
import hashlib
import io
import os
import re
import shutil
import sys
import tempfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import IO, BinaryIO, Final, cast

import click

from stytch_b2b_async._extras import extra_needed

from .problems import UnreadableError

_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")  # a frame, or one to skip, which some programs put first
_PARQUET: Final = b"PAR1"
_CHUNK: Final = 2**16
_COMPRESSED_CHUNK: Final = 512  # bytes of zstd, which become 16 MiB at most
MAX_LINE: Final = 16 * 2**20
"""Bytes of a line: it is in memory as a whole."""
_MAX_BUFFERED: Final = MAX_LINE + 2 * _CHUNK  # so that readers which know the number of the line refuse it first


class Format(Enum):
    """A format of rows."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


_EXTENSIONS: Final = {
    ".csv": Format.CSV,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".parquet": Format.PARQUET,
    ".pq": Format.PARQUET,
}


class InputFile:
    """An input that can be read several times. Raises UsageError for one that cannot be opened."""

    def __init__(self, name: str, given: Format | None) -> None:
        self.name: str = "standard input" if name == "-" else name
        self._file = _opened(name)
        self._unpacked: BinaryIO | None = None
        self._written = self._last_write()
        self.format: Format = given or self._detected(Path(name))

    @contextmanager
    def stream(self) -> Generator["HashingReader"]:
        """Read the content from its start, decompressed."""
        with _decompressing():
            yield HashingReader(self._decompressed())

    def raw(self) -> BinaryIO:
        """Return a file of the content, decompressed, for formats that are not read from start to end."""
        if self._unpacked is None:
            self._unpacked = self._unpack()
        self._unpacked.seek(0)
        return self._unpacked

    @property
    def has_changed(self) -> bool:
        """Whether somebody has written to the file since it was opened."""
        return self._last_write() != self._written

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        if self._unpacked is not None:
            self._unpacked.close()

    def _last_write(self) -> tuple[int, int]:
        status = os.fstat(self._file.fileno())
        return status.st_size, status.st_mtime_ns

    def _decompressed(self) -> IO[bytes]:
        self._file.seek(0)
        start = self._file.read(4)
        self._file.seek(0)
        if start.startswith(_GZIP):
            return cast("IO[bytes]", gzip.GzipFile(fileobj=self._file))
        return cast("IO[bytes]", ZstdReader(self._file)) if _ZSTD.fullmatch(start) else self._file

    def _unpack(self) -> BinaryIO:
        content = self._decompressed()
        if content is self._file:
            return self._file
        copy = tempfile.TemporaryFile()  # noqa: SIM115  # closed with this
        try:
            with _decompressing():
                shutil.copyfileobj(content, copy, _CHUNK)
        except BaseException:
            copy.close()
            raise
        return cast("BinaryIO", copy)

    def _detected(self, path: Path) -> Format:
        suffixes = [suffix for suffix in path.suffixes if suffix not in {".gz", ".zst"}]
        if suffixes and suffixes[-1].lower() in _EXTENSIONS:
            return _EXTENSIONS[suffixes[-1].lower()]
        try:
            with self.stream() as stream:
                start = stream.read(_CHUNK).lstrip(b"\xef\xbb\xbf \t\r\n")
        except UnreadableError:
            start = b""  # which is reported when it is read
        return Format.PARQUET if start.startswith(_PARQUET) else Format.JSONL if start.startswith(b"{") else Format.CSV


@contextmanager
def _decompressing() -> Generator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise UnreadableError("the compressed data is cut off or damaged") from None


class HashingReader(io.RawIOBase):
    """Reads a stream, and knows the digest and the last byte of what was read."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__()
        self._stream = stream
        self._hash = hashlib.sha256()
        self._length = 0
        self.last: bytes = b""

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]  # as BufferedReader calls it
        """Read some bytes."""
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._hash.update(data)
        end = max(data.rfind(b"\n"), data.rfind(b"\r"))
        self._length = self._length + len(data) if end < 0 else len(data) - end
        if self._length > _MAX_BUFFERED:
            raise UnreadableError(f"the line is longer than {MAX_LINE // 2**20} MiB")
        self.last = data[-1:] or self.last
        return len(data)

    def hexdigest(self) -> str:
        """Return the digest of what was read."""
        return self._hash.hexdigest()


class ZstdReader(io.RawIOBase):
    """Reads zstd, and raises EOFError for what is cut off, which the library's own reader takes for the end."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__()
        with extra_needed("zstd", "batch"):
            import zstandard
        self._new = zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj
        self._error = zstandard.ZstdError
        self._stream = stream
        self._frame = self._new()
        self._begun = False
        self._left = memoryview(b"")

    def read(self, size: int = -1) -> bytes:
        """Read at most so many bytes; none at the end."""
        while not self._left:
            if self._begun and self._frame.eof:
                rest = self._frame.unused_data
                self._frame, self._begun = self._new(), False
            else:
                rest = b""
            data = rest or self._stream.read(_COMPRESSED_CHUNK)
            if not data:
                if self._begun:
                    raise EOFError
                return b""
            self._begun = True
            try:
                self._left = memoryview(self._frame.decompress(data))
            except self._error:
                raise EOFError from None
        size = len(self._left) if size < 0 else size
        found, self._left = self._left[:size], self._left[size:]
        return bytes(found)


def _opened(name: str) -> BinaryIO:
    try:
        file = sys.stdin.buffer if name == "-" else Path(name).open("rb")  # noqa: SIM115  # closed by its owner
        if name != "-" and file.seekable():
            file.seek(0)
            return cast("BinaryIO", file)
        copy = tempfile.TemporaryFile()  # noqa: SIM115  # it has no name, and ends with the process
        shutil.copyfileobj(file, copy)
        copy.flush()
    except OSError as error:
        raise click.UsageError(f"Cannot read {name}: {error.strerror or error}.") from None
    return cast("BinaryIO", copy)
