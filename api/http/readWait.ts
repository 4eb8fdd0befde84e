const MOST_SECONDS = 30;

/** `Prefer: wait=5` (RFC 7240) in seconds, 30 at most; 0 without it. A preference that makes no sense is passed over, as the RFC wants. */
export function readWait(prefer: string | undefined): number {
  const [, seconds] = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?(?=$|[,;\s])/i.exec(prefer ?? '') ?? [];
  return Math.min(Number(seconds ?? 0), MOST_SECONDS);
}
