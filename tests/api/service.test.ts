import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAILURES } from '../../domain/failures';
import { newKey, shopOrder } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

describe('the service', () => {
  it('tells that it lives, that it is ready, which build it is and where things are', async () => {
    expect((await api.nobody.get('/healthz')).body).toEqual({ status: 'ok' });
    expect((await api.nobody.get('/readyz')).body).toEqual({
      status: 'ready',
      checks: { database: 'up', migrations: 'applied', temporal: 'up' },
    });
    expect((await api.nobody.get('/version')).body).toMatchObject({ name: 'oms', node: process.version });
    const { links } = (await api.nobody.get('/')).body as unknown as { links: Record<string, string> };
    for (const path of Object.values(links)) expect([200, 401]).toContain((await api.nobody.get(path)).status);
  });

  it('counts and measures what it does', async () => {
    await api.channel.post('/v1/orders', { body: shopOrder(), headers: newKey() });
    const { text } = await api.nobody.get('/metrics');
    expect(text).toMatch(/oms_submissions_total{channel="web",outcome="accepted"} 1/);
    expect(text).toMatch(/oms_http_request_duration_seconds_count{method="POST",route="\/v1\/orders",status="2xx"} 1/);
  });

  it('serves the very document that is in the repository', async () => {
    const { body } = await api.nobody.get('/openapi.json');
    expect(body).toEqual(JSON.parse(readFileSync(join(__dirname, '../../docs/openapi.json'), 'utf8')));
  });

  it('serves documentation that needs no other host and no inline script', async () => {
    const page = await api.nobody.get('/docs');
    expect(page.text).toContain('<title>OMS API</title>');
    expect(page.text).not.toMatch(/https?:\/\/|<script>/);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
    for (const [, asset = ''] of page.text.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g)) {
      expect((await api.nobody.get(asset)).status).toBe(200);
    }
    expect((await api.nobody.get('/docs/package.json')).status).toBe(404);
    expect((await api.nobody.get('/docs/..%2fpackage.json')).status).toBe(404);
  });

  it.each(Object.keys(FAILURES))('explains the problem %s at the address of its type', async (code) => {
    const page = await api.nobody.get(`/problems/${code}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain(code);
  });

  it('sends headers that keep browsers from misreading its answers', async () => {
    const { headers } = await api.nobody.get('/');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('is not ready any more when it is told to end, and still answers', async () => {
    const ending = await startTestApi();
    ending.api.drain();
    expect((await ending.nobody.get('/readyz')).body).toMatchObject({ status: 'draining' });
    expect((await ending.nobody.get('/readyz')).status).toBe(503);
    expect((await ending.channel.post('/v1/orders', { body: shopOrder(), headers: newKey() })).status).toBe(201);
    await ending.close();
  });
});
