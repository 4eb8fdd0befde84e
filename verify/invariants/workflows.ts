import { ORDER_ID } from '../../domain/ids';
import { findStarts, readStarts, type RecordedStart } from '../../db/verify/readStarts';
import type { Breach, Invariant, VerifyContext } from '../invariant';
import { inParallel } from '../inParallel';
import type { WorkflowRun } from '../readTemporal';
import { settle } from '../settle';

const AT_ONCE = 10;
/** Temporal deletes closed workflows around the end of the retention, not to the second. */
const RETENTION_MARGIN_MS = 3_600_000;

interface Terms {
  graceMs: number;
  retentionMs: number;
}

/** How it ended is for `failures` to judge. */
export const workflows: Invariant = {
  name: 'workflows',
  title: 'Each order on record has its workflow, each workflow its order, and both are open or neither',
  stopsOrder: false,
  async check(context) {
    const { database, temporal, settings } = context;
    const terms = { graceMs: settings.graceMs, retentionMs: await temporal.readRetentionMs() };
    // The workflows come first: an order is on record before its workflow is started.
    const runs = await readNewestRuns(context);
    const suspects: string[] = [];
    let orders = 0;
    for await (const page of readStarts(database)) {
      for (const order of page) {
        if (judge(order, runs.get(order.orderId), terms) !== null) suspects.push(order.orderId);
        runs.delete(order.orderId);
        orders += 1;
      }
    }
    for (const run of runs.values()) if (judge(undefined, run, terms) !== null) suspects.push(run.workflowId);
    const left = await settle(await lookAt(context, terms, suspects), settings.settleMs, (again) =>
      lookAt(
        context,
        terms,
        again.map(({ id }) => id),
      ),
    );
    return { checked: orders + runs.size, breaches: left };
  },
};

async function readNewestRuns({ temporal }: VerifyContext): Promise<Map<string, WorkflowRun>> {
  const newest = new Map<string, WorkflowRun>();
  for await (const run of temporal.list(`WorkflowType = 'processOrder'`)) {
    const other = newest.get(run.workflowId);
    if (other === undefined || other.startedAt < run.startedAt) newest.set(run.workflowId, run);
  }
  return newest;
}

/** Looks at each order for certain, now. */
async function lookAt({ database, temporal }: VerifyContext, terms: Terms, ids: readonly string[]): Promise<Breach[]> {
  const runs = await inParallel(ids, AT_ONCE, (id) => temporal.findRun(id));
  const orders = await findStarts(database, ids);
  return ids.flatMap((id, place) => {
    const what = judge(orders.get(id), runs[place], terms);
    return what === null ? [] : [{ id, what, ...(orders.has(id) ? { orderId: id } : {}) }];
  });
}

/** What is wrong with the pair, if anything. */
function judge(order: RecordedStart | undefined, run: WorkflowRun | undefined, terms: Terms): string | null {
  const running = run?.status === 'RUNNING';
  if (order === undefined) {
    // Whoever has access to Temporal can start a workflow without an order; it fails at once, which is as it should be.
    if (run === undefined || (!running && !ORDER_ID.test(run.workflowId))) return null;
    return `a workflow, ${nameOf(run)}, of an order that is not on record`;
  }
  if (run === undefined) {
    if (order.closedForMs > terms.retentionMs - RETENTION_MARGIN_MS) return null;
    if (order.started) return 'its workflow is not there';
    return order.ageMs > terms.graceMs ? `not started for ${Math.round(order.ageMs / 1_000)} s` : null;
  }
  if (order.closed) return running ? 'closed, and its workflow still runs' : null;
  return run.status === 'COMPLETED' || run.status === 'CANCELLED' ? `open, and its workflow is ${nameOf(run)}` : null;
}

const nameOf = ({ status }: WorkflowRun): string => status.toLowerCase().replaceAll('_', ' ');
