import { setTimeout as sleep } from 'node:timers/promises';
import { NoAnswer, type ApiClient, type ApiReply } from '../system/createApiClient';

/** A status, or why there was none. */
export type Reply = number | NoAnswer['kind'];

export interface Submission {
  /** Undefined where nobody ever acknowledged it. */
  order: { id: string; [field: string]: unknown } | undefined;
  /** What came back each time. */
  replies: Reply[];
  /** Answers that a channel should never get. */
  faults: string[];
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Submits as the documentation tells a channel to: the same key again after no answer, 503 or 429, until the order is
 * acknowledged, refused for good or given up.
 */
export async function submitUntilAcknowledged(
  api: Pick<ApiClient, 'call'>,
  body: { reference: string },
  options: { isOver: () => boolean; key: () => string; idempotencyKey?: string; onReply?: (reply: Reply) => void },
): Promise<Submission> {
  const result: Submission = { order: undefined, replies: [], faults: [] };
  const idempotencyKey = options.idempotencyKey ?? body.reference;
  for (let pause = FIRST_PAUSE_MS; !options.isOver(); pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const reply = await api
      .call('POST', '/v1/orders', {
        key: options.key(),
        headers: { 'idempotency-key': idempotencyKey },
        body,
      })
      .catch((error: unknown) => {
        if (error instanceof NoAnswer) return error.kind;
        throw error;
      });
    const seen = typeof reply === 'string' ? reply : reply.status;
    result.replies.push(seen);
    options.onReply?.(seen);
    if (typeof reply !== 'string') {
      if ([200, 201, 202].includes(reply.status)) {
        result.order = reply.body as Submission['order'];
        if (typeof result.order?.id !== 'string') result.faults.push(`${reply.status} without an order`);
        return result;
      }
      const fault = findFault(reply);
      if (fault !== undefined) result.faults.push(`${body.reference}: ${fault}`);
      // Not to be repeated: the next answer would be the same.
      if (![409, 429, 500, 503].includes(reply.status)) return result;
    }
    await sleep(pause);
  }
  return result;
}

/** Away, busy or still at it is said with a time to come again; all else is no answer to a sound order. */
function findFault({ status, headers, body }: ApiReply): string | undefined {
  const comesAgain = status === 503 || status === 429 || (status === 409 && body?.['code'] === 'request_in_progress');
  if (!comesAgain) return `answered ${status} ${JSON.stringify(body)}`;
  return headers['retry-after'] === undefined ? `${status} without Retry-After` : undefined;
}
