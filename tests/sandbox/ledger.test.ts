import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { KEYS, startTestSandbox, type TestSandbox } from './startTestSandbox';

interface Entry {
  sequence: number;
  effect: string;
  key: string;
}

let sandbox: TestSandbox;

beforeEach(async () => {
  sandbox = await startTestSandbox();
});
afterEach(() => sandbox.stop());

const address = { name: 'Ada', line1: 'Road 1', city: 'Berlin', postalCode: '10117', country: 'DE' };

function authorise(orderId: string) {
  const body = { orderId, amount: 500, currency: 'EUR', token: 'tok_ok' };
  return sandbox.call('POST', '/payments/authorisations', { key: `${orderId}:auth`, body });
}

function book(orderId: string) {
  const parcel = { items: [{ sku: 'A', quantity: 1 }] };
  const body = { orderId, shipmentId: `shp_${orderId}`, service: 'standard', from: address, to: address, parcel };
  return sandbox.call('POST', '/carrier/shipments', { key: `${orderId}:book`, body });
}

async function readLedger(query = ''): Promise<Entry[]> {
  return (await sandbox.call('GET', `/ledger${query}`)).body['data'] as Entry[];
}

describe('the ledger', () => {
  it('counts the effects of all providers in one sequence, and goes on counting after a restart', async () => {
    await authorise('ord_1');
    await book('ord_1');
    await authorise('ord_2');
    const before = await readLedger();
    expect(before.map(({ sequence, effect }) => [sequence, effect])).toEqual([
      [1, 'authorise'],
      [2, 'book_shipment'],
      [3, 'authorise'],
    ]);
    await sandbox.restart();
    expect(await readLedger()).toEqual(before);
    await book('ord_2');
    expect((await readLedger()).at(-1)).toMatchObject({ sequence: 4, effect: 'book_shipment' });
  });

  it('answers a repeat after a restart as before it, and acts no second time', async () => {
    const paid = await authorise('ord_1');
    const booked = await book('ord_1');
    await sandbox.restart();
    expect((await authorise('ord_1')).body).toEqual(paid.body);
    expect((await book('ord_1')).body['trackingNumber']).toBe(booked.body['trackingNumber']);
    expect(await readLedger()).toHaveLength(2);
  });

  it('is narrowed by order, effect and sequence', async () => {
    for (const orderId of ['ord_1', 'ord_2']) {
      await authorise(orderId);
      await book(orderId);
    }
    expect(await readLedger('?orderId=ord_2')).toHaveLength(2);
    expect((await readLedger('?effect=authorise')).map(({ key }) => key)).toEqual(['ord_1:auth', 'ord_2:auth']);
    expect((await readLedger('?after=3')).map(({ sequence }) => sequence)).toEqual([4]);
    expect(await readLedger('?orderId=ord_1&effect=book_shipment&after=0')).toMatchObject([{ amount: null }]);
    expect((await sandbox.call('GET', '/ledger?after=-1')).status).toBe(422);
  });

  it('cuts off a last line that a kill tore, keeps all before it, and appends whole lines after it', async () => {
    await authorise('ord_1');
    const file = join(sandbox.home, 'payments.ndjson');
    await sandbox.restart({}, () => appendFileSync(file, '{"type":"operation","kind":"auth'));
    expect(await readLedger()).toHaveLength(1);
    await authorise('ord_2');
    await sandbox.restart();
    expect((await readLedger()).map(({ key }) => key)).toEqual(['ord_1:auth', 'ord_2:auth']);
  });

  it('refuses to start over a file that was damaged in the middle, naming file and line', async () => {
    await authorise('ord_1');
    await authorise('ord_2');
    const file = join(sandbox.home, 'payments.ndjson');
    const whole = readFileSync(file, 'utf8');
    const damage = () => writeFileSync(file, whole.replace('{', '#'));
    await expect(sandbox.restart({}, damage)).rejects.toThrow(/payments\.ndjson, line 1, is not JSON/);
    writeFileSync(file, whole);
    await sandbox.restart();
    expect(await readLedger()).toHaveLength(2);
  });
});

describe('the process', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  function startProcess(): { child: ChildProcess; ready: Promise<{ url: string; smtpPort: number }> } {
    const child = fork(join(__dirname, '../../sandbox/main.ts'), {
      execArgv: ['--import', 'tsx'],
      env: {
        ...process.env,
        ...{ SANDBOX_HOME: sandbox.home, SANDBOX_PORT: '0', SANDBOX_SMTP_PORT: '0', LOG_LEVEL: 'silent' },
        ...{ PAYMENT_GATEWAY_KEY: KEYS.paymentGatewayKey, CALLBACK_URL: 'http://127.0.0.1:1/' },
      },
    });
    children.push(child);
    const ready = once(child, 'message').then(([message]) => message as { url: string; smtpPort: number });
    return { child, ready };
  }

  it('loses nothing that it answered when it is killed in the middle of a burst', async () => {
    await sandbox.restart();
    const first = startProcess();
    const { url } = await first.ready;
    const answered: string[] = [];
    let number = 0;
    const payUntilItDies = async () => {
      for (;;) {
        const response = await fetch(`${url}/payments/authorisations`, {
          method: 'POST',
          headers: { authorization: `Bearer ${KEYS.paymentGatewayKey}`, 'idempotency-key': `k:${(number += 1)}` },
          body: JSON.stringify({ orderId: 'ord_burst', amount: 1, currency: 'EUR', token: 'tok_ok' }),
        });
        answered.push(((await response.json()) as { reference: string }).reference);
        if (answered.length === 150) first.child.kill('SIGKILL');
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: 16 }, payUntilItDies));
    expect(new Set(ends.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(answered.length).toBeGreaterThanOrEqual(150);

    const second = startProcess();
    const { url: again } = await second.ready;
    const { data } = (await (await fetch(`${again}/ledger`)).json()) as { data: (Entry & { reference: string })[] };
    const kept = new Set(data.map(({ reference }) => reference));
    expect(answered.filter((reference) => !kept.has(reference))).toEqual([]);
    expect(data.map(({ sequence }) => sequence)).toEqual(data.map((_, index) => index + 1));
    second.child.kill('SIGTERM');
    expect(await once(second.child, 'exit')).toEqual([0, null]);
  });

  it('ends when the process that started it is gone', async () => {
    const { child, ready } = startProcess();
    expect((await ready).smtpPort).toBeGreaterThan(0);
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
