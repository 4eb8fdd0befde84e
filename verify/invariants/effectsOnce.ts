import { findDoubleParcels } from '../../db/verify/findDoubleParcels';
import { readSteps, type RecordedStep } from '../../db/verify/readSteps';
import { effectKey } from '../../domain/ids';
import type { Breach, Invariant } from '../invariant';

/** Two keys for one step of the business are as bad as one key that the provider took twice. */
export const effectsOnce: Invariant = {
  name: 'effects-once',
  title: 'Nothing was done twice at a provider, whether under one key or under two',
  stopsOrder: true,
  findObstacle: ({ ledger }) =>
    ledger === null ? 'the providers give no ledger to read; --sandbox URL names one' : null,
  async check({ database, ledger }) {
    if (ledger === null) throw new Error('there is no ledger');
    const effects = await ledger.readAll();
    const done = new Map<string, number>();
    const breaches: Breach[] = [];
    for (const entries of effects.all()) {
      const [entry] = entries;
      if (entry === undefined) continue;
      const { key, orderId, effect } = entry;
      const name = `${orderId} ${effect}`;
      done.set(name, (done.get(name) ?? 0) + entries.length);
      if (entries.length > 1)
        breaches.push({ id: key, orderId, what: `${effect} ${entries.length} times under this key` });
    }
    const steps = new Map<string, number>();
    for await (const page of readSteps(database)) {
      for (const step of page.filter(hasKeyOfItsOwn)) {
        const name = `${step.orderId} ${step.effect}`;
        steps.set(name, (steps.get(name) ?? 0) + 1);
      }
    }
    for (const [name, times] of done) {
      const asked = steps.get(name) ?? 0;
      const [orderId = '', effect = ''] = name.split(' ');
      if (times > asked)
        breaches.push({ id: orderId, orderId, what: `${effect} ${times} times, for ${asked} steps of the order` });
    }
    const parcels = await findDoubleParcels(database);
    for (const { orderId, lineId, quantity, packed } of parcels.found)
      breaches.push({
        id: orderId,
        orderId,
        what: `${packed} units of line ${lineId} in parcels, ordered are ${quantity}`,
      });
    return { checked: effects.count, breaches };
  },
};

/** A second key for the same effect of one payment is no second step. Of a parcel there is one row, with one key. */
const hasKeyOfItsOwn = ({ subject, effect, key, amount }: RecordedStep): boolean =>
  amount === null || key === effectKey(subject, effect);
