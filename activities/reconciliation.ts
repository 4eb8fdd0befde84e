import { heartbeat } from '@temporalio/activity';
import type { Database } from '../db/connection';
import { findUntroubled } from '../db/orders/findUntroubled';

/** Something that is not as it must always be. */
export interface Finding {
  invariant: string;
  id: string;
  orderId: string | null;
  /** Without personal data: it enters the order's history. */
  what: string;
  /** Its order, if open, is stopped for a person to look into it. */
  stopsOrder: boolean;
}

export interface AuditResult {
  /** How many things were looked at, by invariant. */
  checked: Record<string, number>;
  findings: Finding[];
  /** What could not be read, and why. */
  unreadable: Record<string, string>;
}

/** What the reconciling needs of the world outside the records. */
export interface Reconciler {
  /** Checks all that must hold, and changes nothing. */
  audit(): Promise<AuditResult>;
  /** Tells the order that its records contradict each other. @returns false when no workflow of it runs. */
  reportBreach(orderId: string, what: string): Promise<boolean>;
}

export interface ReconcileReport extends Omit<AuditResult, 'findings'> {
  /** How many findings there were, by invariant. */
  broken: Record<string, number>;
  /** Open orders that need attention from now on. */
  stopped: string[];
  /** The first of the findings that stop no order, or whose order is closed or waits for a person already. */
  others: Pick<Finding, 'invariant' | 'id' | 'what'>[];
}

/** A fault of the audit itself must not stop a whole shop: the rest is told with the next run. */
const MOST_STOPPED = 100;
const MOST_TOLD = 100;
const MAX_TEXT = 400;
const HEARTBEAT_MS = 10_000;

export function createReconcileActivities({ database, reconciler }: { database: Database; reconciler?: Reconciler }) {
  return {
    /** Audits everything, and has each open order whose money, goods or records don't add up wait for a person. */
    async reconcileOrders(): Promise<ReconcileReport> {
      if (reconciler === undefined) throw new Error('this worker has no reconciler');
      const timer = setInterval(() => heartbeat(), HEARTBEAT_MS);
      try {
        const { findings, ...result } = await reconciler.audit();
        const stopped = await stopOrders(reconciler, findings);
        const isTold = ({ orderId, stopsOrder }: Finding) => stopsOrder && orderId !== null && stopped.has(orderId);
        const others = findings.filter((finding) => !isTold(finding)).slice(0, MOST_TOLD);
        return {
          ...result,
          broken: countByInvariant(findings),
          stopped: [...stopped],
          others: others.map(({ invariant, id, what }) => ({ invariant, id, what })),
        };
      } finally {
        clearInterval(timer);
      }
    },
  };

  async function stopOrders(reconciler: Reconciler, findings: readonly Finding[]): Promise<Set<string>> {
    const texts = new Map<string, string[]>();
    for (const { orderId, invariant, what, stopsOrder } of findings) {
      if (!stopsOrder || orderId === null) continue;
      texts.set(orderId, [...(texts.get(orderId) ?? []), `${invariant}: ${what}`]);
    }
    const untroubled = await findUntroubled(database, [...texts.keys()]);
    const stopped = new Set<string>();
    for (const orderId of untroubled.slice(0, MOST_STOPPED)) {
      const text = (texts.get(orderId) ?? []).join('; ');
      if (await reconciler.reportBreach(orderId, text.slice(0, MAX_TEXT))) stopped.add(orderId);
    }
    return stopped;
  }
}

function countByInvariant(findings: readonly Finding[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { invariant } of findings) counts[invariant] = (counts[invariant] ?? 0) + 1;
  return counts;
}
