import {
  ApplicationFailure,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import { orderWorkflowId } from '../../domain/ids';
import type { Activities } from '../../activities';
import { giveUpStock } from '../orders/messages';
import type { ReallocateStockInput } from './messages';

type Report = Awaited<ReturnType<Activities['endReallocation']>>;
type Giver = Awaited<ReturnType<Activities['listGivers']>>[number];

// A database that is away for a while makes it wait, not fail; meanwhile no other one begins by the clock.
const PATIENT = {
  startToCloseTimeout: '10m',
  scheduleToCloseTimeout: '8h',
  retry: { maximumInterval: '30s' },
} as const;
const { planReallocation } = proxyActivities<Activities>({ ...PATIENT, summary: 'Plan who gains and who loses' });
const { listGivers } = proxyActivities<Activities>({ ...PATIENT, summary: 'Whom to ask for units' });
const { endReallocation } = proxyActivities<Activities>({ ...PATIENT, summary: 'All were asked' });

const AT_ONCE = 100;
/** Each asked order is two events in the history. */
const PAGES_PER_HISTORY = 20;

/**
 * Takes units that were promised and not begun to be shipped from orders that may lose, for those that go before: plans it, then
 * asks each losing order, which gives up what it still has in a transaction of its own. Those that gain are offered the units as
 * all that comes in. Safe to break off at any point: what nobody gave up stays where it is.
 */
export async function reallocateStock(input: ReallocateStockInput = {}): Promise<Report> {
  const {
    runId = `rea_${workflowInfo().runId.replaceAll('-', '')}`,
    dryRun = false,
    requestedBy = 'schedule',
    sku,
    after: begin = '',
  } = input ?? {};
  if (typeof dryRun !== 'boolean' || [runId, begin, sku ?? ''].some((given) => typeof given !== 'string'))
    throw ApplicationFailure.nonRetryable('a re-allocation is started through the API', 'invalid_request');
  await planReallocation({ runId, sku: sku ?? null, dryRun, requestedBy });
  let after = begin;
  for (let page = 1; !dryRun; page += 1) {
    const givers = await listGivers({ runId, after, limit: AT_ONCE });
    await Promise.all(givers.map((giver) => ask(giver, runId)));
    after = givers.at(-1)?.lineId ?? after;
    if (givers.length < AT_ONCE) break;
    if (page === PAGES_PER_HISTORY)
      return continueAsNew<typeof reallocateStock>({ ...input, runId, dryRun, requestedBy, after });
  }
  const report = await endReallocation({ runId });
  setCurrentDetails(
    `${report.gaining} lines get more, ${report.losing} give something up${dryRun ? ', if it is run' : ''}`,
  );
  return report;
}

/** An order that has ended meanwhile has nothing to give; one whose workflow is lost keeps what it has. */
async function ask({ orderId, lineId, takes }: Giver, runId: string): Promise<void> {
  try {
    const request = { lineId, takes, requestId: runId, actor: 'reallocation' };
    await getExternalWorkflowHandle(orderWorkflowId(orderId)).signal(giveUpStock, request);
  } catch (error) {
    if (isCancellation(error)) throw error;
  }
}
