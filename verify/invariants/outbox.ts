import { findUndelivered, type UndeliveredMessage } from '../../db/verify/findUndelivered';
import type { Breach, Invariant } from '../invariant';

/** A mail server that is away delays mails, and no order. */
export const outbox: Invariant = {
  name: 'outbox',
  title: 'Each mail is sent or given up, each report of a carrier is told to its order, or is still young',
  stopsOrder: false,
  async check({ database, settings }) {
    const { checked, mails, reports } = await findUndelivered(database, { olderThanMs: settings.graceMs });
    return { checked, breaches: [...mails.map(tellMail), ...reports.map(tellReport)] };
  },
};

const tellMail = ({ id, orderId, name, attempts, ageMs }: UndeliveredMessage): Breach => ({
  ...{ id, orderId },
  what: `the mail ${name} is not sent after ${seconds(ageMs)} s and ${attempts ?? 0} attempts`,
});

const tellReport = ({ id, orderId, name, ageMs }: UndeliveredMessage): Breach => ({
  ...{ id, orderId },
  what: `the order has not been told of ${name} for ${seconds(ageMs)} s`,
});

const seconds = (ms: number): number => Math.round(ms / 1_000);
