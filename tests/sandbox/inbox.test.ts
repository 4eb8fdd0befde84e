import { createTransport } from 'nodemailer';
import { startTestSandbox, until, type TestSandbox } from './startTestSandbox';

let sandbox: TestSandbox;

beforeEach(async () => {
  sandbox = await startTestSandbox();
});
afterEach(() => sandbox.stop());

async function sendMail(to: string, orderId: string, change: Record<string, unknown> = {}): Promise<void> {
  const transport = createTransport(sandbox.smtpUrl());
  const headers = { 'X-Order-Id': orderId };
  await transport.sendMail({ from: 'Shop <shop@shop.example>', to, subject: 'Hello', text: 'Hi', headers, ...change });
  transport.close();
}

const read = async (query = '') => (await sandbox.call('GET', `/inbox${query}`)).body['data'] as { subject: string }[];

describe('the inbox', () => {
  it('keeps mail over a restart, newest first, and finds it by address and by order', async () => {
    await sendMail('ada@example.com', 'ord_1', { subject: 'Größe 42 – bestellt', text: 'Füße\n.\nEnde' });
    await sendMail('bob@example.com', 'ord_2', { subject: 'Second' });
    await sandbox.restart();
    await sendMail('ada@example.com', 'ord_3', { subject: 'Third' });
    expect((await read()).map(({ subject }) => subject)).toEqual(['Third', 'Second', 'Größe 42 – bestellt']);
    expect(await read('?orderId=ord_1')).toMatchObject([
      { from: '"Shop" <shop@shop.example>', to: ['ada@example.com'], text: 'Füße\n.\nEnde\n', orderId: 'ord_1' },
    ]);
    expect((await read('?to=ADA@example.com')).map(({ subject }) => subject)).toEqual(['Third', 'Größe 42 – bestellt']);
    expect(await read('?limit=1')).toHaveLength(1);
    expect(await read('?orderId=ord_9')).toEqual([]);
  });

  it('keeps and shows both of two messages with the same Message-ID', async () => {
    await sendMail('ada@example.com', 'ord_1', { messageId: '<m1@shop.example>' });
    await sendMail('ada@example.com', 'ord_1', { messageId: '<m1@shop.example>' });
    expect(await read('?orderId=ord_1')).toMatchObject([
      { id: 2, messageId: '<m1@shop.example>' },
      { id: 1, messageId: '<m1@shop.example>' },
    ]);
  });

  it('is a page in a browser, in which the text of a message stays text', async () => {
    await sendMail('ada@example.com', 'ord_1', {
      subject: '<script>alert(1)</script>',
      text: 'Tom & "Jerry" </pre><b>',
    });
    const response = await fetch(`${sandbox.url()}/inbox`, { headers: { accept: 'text/html,*/*' } });
    expect(response.headers.get('content-type')).toContain('text/html');
    const html = await response.text();
    expect(html).not.toMatch(/<script>|<\/pre><b>/);
    expect(html).toContain('&#60;script&#62;');
  });

  it('refuses mail while it is down, keeps what arrived when only the reply is lost', async () => {
    const fault = (mode: string) => sandbox.call('POST', '/control/faults', { body: { provider: 'mail', mode } });
    await fault('down');
    await expect(sendMail('ada@example.com', 'ord_1')).rejects.toThrow(/421/);
    await fault('error');
    await expect(sendMail('ada@example.com', 'ord_1')).rejects.toThrow(/451/);
    expect(await read()).toEqual([]);
    await fault('lost');
    await expect(sendMail('ada@example.com', 'ord_1')).rejects.toThrow(/421/);
    await until('the message is there', async () => (await read()).length === 1);
  });
});
