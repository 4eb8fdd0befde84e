import { setTimeout as sleep } from 'node:timers/promises';
import { lengthenTimeline } from '../../db/faults/lengthenTimeline';
import type { Scenario } from '../scenario';
import { openStream, type Stream, type StreamedEvent } from '../system/openStream';
import { readMemory } from '../system/readMemory';
import type { World } from '../world';

const CLIENTS = 200;
const STALLED = 20;
/** A client that takes nothing is cut off after ten seconds; some more for a busy machine. */
const CUT_WITHIN_MS = 30_000;
/** The memory of a process is what it needed lately, and not what it needs: the least of some looks counts. */
const LOOKS = 20;
const LOOK_EVERY_MS = 500;

const BALLAST = { events: 4_000, bytesEach: 4_000 };
/** What it would cost to keep everything for those who take nothing is twice as much; what is seen is mostly the heap that Node grew. */
const MOST_GROWTH_MB = (STALLED * BALLAST.events * BALLAST.bytesEach) / 1_000_000 / 2;

const feed = (world: World) => `${world.system.launched.run().api}/v1/events`;

/** An order that is closed, with more on its timeline than the buffers between two processes hold. @returns a cursor before it. */
async function fillFeed(world: World): Promise<string> {
  const { id: orderId } = await world.place();
  await world.until('the first order is completed', async () => {
    const seen = await world.ops('GET', `/v1/orders/${orderId}`);
    return seen.body?.['status'] === 'completed' || undefined;
  });
  await lengthenTimeline(world.system.database, { orderId, ...BALLAST });
  const { body } = await world.ops('GET', '/v1/events?limit=1');
  return (body?.['data'] as [{ cursor: string }])[0].cursor;
}

/** A client that reads nothing does not hear of its end either: the API says how many it still serves. */
async function countOpen(world: World): Promise<number> {
  const response = await fetch(`${world.system.launched.run().api}/metrics`);
  return Number(/^oms_event_streams(?:{.*})? (\d+)/m.exec(await response.text())?.[1] ?? Number.NaN);
}

async function leastMemory({ system }: World): Promise<number> {
  const seen: number[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    seen.push(...system.launched.pidsOf('api').map(readMemory));
    await sleep(LOOK_EVERY_MS);
  }
  return Math.min(...seen);
}

/** Each order's events in a row, none missing, none twice. */
function findGap(events: readonly StreamedEvent[]): string | undefined {
  const last = new Map<string, number>();
  for (const { data } of events) {
    const orderId = String(data['orderId']);
    const sequence = Number(data['sequence']);
    const before = last.get(orderId);
    if (before !== undefined && sequence !== before + 1) return `${orderId}: ${sequence} came after ${before}`;
    last.set(orderId, sequence);
  }
  return undefined;
}

/** Two hundred follow the feed of events, some without reading, and the API dies under them: nobody misses anything. */
export const eventStreams: Scenario = {
  id: 'F14',
  title: '200 event streams, 20 of them stalled, over a restart of the API',
  short: false,
  settleMs: 240_000,
  async run(world) {
    const key = world.keys().ops;
    const cursor = await fillFeed(world);
    const load = world.load({ perSecond: 5, most: 400 });
    // Everything was read once by then: what the API needs for that it needs for one as well.
    const reader = openStream(feed(world), { key, lastEventId: cursor });
    await world.until('one has read the whole feed', () => reader.events.length > BALLAST.events || undefined);
    reader.close();
    const before = await leastMemory(world);
    const streams: Stream[] = Array.from({ length: CLIENTS - STALLED }, () => openStream(feed(world), { key }));
    const stalled = Array.from({ length: STALLED }, () =>
      openStream(feed(world), { key, lastEventId: cursor, stalled: true }),
    );
    await world.until('all streams are open', async () => ((await countOpen(world)) === CLIENTS ? true : undefined));
    const openedAt = Date.now();
    await world
      .until(
        'the stalled streams are cut off',
        async () => ((await countOpen(world)) <= CLIENTS - STALLED ? true : undefined),
        CUT_WITHIN_MS,
      )
      .then(() => world.note(`the stalled streams were cut off after ${((Date.now() - openedAt) / 1000).toFixed(1)} s`))
      .catch((error: Error) => world.breach(error.message));
    stalled.forEach((stream) => stream.close());
    const after = await leastMemory(world);
    world.note(`the API held ${before.toFixed(0)} MB before, and ${after.toFixed(0)} MB with ${CLIENTS} streams`);
    if (after - before > MOST_GROWTH_MB) world.breach(`the API grew by ${(after - before).toFixed(0)} MB`);

    const places = streams.map((stream) => ({ lastEventId: stream.lastId(), into: [...stream.events] }));
    streams.forEach((stream) => stream.close());
    const killed = world.mischief.signal('api', 'SIGKILL');
    await world.mischief.untilReplaced('api', killed);
    await world.until('the API is back', async () => (await world.ops('GET', '/readyz')).status === 200 || undefined);
    const resumed = places.map((place) => openStream(feed(world), { key, ...place }));
    await load.untilAcknowledged(load.acknowledged.length + 10);
    load.stop();
    await load.end(60_000);
    await sleep(5_000);
    const counts = resumed.map(({ events }) => events.length);
    resumed.forEach((stream) => stream.close());
    const gap = resumed.map(({ events }) => findGap(events)).find((found) => found !== undefined);
    if (gap !== undefined) world.breach(`a stream has a gap: ${gap}`);
    if (Math.min(...counts) === 0) world.breach('a stream has shown nothing');
    const ends = new Set(resumed.map((stream) => stream.lastId()));
    if (ends.size !== 1) world.breach(`the streams have come to ${ends.size} different ends`);
    world.note(`the streams have shown ${Math.min(...counts)} to ${Math.max(...counts)} events, without a gap`);
  },
};
