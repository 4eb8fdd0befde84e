import { ORDER_ID } from '../../domain/ids';
import { findStarts } from '../../db/verify/readStarts';
import type { Breach, Invariant, VerifyContext } from '../invariant';
import { inParallel } from '../inParallel';
import type { WorkflowRun } from '../readTemporal';

/** What runs by the clock. */
const SCHEDULED = ['sweepOrders', 'reconcileOrders', 'replenishStock', 'syncStock'];
const AT_ONCE = 10;
const PAGE = 500;
const ENDED_BADLY = `ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated')`;
const STUCK = `ExecutionStatus = 'Running' AND TemporalReportedProblems IN ("category=WorkflowTaskFailed", "category=WorkflowTaskTimedOut")`;

export const failures: Invariant = {
  name: 'failures',
  title:
    'No workflow has failed, timed out or was terminated without being taken up again, and none is stuck in failing tasks',
  stopsOrder: false,
  async check(context) {
    const { temporal } = context;
    const checked = await temporal.count(
      `WorkflowType IN (${['processOrder', ...SCHEDULED].map((type) => `'${type}'`).join(', ')})`,
    );
    const breaches: Breach[] = [];
    for await (const run of temporal.list(STUCK))
      breaches.push({ id: run.workflowId, what: `${run.type} is stuck: its workflow task fails again and again` });
    const page: WorkflowRun[] = [];
    for await (const run of temporal.list(`WorkflowType = 'processOrder' AND ${ENDED_BADLY}`)) {
      // What is no order was started by hand, and fails at once, as it should.
      if (ORDER_ID.test(run.workflowId)) page.push(run);
      if (page.length === PAGE) breaches.push(...(await judgeOrders(context, page.splice(0))));
    }
    breaches.push(...(await judgeOrders(context, page)));
    for (const type of SCHEDULED) breaches.push(...(await judgeScheduled(context, type)));
    return { checked, breaches };
  },
};

/** A newer run of the order has taken it up; and somebody may terminate the workflow of an order that is closed anyway. */
async function judgeOrders({ database, temporal }: VerifyContext, ended: readonly WorkflowRun[]): Promise<Breach[]> {
  const orders = await findStarts(
    database,
    ended.map((run) => run.workflowId),
  );
  const breaches = await inParallel(ended, AT_ONCE, async ({ workflowId, runId, status }): Promise<Breach[]> => {
    const order = orders.get(workflowId);
    if (order === undefined || (order.closed && status === 'TERMINATED')) return [];
    const newest = await temporal.findRun(workflowId);
    if (newest !== undefined && newest.runId !== runId) return [];
    const what = `${status.toLowerCase().replaceAll('_', ' ')} while the order is ${order.closed ? 'closed' : 'open'}`;
    return [{ id: workflowId, orderId: workflowId, what: `its workflow ${what}` }];
  });
  return breaches.flat();
}

/** What runs by the clock makes up for a failed run with the next one. */
async function judgeScheduled({ temporal }: VerifyContext, type: string): Promise<Breach[]> {
  const findNewest = async (query: string): Promise<WorkflowRun | undefined> => {
    // The list has the run that ended last first.
    for await (const run of temporal.list(`WorkflowType = '${type}' AND ${query}`)) return run;
    return undefined;
  };
  const failed = await findNewest(`ExecutionStatus IN ('Failed', 'TimedOut')`);
  if (failed === undefined) return [];
  const since = await findNewest(`ExecutionStatus = 'Completed' AND StartTime > '${failed.startedAt.toISOString()}'`);
  return since === undefined
    ? [{ id: failed.workflowId, what: `${type} has failed, and has not succeeded since` }]
    : [];
}
