import { serveHealth } from '../../runtime/serveHealth';

describe('the health server of a worker', () => {
  test('tells alive, ready and metrics apart', async () => {
    let isReady = false;
    const server = await serveHealth({ host: '127.0.0.1', port: 0, isReady: () => isReady });
    const status = async (path: string) => (await fetch(`${server.url}${path}`)).status;
    expect(await status('/healthz')).toBe(200);
    expect(await status('/readyz')).toBe(503);
    isReady = true;
    expect(await status('/readyz')).toBe(200);
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('process_cpu_seconds_total');
    expect(await status('/other')).toBe(404);
    await server.close();
  });

  test('is not ready when the check itself fails', async () => {
    const server = await serveHealth({
      host: '127.0.0.1',
      port: 0,
      isReady: () => Promise.reject(new Error('no database')),
    });
    const response = await fetch(`${server.url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ reason: 'no database' });
    await server.close();
  });
});
