import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where a record stands in its file: what stays in memory of a record that is only read again on demand. */
export interface Position {
  offset: number;
  length: number;
}

export interface Journal<T> {
  /** On return the record has been handed to the operating system: a kill -9 of this process cannot lose it. */
  append(record: T): Position;
  read(position: Position): T;
  close(): void;
}

const CHUNK = 1 << 20;
const NEWLINE = 0x0a;

/**
 * Opens an append-only file of one JSON record a line, and replays what it holds. Synchronous on purpose: the append
 * must come before the answer, it takes microseconds (no fsync: a power cut is out of scope), and one writer at a time
 * needs no lock. A last line torn by a kill was never answered, so it is cut off; any other damage stops the start,
 * because a witness must not forget in silence.
 */
export function openJournal<T>(path: string, replay: (record: T, position: Position) => void): Journal<T> {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'a+');
  let size = replayLines(file, path, replay);
  if (size < fstatSync(file).size) ftruncateSync(file, size);
  let closed = false;

  return {
    append(record) {
      // The number of a closed file may belong to another one by now.
      if (closed) throw new Error(`${path} is closed`);
      const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
      const position = { offset: size, length: bytes.length };
      try {
        for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
      } catch (error) {
        ftruncateSync(file, size); // A full disk may have taken half a line, which would spoil the next one.
        throw error;
      }
      size += bytes.length;
      return position;
    },
    read({ offset, length }) {
      const bytes = Buffer.alloc(length);
      readSync(file, bytes, 0, length, offset);
      return JSON.parse(bytes.toString('utf8')) as T;
    },
    close() {
      closed = true;
      closeSync(file);
    },
  };
}

/** Returns where the last whole line ends. */
function replayLines<T>(file: number, path: string, replay: (record: T, position: Position) => void): number {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  let line = 0;
  const chunk = Buffer.alloc(CHUNK);
  for (let position = 0; ;) {
    const count = readSync(file, chunk, 0, CHUNK, position);
    if (count === 0) return offset;
    position += count;
    rest = Buffer.concat([rest, chunk.subarray(0, count)]);
    let start = 0;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE, start)) {
      line += 1;
      const length = end + 1 - start;
      replay(parseLine<T>(rest.toString('utf8', start, end), path, line), { offset, length });
      offset += length;
      start = end + 1;
    }
    rest = rest.subarray(start);
  }
}

function parseLine<T>(text: string, path: string, line: number): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Error(`${path}, line ${line}, is not JSON: the file was damaged; move it away to start afresh`);
  }
}
