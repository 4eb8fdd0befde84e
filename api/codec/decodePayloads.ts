import { defineRoute } from '../route';
import { payloadHeaders, payloadsSchema, servePayloads } from './payloads';

export const decodePayloads = defineRoute({
  name: 'decodePayloads',
  method: 'post',
  path: '/v1/codec/decode',
  permission: 'orders:operate',
  summary: 'Decrypt what Temporal keeps',
  description:
    'The codec server of Temporal’s UI and command line (`--codec-endpoint …/v1/codec`). Payloads in clear come back as they are. ' +
    'Each call is noted in the log, with its key.',
  tags: ['Codec'],
  headers: payloadHeaders,
  body: payloadsSchema,
  idempotency: 'none',
  crossOrigin: true,
  responses: { 200: { description: 'The payloads in clear.', body: payloadsSchema } },
  handler: async ({ body, headers }, context) =>
    servePayloads({ body, headers, what: 'decoded' }, context, (payloads) => context.deps.codec.decode(payloads)),
});
