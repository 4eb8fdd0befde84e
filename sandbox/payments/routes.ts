import { z } from 'zod';
import type { Faults } from '../faults';
import { Refusal } from '../refusal';
import { requireBearer, requireIdempotencyKey } from '../requireKeys';
import type { Answer, Handler, Routes } from '../router';
import type { FollowUp } from './checkFollowUp';
import type { Decision, Gateway, Operation } from './gateway';

const amount = z.int().positive();
const currency = z.string().regex(/^[A-Z]{3}$/);
const orderId = z.string().min(1).max(200);
const authoriseBody = z.object({ orderId, amount, currency, token: z.string().min(1).max(200) });
const followUpBody = z.object({
  orderId: orderId.optional(),
  amount: amount.optional(),
  currency: currency.optional(),
});

interface Options {
  gateway: Gateway;
  key: string;
  faults: Faults;
  /** How long a call hangs before its connection breaks, when its reply is to be lost. */
  lostAfterMs: number;
}

/** The HTTP face of the payment gateway. A declined payment is 402, a refusal any other 4xx, and both carry a code. */
export function createPaymentRoutes({ gateway, key, faults, lostAfterMs }: Options): Routes {
  const guarded = (handler: Handler): Handler =>
    faults.wrap('payments', (request) => {
      requireBearer(request, key);
      return handler(request);
    });

  const answerDecision = ({ operation, replayed, afterMs, lost }: Decision): Answer => ({
    status: operation.outcome === 'declined' ? 402 : 201,
    body: present(operation),
    headers: replayed ? { 'idempotency-replayed': 'true' } : {},
    afterMs: lost ? lostAfterMs : afterMs,
    lost,
  });

  const followUp = (kind: FollowUp): Handler =>
    guarded((request) => {
      const body = request.body(followUpBody);
      if (kind !== 'void' && body.amount === undefined)
        throw new Refusal(422, 'invalid_request', `amount: a ${kind} needs one`);
      const authorisation = request.params['ref'] ?? '';
      return answerDecision(gateway.followUp({ kind, key: requireIdempotencyKey(request), authorisation, ...body }));
    });

  return {
    'POST /payments/authorisations': guarded((request) =>
      answerDecision(gateway.authorise({ key: requireIdempotencyKey(request), ...request.body(authoriseBody) })),
    ),
    'POST /payments/authorisations/:ref/capture': followUp('capture'),
    'POST /payments/authorisations/:ref/void': followUp('void'),
    'POST /payments/authorisations/:ref/refund': followUp('refund'),
    'GET /payments/by-key/:key': guarded(({ params }) => {
      const operation = gateway.find(params['key'] ?? '');
      if (!operation) throw new Refusal(404, 'unknown_key', 'No call was made under this key');
      return { status: 200, body: present(operation) };
    }),
    'GET /payments': guarded(({ query }) => {
      const order = query.get('orderId');
      if (order === null) throw new Refusal(422, 'invalid_request', 'orderId: name the order whose payments to list');
      const data = gateway.listByOrder(order).map(({ failsVoid: _, ...authorisation }) => authorisation);
      return { status: 200, body: { data } };
    }),
  };
}

function present({ kind, at, reference, authorisation, orderId, amount, currency, ...rest }: Operation) {
  const { outcome, code, message } = rest;
  return { outcome, reference, code, message, kind, authorisation, orderId, amount, currency, at };
}
