import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Handler } from './router';

/**
 * How a provider misbehaves: `down` breaks the connection without acting, `error` answers 500 without acting,
 * `rate_limited` answers 429 with Retry-After without acting, `slow` waits and then acts, `stalled` acts and then waits
 * with the answer, `lost` acts and then breaks the connection instead of answering, `malformed` acts and then answers
 * with half of its JSON. Mail has no 429 and no JSON: there the two are as `error` and as `lost`.
 */
export const FAULT_MODES = ['ok', 'down', 'slow', 'stalled', 'error', 'rate_limited', 'lost', 'malformed'] as const;
export const FAULTY = ['payments', 'carrier', 'mail'] as const;
type FaultMode = (typeof FAULT_MODES)[number];
type FaultyProvider = (typeof FAULTY)[number];

interface Fault {
  mode: FaultMode;
  delayMs: number;
  /** How many requests it still hits; null for all until told otherwise. */
  times: number | null;
}

export interface Faults {
  set(provider: FaultyProvider, fault: Fault): void;
  all(): Record<FaultyProvider, Fault>;
  /** The fault that the next request meets; counts it. */
  meet(provider: FaultyProvider): Fault;
  wrap(provider: FaultyProvider, handler: Handler): Handler;
}

const NONE: Fault = { mode: 'ok', delayMs: 0, times: null };

/** Faults are kept in memory only: a restart of the sandbox ends them. */
export function createFaults(): Faults {
  const faults: Record<FaultyProvider, Fault> = { payments: NONE, carrier: NONE, mail: NONE };

  function meet(provider: FaultyProvider): Fault {
    const fault = faults[provider];
    if (fault.times !== null) {
      faults[provider] = fault.times > 1 ? { ...fault, times: fault.times - 1 } : NONE;
    }
    return fault;
  }

  return {
    set(provider, fault) {
      faults[provider] = fault;
    },
    all: () => ({ ...faults }),
    meet,
    wrap: (provider, handler) => async (request) => {
      const { mode, delayMs } = meet(provider);
      switch (mode) {
        case 'ok':
          return handler(request);
        case 'down':
          return { status: 503, lost: true };
        case 'error':
          return { status: 500, body: { code: 'internal_error', message: 'The provider has a fault of its own' } };
        case 'rate_limited': {
          const headers = { 'retry-after': String(Math.max(1, Math.ceil(delayMs / 1000))) };
          return { status: 429, headers, body: { code: 'rate_limited', message: 'Too many requests; wait' } };
        }
        case 'slow':
          await sleep(delayMs, undefined, { ref: false });
          return handler(request);
        case 'stalled':
          return { ...(await handler(request)), afterMs: delayMs };
        case 'lost':
          return { ...(await handler(request)), lost: true };
        case 'malformed':
          return cutShort(await handler(request));
      }
    },
  };
}

/** A whole reply as far as HTTP can tell, and no JSON. */
function cutShort({ body, text = JSON.stringify(body ?? {}), ...answer }: Answer): Answer {
  return { ...answer, type: 'application/json; charset=utf-8', text: text.slice(0, Math.floor(text.length / 2)) };
}
