import { z } from 'zod';
import type { Payload } from '@temporalio/common';
import { Refusal } from '../../domain/failures';
import { payloadFromJson } from '../../runtime/payloadFromJson';
import type { Context } from '../route';

const base64 = z.base64();

/** As Temporal's UI and command line send and take them: payloads of its API in JSON. What else they send along is left out. */
export const payloadsSchema = z
  .object({
    payloads: z
      .array(z.object({ metadata: z.record(z.string(), base64).optional(), data: base64.optional() }))
      .max(10_000),
  })
  .meta({ id: 'Payloads' });

type Payloads = z.infer<typeof payloadsSchema>;

export const payloadHeaders = z.object({
  'x-namespace': z.string().optional().meta({ description: 'The Temporal namespace that the payloads are of.' }),
});

/** Does with payloads what `work` does, for operations of this namespace alone, and leaves a line about it in the log. */
export async function servePayloads(
  given: { body: Payloads; headers: z.infer<typeof payloadHeaders>; what: 'decoded' | 'encoded' },
  { deps, log, principal }: Context,
  work: (payloads: Payload[]) => Promise<Payload[]>,
): Promise<{ status: number; body: Payloads; headers: Record<string, string> }> {
  const namespace = given.headers['x-namespace'];
  if (namespace !== deps.config.TEMPORAL_NAMESPACE) {
    const message = `must be ${deps.config.TEMPORAL_NAMESPACE}, the namespace of these orders`;
    throw new Refusal('invalid_request', `X-Namespace ${message}`, { errors: [{ pointer: 'X-Namespace', message }] });
  }
  const payloads = given.body.payloads.map(payloadFromJson);
  const under = [...new Set(payloads.flatMap((payload) => deps.codec.keyOf(payload) ?? []))];
  const audited = { key: principal.name, keyId: principal.keyId, namespace, payloads: payloads.length, under };
  try {
    const done = await work(payloads);
    log.info(audited, `payloads were ${given.what}`);
    return { status: 200, body: { payloads: done.map(toJson) }, headers: { 'Cache-Control': 'no-store' } };
  } catch (error) {
    log.warn({ ...audited, err: error }, `payloads could not be ${given.what}`);
    throw new Refusal('invalid_request', (error as Error).message);
  }
}

const toJson = ({ metadata, data }: Payload): Payloads['payloads'][number] => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  ),
  data: Buffer.from(data ?? []).toString('base64'),
});
