import { setTimeout as sleep } from 'node:timers/promises';
import type { Handler } from './router';

/**
 * How a provider misbehaves: `down` breaks the connection without acting, `error` answers 500 without acting, `slow`
 * waits and then acts, `stalled` acts and then waits with the answer, `lost` acts and then breaks the connection instead
 * of answering.
 */
export const FAULT_MODES = ['ok', 'down', 'slow', 'stalled', 'error', 'lost'] as const;
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
        case 'slow':
          await sleep(delayMs, undefined, { ref: false });
          return handler(request);
        case 'stalled':
          return { ...(await handler(request)), afterMs: delayMs };
        case 'lost':
          return { ...(await handler(request)), lost: true };
      }
    },
  };
}
