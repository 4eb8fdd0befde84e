import { z } from 'zod';
import { ProviderUnavailable } from '../failures';
import { createHttpClient } from '../http';
import type { FollowUpRequest, GatewayOutcome, PaymentGateway } from './port';

const reference = z.string().min(1).max(200);
const outcomeSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('succeeded'), reference }),
  z.object({
    outcome: z.literal('declined'),
    reference,
    code: z.string().min(1).max(100),
    message: z.string().transform((text) => text.slice(0, 500)),
  }),
]);
const unknownKeySchema = z.object({ code: z.literal('unknown_key') });

const PAYMENT_REQUIRED = 402;
const NOT_FOUND = 404;

/** The sandbox's payment gateway. It answers a declined payment with 402. */
export function createSandboxGateway(options: { url: string; key: string; timeoutMs?: number }): PaymentGateway {
  const http = createHttpClient({ name: 'payment gateway', ...options });

  async function act(path: string, key: string, body: unknown): Promise<GatewayOutcome> {
    const reply = await http.send({ method: 'POST', path, key, body, answers: [PAYMENT_REQUIRED] });
    const outcome = reply.read(outcomeSchema);
    // Money is at stake: a status and a body that contradict each other count as no answer.
    if ((reply.status === PAYMENT_REQUIRED) !== (outcome.outcome === 'declined'))
      throw new ProviderUnavailable(`payment gateway POST ${path}: ${reply.status} says ${outcome.outcome}`);
    return outcome;
  }

  function followUp(step: 'capture' | 'void' | 'refund', request: FollowUpRequest): Promise<GatewayOutcome> {
    const { key, authorisation, orderId, amount, currency } = request;
    const path = `/payments/authorisations/${encodeURIComponent(authorisation)}/${step}`;
    return act(path, key, { orderId, amount, currency });
  }

  return {
    name: 'sandbox',
    authorise: ({ key, orderId, amount, currency, token }) =>
      act('/payments/authorisations', key, { orderId, amount, currency, token }),
    capture: (request) => followUp('capture', request),
    void: (request) => followUp('void', request),
    refund: (request) => followUp('refund', request),
    async find(key) {
      const path = `/payments/by-key/${encodeURIComponent(key)}`;
      const reply = await http.send({ method: 'GET', path, answers: [NOT_FOUND] });
      if (reply.status !== NOT_FOUND) return reply.read(outcomeSchema);
      // Only the gateway's own word for it will do: a 404 of a proxy in between must not pass for "never charged".
      reply.read(unknownKeySchema);
      return undefined;
    },
  };
}
