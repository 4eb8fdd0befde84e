import { defineRoute } from '../route';
import { payloadHeaders, payloadsSchema, servePayloads } from './payloads';

export const encodePayloads = defineRoute({
  name: 'encodePayloads',
  method: 'post',
  path: '/v1/codec/encode',
  permission: 'orders:operate',
  summary: 'Encrypt what Temporal is to keep',
  description:
    'For signals and updates typed into Temporal’s UI or command line. Without `PAYLOAD_KEYS` they come back as they are.',
  tags: ['Codec'],
  headers: payloadHeaders,
  body: payloadsSchema,
  idempotency: 'none',
  crossOrigin: true,
  responses: { 200: { description: 'The payloads, encrypted.', body: payloadsSchema } },
  handler: async ({ body, headers }, context) =>
    servePayloads({ body, headers, what: 'encoded' }, context, (payloads) => context.deps.codec.encode(payloads)),
});
