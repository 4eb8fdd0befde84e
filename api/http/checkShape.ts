import { Refusal } from '../../domain/failures';

const MAX_DEPTH = 20;
/** Objects and lists; the largest sound body has less than half as many. */
const MAX_NODES = 50_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [LIST, END_OF_LIST, OBJECT, END_OF_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Refuses JSON of absurd shape before it is parsed: a megabyte of brackets becomes some 50 MB of objects, which is a way to fill
 * the memory of a process. What is no JSON at all passes here, and not the parser.
 * @throws {Refusal} invalid_request
 */
export function checkShape(bytes: Uint8Array): void {
  let depth = 0;
  let nodes = 0;
  let inText = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (inText) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) {
      inText = true;
    } else if (byte === LIST || byte === OBJECT) {
      depth += 1;
      nodes += 1;
      if (depth > MAX_DEPTH) throw refuse(`is nested deeper than ${MAX_DEPTH} levels`);
      if (nodes > MAX_NODES) throw refuse(`holds more than ${MAX_NODES} objects and lists`);
    } else if (byte === END_OF_LIST || byte === END_OF_OBJECT) {
      depth -= 1;
    }
  }
}

const refuse = (message: string): Refusal =>
  new Refusal('invalid_request', `the body ${message}`, { errors: [{ pointer: '', message }] });
