import type { OrderSnapshot } from '../../domain/orders/snapshot';
import { pickOrders } from '../../db/verify/pickOrders';
import { readProjections, type Projection } from '../../db/verify/readProjections';
import type { Breach, Invariant, VerifyContext } from '../invariant';
import { inParallel } from '../inParallel';
import { settle } from '../settle';

const PAGE = 500;
const AT_ONCE = 8;
const SILENT = 'its workflow does not answer';

export const projection: Invariant = {
  name: 'projection',
  title: 'What lists and reports show of an open order is what its workflow answers',
  stopsOrder: true,
  async check(context) {
    const { database, settings } = context;
    const ids = await pickOrders(database, { closedWithinMs: 0, limit: settings.projections, shift: settings.shift });
    const suspects: Breach[] = [];
    // A few first: where no worker lives, each of them keeps us waiting.
    const beginning = await compareOrders(context, ids.slice(0, AT_ONCE));
    if (ids.length > 0 && beginning.filter(({ what }) => what === SILENT).length === Math.min(AT_ONCE, ids.length))
      throw new Error('no worker answers');
    suspects.push(...beginning);
    for (let first = AT_ONCE; first < ids.length; first += PAGE)
      suspects.push(...(await compareOrders(context, ids.slice(first, first + PAGE))));
    const breaches = await settle(suspects, settings.settleMs, (again) =>
      compareOrders(
        context,
        again.map(({ id }) => id),
      ),
    );
    return { checked: ids.length, breaches };
  },
};

/**
 * An order without a workflow is for `workflows` to find; one that was closed meanwhile is not compared any more. Records are
 * ahead of the workflow from when a step has committed until the workflow hears of it: half a minute when Temporal died meanwhile.
 */
async function compareOrders({ database, temporal }: VerifyContext, ids: readonly string[]): Promise<Breach[]> {
  const answers = await inParallel(ids, AT_ONCE, (id) => temporal.queryStatus(id));
  const rows = await readProjections(database, ids);
  const breaches: Breach[] = [];
  for (const [place, id] of ids.entries()) {
    const [row, answer] = [rows.get(id), answers[place]];
    const differences = row === undefined || answer === undefined ? [] : findDifferences(row, answer);
    if (row === undefined || answer === undefined || differences.length === 0) continue;
    if (isAhead(row, answer) && (await temporal.isUnderWay(id))) continue;
    breaches.push({ id, orderId: id, what: differences.join('; ') });
  }
  return breaches;
}

const isAhead = (row: Projection, answer: OrderSnapshot | 'stuck' | 'silent'): boolean =>
  typeof answer === 'object' && row.version > answer.version;

function findDifferences(row: Projection, answer: OrderSnapshot | 'stuck' | 'silent'): string[] {
  if (answer === 'silent') return [SILENT];
  if (answer === 'stuck') return ['its workflow can’t answer, since its task fails'];
  const pairs: [name: string, ofRow: string | null, ofWorkflow: string | null][] = [
    ['status', row.status, answer.status],
    ['payment', row.paymentStatus, answer.paymentStatus],
    ['fulfilment', row.fulfilmentStatus, answer.fulfilmentStatus],
    ['attention', row.attention, answer.attention],
    ['holds', row.holds.join() || null, answer.holds.map((hold) => hold.id).join() || null],
  ];
  const behind = row.version - answer.version;
  return [
    ...pairs
      .filter(([, ofRow, ofWorkflow]) => ofRow !== ofWorkflow)
      .map(([name, ofRow, ofWorkflow]) => `${name} is ${ofRow ?? 'none'}, and by its workflow ${ofWorkflow ?? 'none'}`),
    ...(behind < 0 || behind > row.unseen
      ? [`version ${row.version}, ${row.unseen} of it scans and picks, and by its workflow ${answer.version}`]
      : []),
  ];
}
