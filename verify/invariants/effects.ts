import { readSteps, type RecordedStep } from '../../db/verify/readSteps';
import type { Breach, Invariant } from '../invariant';
import { inParallel } from '../inParallel';
import type { LedgerEntry } from '../ledgerEntry';
import { settle } from '../settle';

const AT_ONCE = 8;

export const effects: Invariant = {
  name: 'effects',
  title: 'Each effect at a provider was asked for by a step of its order, and each step that succeeded took effect',
  stopsOrder: true,
  findObstacle: ({ ledger }) =>
    ledger === null ? 'the providers give no ledger to read; --sandbox URL names one' : null,
  async check({ database, ledger, settings }) {
    if (ledger === null) throw new Error('there is no ledger');
    // The ledger comes first: the intent is on record before the provider is called.
    const effects = await ledger.readAll();
    const asked = new Set<readonly LedgerEntry[]>();
    const suspects: RecordedStep[] = [];
    const breaches: Breach[] = [];
    let steps = 0;
    for await (const page of readSteps(database)) {
      for (const step of page) {
        const entries = effects.under(step.effect, step.key);
        asked.add(entries);
        steps += 1;
        if (step.told && entries.length === 0) suspects.push(step);
        breaches.push(...entries.flatMap((entry) => compare(step, entry)));
      }
    }
    for (const entries of effects.all()) {
      const [entry] = entries;
      if (entry !== undefined && !asked.has(entries))
        breaches.push(breachOf(entry, 'which no step of an order asked for'));
    }
    const missing = await settle(suspects, settings.settleMs, async (again) => {
      const books = await inParallel(again, AT_ONCE, ({ orderId }) => ledger.ofOrder(orderId));
      return again.filter(
        ({ effect, key }, place) => !books[place]?.some((entry) => entry.effect === effect && entry.key === key),
      );
    });
    for (const { effect, key, orderId } of missing)
      breaches.push({
        id: key,
        orderId,
        what: `${effect} succeeded by our records, and the provider has no such thing`,
      });
    return { checked: steps + effects.count, breaches };
  },
};

/** What our records and the provider's say differently of one effect. */
function compare(step: RecordedStep, entry: LedgerEntry): Breach[] {
  if (entry.orderId !== step.orderId) return [breachOf(entry, `which is a step of ${step.orderId}`)];
  if (entry.amount !== step.amount) return [breachOf(entry, `which was asked for with the amount ${step.amount}`)];
  if (step.told && entry.reference !== step.reference)
    return [breachOf(entry, `which our records have as ${step.reference}`)];
  if (step.closed && !step.accounted) return [breachOf(entry, 'which the order knew nothing of when it was closed')];
  return [];
}

const breachOf = ({ key, orderId, effect, amount, reference }: LedgerEntry, which: string): Breach => ({
  id: key,
  orderId,
  what: `${effect}${amount === null ? '' : ` of ${amount}`} for ${orderId}, ${reference} at the provider, ${which}`,
});
