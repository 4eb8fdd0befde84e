import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { ProviderRejected, ProviderUnavailable } from '../../providers/failures';
import { createSmtpMailer } from '../../providers/messaging/smtpMailer';
import type { Mailer, Message } from '../../providers/messaging/port';
import { startTestSandbox, type TestSandbox } from '../sandbox/startTestSandbox';

let sandbox: TestSandbox;
let mailer: Mailer;
const FROM = 'Orders <orders@shop.example>';

beforeEach(async () => {
  sandbox = await startTestSandbox();
  mailer = createSmtpMailer({ url: sandbox.smtpUrl(), from: FROM });
});
afterEach(async () => {
  mailer.close();
  await sandbox.stop();
});

const message = (change: Partial<Message> = {}): Message => ({
  ...{ id: 'ord_1:confirmation', orderId: 'ord_1', to: 'ada@example.com', subject: 'Your order', text: 'Thank you.' },
  ...change,
});

async function inbox(): Promise<Record<string, unknown>[]> {
  return (await sandbox.call('GET', '/inbox')).body['data'] as Record<string, unknown>[];
}

describe('the mailer', () => {
  it('delivers with order id and a Message-ID that is the same for each attempt and differs between messages', async () => {
    await mailer.send(message());
    await mailer.send(message());
    await mailer.send(message({ id: 'ord_1=confirmation' }));
    const [other, second, first] = await inbox();
    expect(first).toMatchObject({
      from: '"Orders" <orders@shop.example>',
      to: ['ada@example.com'],
      subject: 'Your order',
      text: 'Thank you.\n',
      orderId: 'ord_1',
      messageId: '<ord_1=3aconfirmation@shop.example>',
    });
    expect(second?.['messageId']).toBe(first?.['messageId']);
    expect(other?.['messageId']).not.toBe(first?.['messageId']);
  });

  it('sends many at once over few connections, each once', async () => {
    const ids = Array.from({ length: 60 }, (_, number) => `m${number}`);
    await Promise.all(ids.map((id) => mailer.send(message({ id }))));
    const found = (await inbox()).map(({ messageId }) => messageId);
    expect(found.toSorted()).toEqual(ids.map((id) => `<${id}@shop.example>`).toSorted());
  });

  it.each([
    ['the subject', { subject: 'Hi\r\nBcc: eve@evil.example\r\n\r\nbody' }],
    ['the order id', { orderId: 'ord_1\r\nBcc: eve@evil.example' }],
    ['the id', { id: 'm1>\r\nBcc: <eve@evil.example' }],
    ['the text', { text: 'Hi\r\n.\r\nRCPT TO:<eve@evil.example>\r\nDATA\r\n' }],
  ])('lets no second recipient and no header in through %s', async (_, change) => {
    await mailer.send(message(change));
    const mails = await inbox();
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatchObject({ to: ['ada@example.com'] });
    if (!('text' in change)) expect(mails[0]).toMatchObject({ text: 'Thank you.\n' });
  });

  it.each([
    'ada@example.com, eve@evil.example',
    'ada@example.com\r\nRCPT TO:<eve@evil.example>',
    'Ada <ada@example.com>',
    'ada@example.com>',
    '"a b"@example.com',
    'group: ada@example.com;',
    'ada',
    '',
  ])('rejects %p, which is not one plain address, without sending', async (to) => {
    await expect(mailer.send(message({ to }))).rejects.toMatchObject({
      ...{ name: 'ProviderRejected', code: 'invalid_address' },
    });
    expect(await inbox()).toEqual([]);
  });

  it('rejects for good what the server refuses for good, and goes on over the same connection', async () => {
    const error = await mailer.send(message({ to: 'gone@bounce.example' })).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProviderRejected);
    expect(error).toMatchObject({ code: 'smtp_550' });
    expect(String(error)).not.toContain('gone@');
    await mailer.send(message());
    expect(await inbox()).toHaveLength(1);
  });

  it('calls a server unavailable that is busy, has a fault or loses the reply, without quoting the address', async () => {
    const busy = await mailer.send(message({ to: 'ada@busy.example' })).catch((thrown: unknown) => thrown);
    expect(busy).toBeInstanceOf(ProviderUnavailable);
    expect(String(busy)).not.toContain('ada@');
    for (const mode of ['error', 'lost', 'down']) {
      await sandbox.call('POST', '/control/faults', { body: { provider: 'mail', mode } });
      await expect(mailer.send(message())).rejects.toBeInstanceOf(ProviderUnavailable);
    }
    await sandbox.call('POST', '/control/faults', { body: { provider: 'mail', mode: 'ok' } });
    await mailer.send(message());
  });

  it('calls a server unavailable that is not there, and sends again once it is back', async () => {
    await mailer.send(message());
    const port = Number(new URL(sandbox.smtpUrl()).port);
    const whileDown = () => expect(mailer.send(message())).rejects.toBeInstanceOf(ProviderUnavailable);
    await sandbox.restart({ smtpPort: port }, whileDown);
    await mailer.send(message({ id: 'after' }));
    expect((await inbox())[0]).toMatchObject({ messageId: '<after@shop.example>' });

    const nobody = createSmtpMailer({ url: 'smtp://127.0.0.1:1', from: FROM });
    await expect(nobody.send(message())).rejects.toBeInstanceOf(ProviderUnavailable);
    nobody.close();
  });

  it('does not wait for ever for a server that says nothing', async () => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const waiting = createSmtpMailer({ url, from: FROM, timeoutMs: 100 });
    const began = Date.now();
    await expect(waiting.send(message())).rejects.toBeInstanceOf(ProviderUnavailable);
    expect(Date.now() - began).toBeLessThan(2000);
    waiting.close();
    silent.close();
  });
});
