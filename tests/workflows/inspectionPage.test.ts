import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { searchAttributes } from '../../workflows/shared/searchAttributes';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';

let world: OrderWorld;
let orderId: string;
beforeAll(async () => {
  world = await createOrderWorld();
  await world.stock('SHIRT', 100);
  orderId = await world.place();
  await world.untilTold(orderId, 'shipment.booked');
});
afterAll(() => world.close());

const decode = (payload: { data?: Uint8Array | null } | null | undefined): string =>
  payload?.data ? (JSON.parse(Buffer.from(payload.data).toString()) as string) : '';
interface Described {
  name?: string;
  description?: string;
}
interface WorkflowMetadata {
  currentDetails?: string;
  definition?: { updateDefinitions?: Described[]; signalDefinitions?: Described[]; queryDefinitions?: Described[] };
}
const metadata = () => world.handle(orderId).query<WorkflowMetadata>('__temporal_workflow_metadata');

/** What people see of an order in the Temporal Web UI, read back through the server's API. */
describe('the page of an order in the Temporal UI', () => {
  test('has a summary for the list and a table of the lines', async () => {
    const described = await world.handle(orderId).describe();
    expect(await described.staticSummary()).toBe('web · 2 units · 44.97 EUR');
    expect(await described.staticDetails()).toMatch(/\| SHIRT\s+\| 2\s+\| 19\.99 EUR \|/);
    expect(described.memo).toMatchObject({ requestId: expect.stringMatching(/^req_/) });
  });

  test('shows where the order is, what it waits for, until when, and what can be done', async () => {
    const { currentDetails } = await metadata();
    expect(currentDetails).toMatch(/\| Status\s+\| \*\*ready to ship\*\* \|/);
    expect(currentDetails).toMatch(/\| Waits for\s+\| carrier pickup \(carrier, until \d{4}-\d\d-\d\dT/);
    expect(currentDetails).toMatch(/\| Possible now\s+\| cancel, hold, set_priority \|/);
  });

  test('describes every message that can be sent to it', async () => {
    const { definition } = await metadata();
    const described = (list: Described[] = []): Record<string, string> =>
      Object.fromEntries(list.map(({ name = '', description = '' }) => [name, description]));
    const updates = described(definition?.updateDefinitions);
    expect(Object.keys(updates).sort()).toEqual([
      'cancelOrder',
      'decideBackorder',
      'holdOrder',
      'payOrder',
      'releaseOrder',
      'resolveAttention',
      'setPriority',
    ]);
    expect(updates['holdOrder']).toContain('{"reason": "check the address"');
    const signals = described(definition?.signalDefinitions);
    for (const name of Object.keys(updates)) expect(signals[name]).toBe(updates[name]);
    expect(described(definition?.queryDefinitions)['getStatus']).toBe('Live status of the order');
  });

  test('names each step in the words of the business, stock and notifications among them', async () => {
    const { events } = await world.handle(orderId).fetchHistory();
    const summaries = (events ?? []).map((event) => decode(event.userMetadata?.summary)).filter(Boolean);
    expect(summaries).toEqual([
      'web · 2 units · 44.97 EUR',
      'Reserve stock',
      'Authorise 44.97 EUR',
      'Tell the customer: confirmed',
      'Book shipment and label',
    ]);
  });

  test('can be found by what it is', async () => {
    const value = async () => {
      const { typedSearchAttributes: found } = await world.handle(orderId).describe();
      return Object.fromEntries(Object.entries(searchAttributes).map(([name, key]) => [name, found.get(key as never)]));
    };
    expect(await value()).toMatchObject({
      orderStatus: 'ready_to_ship',
      channel: 'web',
      reference: 'T-1',
      customerRef: expect.stringMatching(/^cus_[0-9a-f]{16}$/),
      paymentStatus: 'authorized',
      currency: 'EUR',
      totalMinor: 4497,
      needsAttention: false,
    });
    await world.handle(orderId).executeUpdate('holdOrder', { args: [{ reason: 'check', type: 'fraud_review' }] });
    expect(await value()).toMatchObject({ orderStatus: 'on_hold', holdTypes: ['fraud_review'] });
    for (;;) {
      const query = `OrderStatus = 'on_hold' AND HoldTypes = 'fraud_review' AND TotalMinor > 4000 AND WorkflowId = '${orderId}'`;
      if ((await world.temporal.client.workflow.count(query)).count === 1) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  test('holds no personal data anywhere in its history', async () => {
    const stored = historyToJSON(await world.handle(orderId).fetchHistory());
    const history = stored.replace(/"data": ?"([A-Za-z0-9+/=]+)"/g, (_all, data: string) =>
      Buffer.from(data, 'base64').toString('utf8'),
    );
    expect(history.includes('SHIRT')).toBe(true);
    for (const personal of ['Ada', 'Lovelace', 'ada@example.com', 'Unter den Linden', '4930123456', 'tok_ok'])
      expect([personal, history.includes(personal)]).toEqual([personal, false]);
  });
});
