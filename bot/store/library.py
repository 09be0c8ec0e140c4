"""The library's repository: the shelf, the vectors, and which files were taken out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, TypeVar

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database, Turn
from bot.store.tables import generation, passage, removed_file, set_aside, shelved, vector, volume
from knowledge.documents import Chapter, Passage, Role, Source, Unit
from knowledge.shelf import Digest, SetAside, Shelf, Volume

Item = TypeVar("Item")

#: Well under the 32,766 parameters that SQLite takes in one statement.
_CHUNK = 2000


class StoredLibrary:
    """`knowledge.shelf.LibraryStore` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def current(self) -> Shelf | None:
        """The generation being served, or None before the first."""
        async with self._database.reading() as connection:
            return await _newest(connection)

    async def generation(self) -> int:
        """The number of the generation being served, 0 before the first; cheap enough to ask often."""
        async with self._database.reading() as connection:
            return (await connection.scalar(select(func.max(generation.c.id)))) or 0

    async def publish(self, shelf: Shelf, vectors: Iterable[Digest]) -> Shelf:
        """Make this shelf the current generation in one transaction, and forget every other text and vector.

        One that another process published just now stays the generation that it is.
        """
        async with self._database.in_turn(Turn.LIBRARY) as connection:
            last = await _newest(connection)
            published = replace(shelf, generation=last.generation + 1 if last else 1)
            if last == replace(shelf, generation=published.generation - 1):
                return last
            await _write_shelf(connection, published)
            await connection.execute(delete(generation).where(generation.c.id != published.generation))
            await connection.execute(delete(volume).where(volume.c.id.not_in(select(shelved.c.volume))))
            await _forget_vectors(connection, set(vectors))
        await self._database.truncate_log()
        return published

    async def vectors(self, embedder: str, digests: Sequence[Digest]) -> Mapping[Digest, bytes]:
        """What is already known among these, by this embedder's name or by that of its tokens."""
        known: dict[Digest, bytes] = {}
        async with self._database.reading() as connection:
            for chunk in _chunks(digests):
                wanted = select(vector.c.digest, vector.c.data).where(
                    vector.c.embedder == embedder, vector.c.digest.in_(chunk)
                )
                known |= {Digest(row.digest): row.data for row in await connection.execute(wanted)}
        return known

    async def remember(self, embedder: str, vectors: Mapping[Digest, bytes]) -> None:
        """Keep vectors, in place of those known by the same digests."""
        rows = [{"embedder": embedder, "digest": key, "data": data} for key, data in vectors.items()]
        added = self._database.insert(vector)
        added = added.on_conflict_do_update(index_elements=["embedder", "digest"], set_={"data": added.excluded.data})
        async with self._database.in_turn(Turn.LIBRARY) as connection:
            for chunk in _chunks(rows):
                await connection.execute(added, chunk)

    async def removed(self) -> frozenset[str]:
        """The files that were taken out of the library while they still stand in its folder."""
        async with self._database.reading() as connection:
            return frozenset(await connection.scalars(select(removed_file.c.file)))

    async def set_removed(self, file: str, removed: bool) -> None:  # noqa: FBT001 - a state, not a switch
        """Take a file out, or put it back."""
        added = self._database.insert(removed_file).values(file=file).on_conflict_do_nothing()
        gone = delete(removed_file).where(removed_file.c.file == file)
        async with self._database.writing() as connection:
            await connection.execute(added if removed else gone)


def _chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))


def _volume_id(item: Volume, cutter: str) -> str:
    return f"{item.version}:{cutter}"


async def _write_shelf(connection: AsyncConnection, shelf: Shelf) -> None:
    await connection.execute(insert(generation).values(id=shelf.generation, cutter=shelf.cutter))
    known = set(await connection.scalars(select(volume.c.id)))
    for item in shelf.volumes:
        key = _volume_id(item, shelf.cutter)
        if key not in known:
            known.add(key)
            await _write_volume(connection, key, item)
        await connection.execute(
            insert(shelved).values(
                generation=shelf.generation, file=item.source.file, volume=key, source=asdict(item.source)
            )
        )
    for problem in shelf.set_aside:
        await connection.execute(
            insert(set_aside).values(
                generation=shelf.generation, file=problem.file, version=problem.version, reason=problem.reason
            )
        )


async def _write_volume(connection: AsyncConnection, key: str, item: Volume) -> None:
    await connection.execute(insert(volume).values(id=key, unit=item.unit, text=item.text))
    rows = [{**asdict(each), "volume": key, "section": list(each.section)} for each in item.passages]
    for row in rows:
        # Notes come from files of their own, each time anew.
        del row["file"], row["unit"], row["notes"]
    for chunk in _chunks(rows):
        await connection.execute(insert(passage), chunk)


async def _forget_vectors(connection: AsyncConnection, kept: set[Digest]) -> None:
    held = {Digest(key) for key in await connection.scalars(select(vector.c.digest))}
    for chunk in _chunks(sorted(held - kept)):
        await connection.execute(delete(vector).where(vector.c.digest.in_(chunk)))


async def _newest(connection: AsyncConnection) -> Shelf | None:
    newest = (await connection.execute(select(generation).order_by(generation.c.id.desc()).limit(1))).first()
    return None if newest is None else await _read_shelf(connection, newest.id, newest.cutter)


async def _read_shelf(connection: AsyncConnection, number: int, cutter: str) -> Shelf:
    rows = await connection.execute(
        select(shelved.c.file, shelved.c.source, volume.c.id, volume.c.unit, volume.c.text)
        .join(volume, volume.c.id == shelved.c.volume)
        .where(shelved.c.generation == number)
    )
    passages: dict[str, list[Any]] = defaultdict(list)
    for row in await connection.execute(select(passage).order_by(passage.c.volume, passage.c.ordinal)):
        passages[row.volume].append(row)
    problems = await connection.execute(select(set_aside).where(set_aside.c.generation == number))
    return Shelf(
        generation=number,
        cutter=cutter,
        # Sorted here: databases differ in how they order letters, and the order is part of a shelf.
        volumes=tuple(_volume(row, passages[row.id]) for row in sorted(rows, key=_file)),
        set_aside=tuple(
            SetAside(file=row.file, version=row.version, reason=row.reason) for row in sorted(problems, key=_file)
        ),
    )


def _file(row: Any) -> str:
    return str(row.file)


def _volume(row: Any, passages: Sequence[Any]) -> Volume:
    source, unit = _source(row.source), Unit(row.unit)
    return Volume(
        source=source,
        version=row.id.partition(":")[0],
        unit=unit,
        text=row.text,
        passages=tuple(_passage(item, source.file, unit) for item in passages),
    )


def _source(data: Mapping[str, Any]) -> Source:
    chapters = tuple(Chapter(**chapter) for chapter in data["chapters"])
    return Source(**{**data, "audience": tuple(data["audience"]), "chapters": chapters})


def _passage(row: Any, file: str, unit: Unit) -> Passage:
    return Passage(
        file=file,
        ordinal=row.ordinal,
        section=tuple(row.section),
        text=row.text,
        start=row.start,
        end=row.end,
        unit=unit,
        role=Role(row.role),
        twin_of=row.twin_of,
    )
