import { collectEffects, type Effects } from './collectEffects';
import type { LedgerEntry } from './ledgerEntry';

export interface LedgerReader {
  /** Everything up to the first time that this is asked. */
  readAll(): Promise<Effects>;
  ofOrder(orderId: string): Promise<LedgerEntry[]>;
}

const PAGE = 5_000;
const LIMIT_MS = 30_000;

/** The ledger of the sandbox: the witness that is no part of the system. */
export function readLedger(sandboxUrl: string): LedgerReader {
  const fetchPage = async (query: Record<string, string>): Promise<LedgerEntry[]> => {
    const url = new URL('/ledger', sandboxUrl);
    url.search = new URLSearchParams(query).toString();
    const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) });
    if (!response.ok) throw new Error(`the ledger at ${url.origin} answered ${response.status}`);
    return ((await response.json()) as { data: LedgerEntry[] }).data;
  };
  async function* fetchAll(): AsyncGenerator<LedgerEntry[]> {
    for (let after = 0; ;) {
      const page = await fetchPage({ after: String(after), limit: String(PAGE) });
      const last = page.at(-1);
      if (last === undefined) return;
      yield page;
      after = last.sequence;
    }
  }
  let all: Promise<Effects> | undefined;
  return {
    readAll: () => (all ??= collectEffects(fetchAll())),
    ofOrder: (orderId) => fetchPage({ orderId }),
  };
}
