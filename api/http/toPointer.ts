const MAX_LENGTH = 200;

/** A JSON pointer (RFC 6901) to what the path leads to; cut where a caller made it absurdly long. */
export function toPointer(path: readonly PropertyKey[]): string {
  const pointer = path.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return pointer.length > MAX_LENGTH ? `${pointer.slice(0, MAX_LENGTH)}…` : pointer;
}
