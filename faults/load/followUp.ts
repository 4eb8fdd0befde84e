import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient, ApiReply } from '../system/createApiClient';
import type { OrderPlan } from './planOrder';

const TRIES = 4;
/** Too late, not possible now, away: all of them happen, and who tends the orders afterwards sees to what is left. */
const FINE = [200, 202, 409, 429, 503];

/** What the channel and an operator do to an order after its acknowledgement. @returns answers that nobody should get. */
export async function followUp(
  api: Pick<ApiClient, 'call'>,
  orderId: string,
  plan: Pick<OrderPlan, 'story' | 'afterMs' | 'holdMs'>,
  options: { keys: () => { channel: string; ops: string }; isOver: () => boolean },
): Promise<string[]> {
  const faults: string[] = [];
  const ask = async (who: 'channel' | 'ops', what: string, body: object): Promise<void> => {
    const headers = { 'idempotency-key': `${what}-${orderId}` };
    for (let attempt = 1; attempt <= TRIES && !options.isOver(); attempt += 1) {
      const reply: ApiReply | undefined = await api
        .call('POST', `/v1/orders/${orderId}/${what}`, { key: options.keys()[who], body, headers })
        .catch(() => undefined);
      if (reply !== undefined && !FINE.includes(reply.status))
        faults.push(`${what} of ${orderId}: ${reply.status} ${JSON.stringify(reply.body)}`);
      if (reply !== undefined && reply.status !== 503 && reply.status !== 429) return;
      await sleep(500);
    }
  };

  switch (plan.story) {
    case 'plain':
      break;
    case 'cancelled':
      await sleep(plan.afterMs);
      await ask('channel', 'cancel', { reason: 'customer asked' });
      break;
    case 'held':
      await sleep(plan.afterMs);
      await ask('ops', 'hold', { reason: 'check the address' });
      await sleep(plan.holdMs);
      await ask('ops', 'release', {});
      break;
    case 'paid_later':
      await sleep(plan.afterMs);
      await ask('channel', 'payments', { method: 'card', token: 'tok_ok' });
      break;
  }
  return faults;
}
