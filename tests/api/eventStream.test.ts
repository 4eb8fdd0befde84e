import { connect } from 'node:net';
import { changeOrder } from '../../db/orders/changeOrder';
import { prepared } from '../../db/prepared';
import { readEventStream } from '../support/eventReader';
import { newKey, shopOrder } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const submit = async (): Promise<string> =>
  (await api.channel.post('/v1/orders', { body: shopOrder(), headers: newKey() })).body.id;
const tell = (orderId: string, type: string, data: Record<string, unknown> = {}) =>
  changeOrder(api.database, orderId, async () => ({ events: [{ type, data }] }));
const close = (orderId: string) =>
  changeOrder(api.database, orderId, async () => ({ events: [{ type: 'order.rejected' }], rejected: true }));
const follow = (path: string, lastEventId?: string, key = api.secrets.channel) =>
  readEventStream(`${api.url}${path}`, { key, ...(lastEventId === undefined ? {} : { lastEventId }) });
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('the stream of an order', () => {
  it('shows what has happened, what happens, and ends after the order has closed', async () => {
    const orderId = await submit();
    await tell(orderId, 'test.one');
    const stream = await follow(`/v1/orders/${orderId}/events`);
    await stream.until(2);
    await tell(orderId, 'test.two', { n: 2 });
    await stream.until(3);
    await close(orderId);
    await stream.ended;
    expect(stream.events.map(({ id, event }) => [id, event])).toEqual([
      ['1', 'order.received'],
      ['2', 'test.one'],
      ['3', 'test.two'],
      ['4', 'order.rejected'],
      [undefined, 'end'],
    ]);
    const listed = (await api.channel.get(`/v1/orders/${orderId}/events`)).body.data;
    expect(stream.events.slice(0, 4).map(({ data }) => data)).toEqual(listed);
  });

  it('goes on after the Last-Event-ID, without a gap or a repeat, while events keep coming', async () => {
    const orderId = await submit();
    const writing = (async () => {
      for (let n = 0; n < 60; n += 1) await tell(orderId, 'test.step', { n });
      await close(orderId);
    })();
    const seen: number[] = [];
    let last: string | undefined;
    for (let ended = false; !ended;) {
      const stream = await follow(`/v1/orders/${orderId}/events`, last);
      await Promise.race([stream.until(7).catch(() => undefined), stream.ended]);
      stream.leave();
      await stream.ended;
      for (const event of stream.events) {
        if (event.event === 'end') ended = true;
        else seen.push(event.data.sequence);
      }
      last = stream.events.findLast((event) => event.id !== undefined)?.id ?? last;
    }
    await writing;
    expect(seen).toEqual(Array.from({ length: 62 }, (_, index) => index + 1));
  });

  it('of a closed order that was seen to its end has the end alone', async () => {
    const orderId = await submit();
    await close(orderId);
    const stream = await follow(`/v1/orders/${orderId}/events`, '2');
    await stream.ended;
    expect(stream.events).toEqual([{ event: 'end', data: {} }]);
  });

  it('is not waited for by HEAD', async () => {
    const orderId = await submit();
    const headers = { authorization: `Bearer ${api.secrets.channel}`, accept: 'text/event-stream' };
    const signal = AbortSignal.timeout(3_000);
    expect((await fetch(`${api.url}/v1/orders/${orderId}/events`, { method: 'HEAD', headers, signal })).status).toBe(
      200,
    );
  });

  it('is refused where the Last-Event-ID is none, or the order another channel’s', async () => {
    const orderId = await submit();
    const headers = { accept: 'text/event-stream', 'last-event-id': 'x' };
    expect((await api.channel.get(`/v1/orders/${orderId}/events`, { headers })).status).toBe(422);
    const stranger = await api.clientOf({ role: 'channel', channel: 'stranger' });
    expect((await stranger.get(`/v1/orders/${orderId}/events`, { headers })).status).toBe(404);
  });
});

describe('the stream of all orders', () => {
  /** Events are shown once no older transaction of the server runs, and other tests have theirs: what was before has to be out. */
  const untilOut = async (): Promise<void> => {
    for (;;) {
      const { rows } = await api.database.raw<{ rows: [{ out: boolean }] }>(
        'SELECT bool_and(transaction < pg_snapshot_xmin(pg_current_snapshot())) AS out FROM order_events',
      );
      if (rows[0].out) return;
      await wait(50);
    }
  };
  beforeEach(untilOut);

  it('starts now, shows a channel its own, and loses nothing over a break', async () => {
    const marketplace = await api.clientOf({ role: 'channel', channel: 'marketplace' });
    const [mine, all] = await Promise.all([follow('/v1/events'), follow('/v1/events', undefined, api.secrets.ops)]);
    const orderId = await submit();
    const foreign = (await marketplace.post('/v1/orders', { body: shopOrder(), headers: newKey() })).body.id;
    expect((await all.until(2)).map(({ data }) => data.orderId)).toEqual([orderId, foreign]);
    expect((await mine.until(1)).map(({ data }) => data.orderId)).toEqual([orderId]);
    all.leave();

    const missed = [await submit(), await submit()];
    const resumed = await follow('/v1/events', all.events[1]?.id, api.secrets.ops);
    await resumed.until(2);
    missed.push(await submit());
    expect((await resumed.until(3)).map(({ data }) => data.orderId)).toEqual(missed);
    const { body } = await api.ops.get(`/v1/events?cursor=${resumed.events[0]?.id}`);
    expect(body.data.map((event: { orderId: string }) => event.orderId)).toEqual(missed.slice(1));
    mine.leave();
    resumed.leave();
  });

  it('shows events in the order of their transactions, those of a slow one included', async () => {
    const [slow, quick] = [await submit(), await submit()];
    await untilOut();
    const stream = await follow('/v1/events');
    const slowly = changeOrder(api.database, slow, async (transaction) => {
      await prepared(transaction, 'SELECT pg_current_xact_id()');
      await wait(600);
      return { events: [{ type: 'test.slow' }] };
    });
    await wait(100);
    await tell(quick, 'test.quick');
    await slowly;
    await stream.until(2);
    expect(stream.events.map(({ event }) => event)).toEqual(['test.slow', 'test.quick']);
    stream.leave();
  });

  it('is cut off for a client that does not take it, and goes on for the others', async () => {
    const { hostname, port } = new URL(api.url);
    const lazy = connect(Number(port), hostname);
    lazy.pause();
    lazy.write(
      `GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${api.secrets.channel}\r\nAccept: text/event-stream\r\n\r\n`,
    );
    const gone = new Promise((resolve) => lazy.on('error', resolve).on('close', resolve));
    const other = await follow('/v1/events');
    const orderId = await submit();
    const large = 'x'.repeat(500_000);
    // More than a connection and its buffers on both sides will hold.
    for (let n = 0; n < 40; n += 1) await tell(orderId, 'test.large', { n, large });
    await other.until(41);
    const streams = async () => Number(/^oms_event_streams (\d+)/m.exec((await api.nobody.get('/metrics')).text)?.[1]);
    const deadline = Date.now() + 20_000;
    while ((await streams()) > 1 && Date.now() < deadline) await wait(100);
    expect(await streams()).toBe(1);
    lazy.resume();
    await gone;
    other.leave();
  }, 40_000);

  it('ends when the process ends', async () => {
    const ending = await startTestApi();
    const stream = await readEventStream(`${ending.url}/v1/events`, { key: ending.secrets.channel });
    await Promise.all([ending.close(), stream.ended]);
    expect(stream.status).toBe(200);
  });
});
