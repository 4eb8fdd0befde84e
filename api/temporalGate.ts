import type { TemporalConnection } from '../runtime/temporal';
import { Refusal } from '../domain/failures';
import { isTemporalAway } from './http/isTemporalAway';

const PROBE_EVERY_MS = 500;

/** Keeps requests from waiting for a Temporal that is known to be away. */
export interface TemporalGate {
  /**
   * For calls that Temporal itself answers: one that it does not answer shuts the gate.
   * @throws {Refusal} dependency_unavailable at once, while Temporal is known to be away.
   */
  pass<T>(call: () => Promise<T>): Promise<T>;
  /** For calls that a worker has to answer, whose silence says nothing of Temporal. @throws {Refusal} dependency_unavailable */
  ensureOpen(): void;
  isOpen(): boolean;
  close(): void;
}

/**
 * Shut when a call finds Temporal away, and open again as soon as Temporal answers a look that is taken twice a second: only
 * the first requests of an outage wait for their deadline.
 */
export function createTemporalGate(
  temporal: Pick<TemporalConnection, 'isUp'>,
  onChange: (isOpen: boolean) => void = () => undefined,
): TemporalGate {
  let probe: NodeJS.Timeout | undefined;
  let ended = false;

  const look = () => {
    probe = setTimeout(() => {
      void temporal.isUp().then((up) => {
        probe = undefined;
        if (up) onChange(true);
        else if (!ended) look();
      });
    }, PROBE_EVERY_MS);
    probe.unref();
  };

  const ensureOpen = () => {
    if (probe === undefined) return;
    throw new Refusal('dependency_unavailable', 'Temporal is away; try again', { retryAfterSeconds: 2 });
  };

  return {
    async pass(call) {
      ensureOpen();
      try {
        return await call();
      } catch (error) {
        if (isTemporalAway(error) && probe === undefined && !ended) {
          onChange(false);
          look();
        }
        throw error;
      }
    },
    ensureOpen,
    isOpen: () => probe === undefined,
    close() {
      ended = true;
      clearTimeout(probe);
    },
  };
}
