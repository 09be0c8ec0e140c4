"""Small libraries for tests: shelves made of plain texts, a store in memory, and files read without a child process."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from knowledge import snapshot
from knowledge.documents import Loaded, Note, Passage, Role, Source, Unit
from knowledge.embedding import Embedder
from knowledge.loaders import Limits, Unreadable
from knowledge.loaders.text import load
from knowledge.shelf import Digest, Shelf, Volume, digest
from knowledge.snapshot import Snapshot
from tests.fake_embedder import FakeEmbedder

TRUST = "Trust grows when partners finish something small together and tell each other what they learned."
MONEY = "Pooled budgets fail when nobody has agreed beforehand how the savings will be shared out."
POWER = "Residents notice quickly whether a board shares its decisions or only announces them afterwards."


def passage(
    file: str,
    ordinal: int,
    text: str,
    *,
    role: Role = Role.BODY,
    twin_of: int | None = None,
    notes: Sequence[Note] = (),
) -> Passage:
    return Passage(
        file=file, ordinal=ordinal, section=(f"Part {ordinal}",), text=text, start=1 + ordinal, end=1 + ordinal,
        role=role, twin_of=twin_of, notes=tuple(notes),
    )  # fmt: skip


def volume(file: str, *passages: Passage, audience: tuple[str, ...] = ("partnership",)) -> Volume:
    return Volume(
        source=Source(file=file, title=file, audience=audience),
        version=digest(repr(passages)),
        unit=Unit.LINE,
        text="\n".join(each.text for each in passages),
        passages=passages,
    )


def shelf_of(texts: Mapping[str, Sequence[str]]) -> Shelf:
    """A shelf of the passages of each file."""
    volumes = (
        volume(file, *[passage(file, ordinal, text) for ordinal, text in enumerate(parts)])
        for file, parts in texts.items()
    )
    return Shelf(generation=1, cutter="test", volumes=tuple(volumes))


def snapshot_of(shelf: Shelf, embedder: Embedder | None = None) -> Snapshot:
    entries, embedder = snapshot.entries_of(shelf), embedder or FakeEmbedder()
    made = embedder.encode_passages([(entry.heading, entry.sentences) for entry in entries])
    noted = [note for entry in entries for note in entry.notes]
    notes = dict(zip(map(snapshot.note_key, noted), embedder.encode([note.lines for note in noted]), strict=True))
    return snapshot.build(shelf, dict(zip(map(snapshot.key_of, entries), made, strict=True)) | notes)


@dataclass
class FakeStore:
    """`knowledge.shelf.LibraryStore` in memory; `dies_at` names the method that fails, as a killed process would."""

    shelf: Shelf | None = None
    kept: dict[tuple[str, Digest], bytes] = field(default_factory=dict)
    dies_at: str = ""

    def _live(self, method: str) -> None:
        if method == self.dies_at:
            raise OSError("killed")

    async def current(self) -> Shelf | None:
        self._live("current")
        return self.shelf

    async def publish(self, shelf: Shelf, vectors: Iterable[Digest]) -> Shelf:
        self._live("publish")
        self.shelf = replace(shelf, generation=(self.shelf.generation if self.shelf else 0) + 1)
        wanted = set(vectors)
        self.kept = {key: data for key, data in self.kept.items() if key[1] in wanted}
        return self.shelf

    async def vectors(self, embedder: str, digests: Sequence[Digest]) -> Mapping[Digest, bytes]:
        self._live("vectors")
        return {each: self.kept[embedder, each] for each in digests if (embedder, each) in self.kept}

    async def remember(self, embedder: str, vectors: Mapping[Digest, bytes]) -> None:
        self._live("remember")
        self.kept |= {(embedder, each): data for each, data in vectors.items()}


@dataclass
class ReadHere:
    """Stands in for `load_all`: text files read in this process. `read` are the names that were read.

    `dies_at` is the name of the file at which reading ends, as if the process were killed.
    """

    read: list[str] = field(default_factory=list)
    dies_at: str = ""

    def __call__(self, paths: Iterable[Path], *, limits: Limits) -> Iterator[tuple[Path, Loaded | Unreadable]]:
        for path in paths:
            if path.name == self.dies_at:
                raise OSError("killed")
            self.read.append(path.name)
            data = path.read_bytes()
            yield path, Unreadable("The file is no text. Save it as text.") if b"\0" in data else load(data)
