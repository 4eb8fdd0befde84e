import { ApplicationFailure } from '@temporalio/common';
import { Refusal } from '../../domain/failures';
import { ProviderRejected } from '../../providers/failures';
import type { LedgerEntry } from '../support/orderWorld';
import { findBreaches } from './findBreaches';
import type { Runner, Workbench } from './workbench';

/** An order on the workbench, with an item of its own on the shelf. */
export interface Subject {
  bench: Workbench;
  orderId: string;
  sku: string;
}

export type Act = (runner: Runner, subject: Subject) => Promise<unknown>;

/** What one interleaving came to. */
export interface Interleaving {
  /** What the activity was about to do when the rival came; null when it had ended before that. */
  at: string | null;
  blocked: boolean;
  breaches: string[];
  /** What counts of the order in the end, to compare with the ends of the two run one after the other. */
  end: string;
}

/** Runs the activity, and at its n-th moment of waiting the rival, to its end; or, where that waits for the activity, as far as it gets. */
export async function interleave(subject: Subject, act: Act, rivalAct: Act, at: number): Promise<Interleaving> {
  const { bench } = subject;
  let found: { before: string; rival: Promise<unknown>; blocked: boolean } | null = null;
  const activities = bench.paused(async ({ number, before }) => {
    if (number !== at || found !== null) return;
    let done = false;
    const rival = persist(() => rivalAct(bench.rival, subject)).finally(() => (done = true));
    found = { before, rival, blocked: false };
    while (!done && !found.blocked) {
      found.blocked = await bench.isRivalBlocked();
      if (!found.blocked) await Promise.race([rival, new Promise((resolve) => setTimeout(resolve, 2))]);
    }
  });
  await persist(() => act({ activities, database: bench.room.database }, subject));
  const met = found as { before: string; rival: Promise<unknown>; blocked: boolean } | null;
  await met?.rival;
  return { at: met?.before ?? null, blocked: met?.blocked ?? false, ...(await judge(subject)) };
}

/** What is wrong with the order now, and how it stands. */
export async function judge(subject: Subject): Promise<{ breaches: string[]; end: string }> {
  const { bench, orderId } = subject;
  const ledger = await bench.ledger(orderId);
  const breaches = await findBreaches(bench.room.database, ledger, [orderId]);
  return { breaches, end: await describeEnd(subject, ledger) };
}

/** As Temporal does it: what failed for now is tried again, what is refused for good is not. */
export async function persist(run: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await run();
      return;
    } catch (error) {
      const forGood =
        error instanceof Refusal ||
        error instanceof ProviderRejected ||
        (error instanceof ApplicationFailure && error.nonRetryable === true);
      if (forGood) return;
      if (attempt === 3) throw error;
    }
  }
}

/** What the end is compared by: what is still authorised, booked and reserved counts, not what was given back on the way. */
async function describeEnd({ bench, orderId, sku }: Subject, ledger: readonly LedgerEntry[]): Promise<string> {
  const [end] = await bench.room.rows<object>(
    `SELECT o.status, o.fulfilment_status,
       (SELECT string_agg(concat_ws('/', allocated, fulfilled, shipped, delivered, cancelled), ' ' ORDER BY position)
          FROM order_lines WHERE order_id = o.id) AS lines,
       (SELECT string_agg(concat_ws('/', on_hand, reserved), ' ') FROM stock_levels WHERE sku = ?) AS stock,
       (SELECT string_agg(type, ' ' ORDER BY type) FROM order_holds WHERE order_id = o.id AND released_at IS NULL) AS holds,
       (SELECT status FROM shipments WHERE order_id = o.id) AS parcel
     FROM orders o WHERE o.id = ?`,
    [sku, orderId],
  );
  const effects = ledger.map(({ effect }) => effect);
  const count = (effect: string) => effects.filter((other) => other === effect).length;
  return JSON.stringify({
    ...end,
    authorised: count('authorise') - count('void'),
    captured: count('capture'),
    booked: count('book_shipment') - count('cancel_shipment'),
  });
}
