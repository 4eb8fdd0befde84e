import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startStack, type Stack } from '../support/stack';

const ROOT = resolve(__dirname, '../..');

/** The commands of the README, run as they stand there, in one shell; each section's output under its title. */
let stack: Stack;
let outputs: Map<string, string>;
beforeAll(async () => {
  stack = await startStack();
  outputs = await runReadme();
}, 300_000);
afterAll(() => stack.remove());

interface Order {
  status: string;
  paymentStatus: string;
  statusReason: string | null;
}

function readSections(): { title: string; commands: string }[] {
  const text = readFileSync(join(ROOT, 'README.md'), 'utf8');
  return text
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const title = section.split('\n')[0] ?? '';
      const commands = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1]).join('\n');
      return commands === '' ? [] : [{ title, commands }];
    });
}

async function runReadme(): Promise<Map<string, string>> {
  const script = readSections()
    .map(({ title, commands }) => `echo '=== ${title}'\n${commands}\nprintf "\\norder=%s\\n" "$ORDER"`)
    .join('\n')
    .replaceAll('.oms/bin/temporal', join(ROOT, '.oms/bin/temporal'))
    .replaceAll('./.oms/', `${stack.home}/`);
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', script], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  shell.stdout.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  shell.stderr.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  const code = await new Promise((done) => shell.once('close', done));
  if (code !== 0) throw new Error(`a command of the README failed with ${String(code)}:\n${output}`);
  return new Map(
    output
      .split('=== ')
      .slice(1)
      .map((part) => [part.split('\n')[0] ?? '', part]),
  );
}

const outputOf = (title: string): string => outputs.get(title) ?? '';
const orderOf = async (title: string): Promise<Order> => {
  const id = /^order=(.*)$/m.exec(outputOf(title))?.[1];
  const { body } = await stack.ops.get(`/v1/orders/${id}`);
  return body as Order;
};

describe('the commands of the README', () => {
  test('place an order and show its life until it is completed', async () => {
    expect(await orderOf('Watch it live')).toMatchObject({ status: 'completed', paymentStatus: 'paid' });
    for (const step of [
      'stock.reserved',
      'payment.authorised',
      'shipment.booked',
      'shipment.picked_up',
      'payment.captured',
      'shipment.delivered',
    ]) {
      expect(outputOf('Watch it live')).toContain(step);
    }
  });

  test('hold, release and cancel by the API, and by the command line of Temporal', async () => {
    expect(outputOf('Hold, release, cancel')).toMatch(/on_hold\nready_to_ship\ncancelled\n/);
    expect(await orderOf('Hold, release, cancel')).toMatchObject({
      status: 'cancelled',
      paymentStatus: 'voided',
      statusReason: 'cancelled from the command line',
    });
  });

  test('kill the worker, and the order finishes with each effect once', async () => {
    expect(await orderOf('Kill the worker in the middle')).toMatchObject({
      status: 'completed',
      paymentStatus: 'paid',
    });
    const id = /^order=(.*)$/m.exec(outputOf('Kill the worker in the middle'))?.[1] ?? '';
    expect((await stack.effects(id)).sort()).toEqual(['authorise', 'book_shipment', 'capture']);
  });

  test('told the customer by mail at each step', async () => {
    const id = /^order=(.*)$/m.exec(outputOf('Watch it live'))?.[1];
    const subjects = await stack.until('three mails', async () => {
      const { data } = await stack.sandbox<{ data: { subject: string }[] }>(`/inbox?orderId=${id}`);
      return data.length >= 3 ? data.map((mail) => mail.subject) : undefined;
    });
    expect(subjects.map((subject) => subject.replace(/WEB-\d+-1/, 'N')).sort()).toEqual([
      'Order N has been delivered',
      'Order N is confirmed',
      'Order N is on its way',
    ]);
  });
});
