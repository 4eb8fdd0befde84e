import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random';
import type { ApiClient } from '../system/createApiClient';
import { followUp } from './followUp';
import { bodyOf, planOrder, type Story } from './planOrder';
import { submitUntilAcknowledged, type Reply } from './submitUntilAcknowledged';

export interface Acknowledged {
  id: string;
  reference: string;
  story: Story;
}

export interface Load {
  acknowledged: readonly Acknowledged[];
  /** Each submission's answers, one after the other. */
  replies: readonly Reply[];
  /** What no channel should ever see. */
  faults: readonly string[];
  /** Resolves once so many are acknowledged, or none are to come. */
  untilAcknowledged(count: number): Promise<void>;
  /** No new orders; those under way go on until they are acknowledged or `end` gives them up. */
  stop(): void;
  /** Waits for all that is under way, for so long at most; what is not acknowledged by then counts as a fault. */
  end(limitMs: number): Promise<void>;
}

export interface LoadOptions {
  /** How references begin. */
  prefix: string;
  perSecond: number;
  /** No more than so many orders. */
  most: number;
  /** Instead of the mix: all orders have this story. */
  only?: Story;
  /** Read anew for each request: a channel may get another key meanwhile. */
  keys: () => { channel: string; ops: string };
  /** Another way to the API than the one that can be spoilt. */
  api?: Pick<ApiClient, 'call'>;
}

/** So many at once: what is slow must not pile up without end. */
const MOST_UNDER_WAY = 64;

/** Orders come one after the other at a steady pace, whatever happens to the system meanwhile. */
export function startLoad(usualApi: Pick<ApiClient, 'call'>, random: Random, options: LoadOptions): Load {
  const acknowledged: Acknowledged[] = [];
  const replies: Reply[] = [];
  const faults: string[] = [];
  const underWay = new Set<Promise<void>>();
  const api = options.api ?? usualApi;
  let stopped = false;
  let over = false;

  const drive = async (number: number): Promise<void> => {
    const plan = planOrder(random, options.prefix, number);
    const story = options.only ?? plan.story;
    const token = options.only !== undefined && plan.story === 'paid_later' ? 'tok_ok' : plan.token;
    const { keys } = options;
    const isOver = () => over;
    const body = bodyOf({ ...plan, token });
    const onReply = (reply: Reply) => void replies.push(reply);
    const { order, ...seen } = await submitUntilAcknowledged(api, body, {
      ...{ isOver, onReply },
      key: () => keys().channel,
    });
    faults.push(...seen.faults);
    if (order === undefined) {
      if (seen.faults.length === 0) faults.push(`${plan.reference} was never acknowledged`);
      return;
    }
    acknowledged.push({ id: order.id, reference: plan.reference, story });
    faults.push(...(await followUp(api, order.id, { ...plan, story }, { keys, isOver })));
  };

  const run = async (): Promise<void> => {
    for (let number = 1; number <= options.most && !stopped; number += 1) {
      if (underWay.size < MOST_UNDER_WAY) {
        const one = drive(number).catch((error: unknown) => void faults.push(String(error)));
        underWay.add(one);
        void one.finally(() => underWay.delete(one));
      } else {
        number -= 1;
      }
      await sleep(1000 / options.perSecond);
    }
  };
  const running = run();
  return {
    acknowledged,
    replies,
    faults,
    async untilAcknowledged(count) {
      while (acknowledged.length < count && !over && !(stopped && underWay.size === 0)) await sleep(20);
    },
    stop: () => void (stopped = true),
    async end(limitMs) {
      stopped = true;
      await running;
      const limit = setTimeout(() => (over = true), limitMs);
      await Promise.all(underWay);
      clearTimeout(limit);
      over = true;
    },
  };
}
