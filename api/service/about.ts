import { z } from 'zod';
import { Refusal } from '../../domain/failures';
import packageJson from '../../package.json';
import { defineRoute } from '../route';

export const VERSION = packageJson.version;

const versionSchema = z
  .object({ name: z.string(), version: z.string(), commit: z.string().nullable(), node: z.string() })
  .meta({ id: 'Version' });

export const getVersion = defineRoute({
  name: 'getVersion',
  method: 'get',
  path: '/version',
  permission: 'public',
  summary: 'Which build this is',
  tags: ['Service'],
  responses: { 200: { description: 'The build.', body: versionSchema } },
  handler: async () => ({
    status: 200,
    body: {
      name: packageJson.name,
      version: VERSION,
      commit: process.env.OMS_COMMIT ?? null,
      node: process.version,
    },
  }),
});

const links = {
  documentation: '/docs',
  openapi: '/openapi.json',
  orders: '/v1/orders',
  events: '/v1/events',
  stock: '/v1/stock',
  health: '/healthz',
  readiness: '/readyz',
  metrics: '/metrics',
  version: '/version',
};

export const getIndex = defineRoute({
  name: 'getIndex',
  method: 'get',
  path: '/',
  permission: 'public',
  summary: 'Where things are',
  tags: ['Service'],
  responses: {
    200: {
      description: 'The addresses of what is here.',
      body: z
        .object({ name: z.string(), version: z.string(), links: z.record(z.string(), z.string()) })
        .meta({ id: 'Index' }),
    },
  },
  handler: async () => ({ status: 200, body: { name: packageJson.name, version: VERSION, links } }),
});

export const getMetrics = defineRoute({
  name: 'getMetrics',
  method: 'get',
  path: '/metrics',
  permission: 'public',
  summary: 'Metrics for Prometheus',
  description: 'Where `METRICS_PORT` is set, they are on that port alone, and here is nothing.',
  tags: ['Service'],
  failures: ['not_found'],
  responses: { 200: { description: 'The text format of Prometheus.', media: { 'text/plain': z.string() } } },
  handler: async (_input, { deps }) => {
    if (deps.config.METRICS_PORT !== undefined)
      throw new Refusal('not_found', 'the metrics are on a port of their own: METRICS_PORT');
    const { registry } = deps.metrics;
    return { status: 200, body: await registry.metrics(), type: registry.contentType };
  },
});
