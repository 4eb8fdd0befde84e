import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { shipmentId } from '../../domain/ids';
import { signCallback } from '../../sandbox/carrier/signCallback';
import type { Scenario } from '../scenario';
import type { World } from '../world';

/** What the launcher leaves the sandbox and the API with where nothing else is set. */
const SECRET = 'sandbox-carrier-webhook-secret';
const MINUTE_MS = 60_000;

function post(world: World, event: object, options: { secret?: string; at?: Date; eventId: string }): Promise<number> {
  const body = JSON.stringify(event);
  const headers = signCallback(options.secret ?? SECRET, options.eventId, body, options.at ?? new Date());
  return new Promise((resolve, reject) => {
    const sent = request(
      `${world.system.launched.run().api}/v1/callbacks/carriers/sandbox`,
      { method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The carrier says everything ten times, last things first, late, and others say things in its name. */
export const carrierCallbacks: Scenario = {
  id: 'F8',
  title: 'callbacks repeated, reordered, late and forged',
  short: true,
  async run(world) {
    const { mischief, system } = world;
    await mischief.carrier({ duplicates: 10, reorder: true });
    const load = world.load({ perSecond: 4, most: world.long ? 100 : 20 });
    await load.untilAcknowledged(10);

    // Late: parcels move while nobody can be told, and the reports come in all at once.
    system.edges.carrierToApi.set({ kind: 'cut' });
    await sleep(world.long ? 20_000 : 4_000);
    system.edges.carrierToApi.set({ kind: 'latency', ms: 500 });

    await mischief.carrier({ paused: true });
    const { id } = await world.place();
    const parcel = shipmentId(id, 1);
    await world.until('the parcel is booked', async () => {
      const { body } = await world.ops('GET', `/v1/orders/${id}`);
      return (body?.['shipments'] as { status: string }[])[0]?.status === 'booked' || undefined;
    });
    const event = (status: string, of = parcel) => {
      const eventId = `forged-${of}-${status}`;
      return {
        eventId,
        event: { eventId, shipmentId: of, trackingNumber: 'unknown', status, at: new Date().toISOString() },
      };
    };
    const expectStatus = async (what: string, sent: Promise<number>, expected: number) => {
      const status = await sent;
      if (status !== expected) world.breach(`${what} was answered ${status} and not ${expected}`);
    };
    const delivered = event('delivered');
    const old = new Date(Date.now() - 10 * MINUTE_MS);
    const early = new Date(Date.now() + 10 * MINUTE_MS);
    await expectStatus(
      'a forged report',
      post(world, delivered.event, { ...delivered, secret: 'guessed-secret-16' }),
      401,
    );
    await expectStatus('an old report', post(world, delivered.event, { ...delivered, at: old }), 401);
    await expectStatus('a report from the future', post(world, delivered.event, { ...delivered, at: early }), 401);
    const unknown = event('delivered', shipmentId(`ord_${'0'.repeat(32)}`, 1));
    await expectStatus('a report of an unknown parcel', post(world, unknown.event, unknown), 200);
    const { body } = await world.ops('GET', `/v1/orders/${id}`);
    if (body?.['status'] !== 'ready_to_ship')
      world.breach(`refused reports made the order ${String(body?.['status'])}`);

    const pickedUp = event('picked_up');
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(world, pickedUp.event, pickedUp)));
    if (answers.some((status) => status !== 200))
      world.breach(`20 reports at once were answered ${answers.join(', ')}`);
    await mischief.carrier({ paused: false });
    load.stop();
    await load.end(60_000);
    await world.heal();
    await world.until('the order is completed', async () => {
      const seen = await world.ops('GET', `/v1/orders/${id}`);
      return seen.body?.['status'] === 'completed' || undefined;
    });
    const timeline = await world.ops('GET', `/v1/orders/${id}/events?limit=200`);
    const types = (timeline.body?.['data'] as { type: string }[]).map(({ type }) => type);
    for (const type of ['shipment.picked_up', 'shipment.delivered', 'payment.captured']) {
      const count = types.filter((told) => told === type).length;
      if (count !== 1) world.breach(`${type} stands ${count} times on the timeline of ${id}`);
    }
  },
};
