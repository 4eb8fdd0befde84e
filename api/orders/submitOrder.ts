import { z } from 'zod';
import { roleMay } from '../../domain/auth';
import { FAILURES, Refusal } from '../../domain/failures';
import { DEFAULT_POLICY } from '../../domain/orders/policy';
import { MOST_PRIORITY_OF_A_CHANNEL } from '../../domain/orders/priority';
import { placeOrderSchema, type PlaceOrder } from '../../domain/orders/schema';
import { computeTotals } from '../../domain/orders/totals';
import { readOrder } from '../../db/orders/readOrder';
import { recordOrder, type NewOrder } from '../../db/orders/recordOrder';
import { completeSubmission, prepareSubmission, takeOverSubmission } from '../../db/orders/submission';
import { findRequest, type EarlierRequest, type IdempotencyScope, type KeptAnswer } from '../../db/idempotency';
import { newId } from '../../runtime/newId';
import { parseDuration } from '../../runtime/parseDuration';
import { defineRoute, type Answer, type Context, type Route } from '../route';
import { readWait } from '../http/readWait';
import { answerRepeat, refusalAnswer, toKept } from '../http/withIdempotency';
import { answerOrder } from './answerOrder';
import { keepOrder } from './keepOrder';
import { orderSchema } from './orderSchema';
import { presentOrder } from './presentOrder';
import { presentNewOrder } from './presentNewOrder';
import { startNewOrder } from './startNewOrder';
import { waitForVerdict } from './waitForVerdict';

const headers = { Location: 'The address of the order.', ETag: 'The version of the order.' };
const STARTS_LATER = 'the order is recorded and will be processed by itself as soon as Temporal is back';

export const submitOrder: Route = defineRoute({
  name: 'submitOrder',
  method: 'post',
  path: '/v1/orders',
  permission: 'orders:submit',
  summary: 'Submit an order',
  description:
    'Answers as soon as the order is durable. An order that can’t be served is an order all the same: it becomes `rejected`, with the ' +
    'reason. `Prefer: wait=5` waits that many seconds (30 at most) for the first verdict, on stock and payment. The same reference ' +
    'again is the same order (200), or refused where the body is another (409). Answers are kept for 30 days by `Idempotency-Key`.',
  tags: ['Orders'],
  headers: z.object({ prefer: z.string().optional().meta({ description: '`wait=5`', example: 'wait=5' }) }),
  body: placeOrderSchema,
  idempotency: 'own',
  keep: keepOrder,
  responses: {
    200: { description: 'The order that this reference belongs to already.', body: orderSchema, headers },
    201: { description: 'The order is recorded and its workflow runs.', body: orderSchema, headers },
    202: {
      description: 'The order is recorded; Temporal is away, and its workflow starts later.',
      body: orderSchema,
      headers,
    },
  },
  failures: ['reference_taken'],
  onProblem: ({ code, channel = 'unknown' }, { metrics }) =>
    metrics.submissions.inc({ channel, outcome: FAILURES[code].status < 500 ? 'refused' : 'failed' }),
  handler: async ({ body: order, headers: { prefer } }, context) => {
    const { deps, idempotency: scope } = context;
    if (scope === null) throw new Refusal('idempotency_key_required', 'send an Idempotency-Key');
    refusePriority(order, context);
    const skus = order.lines.map((line) => line.sku);
    const { reservationId } = order;
    const wanted = { skus, channel: context.principal.channel, reservationId };
    const { names, earlier, reservationKnown } = await prepareSubmission(deps.database, scope, wanted);
    const abandoned = earlier?.kind === 'abandoned' && (await takeOverSubmission(deps.database, scope));
    if (earlier !== undefined && !abandoned) return replay(earlier, context);

    if (!reservationKnown)
      throw new Refusal('invalid_request', `there is no reservation ${reservationId} of this channel`, {
        errors: [{ pointer: '/reservationId', message: 'is not a reservation of this channel' }],
      });
    const given = makeOrder(order, names, scope, context);
    // Whoever takes over from a request that died holds the key already.
    const recorded = await recordOrder(deps.database, abandoned ? { ...given, idempotency: null } : given);
    if (recorded.kind === 'key_taken') {
      const other = await findRequest(deps.database, scope);
      return replay(other ?? { kind: 'running', secondsLeft: 1 }, context);
    }
    if (recorded.kind === 'exists')
      return answerExisting(recorded, { abandoned, scope, context, reference: order.reference });
    return acknowledge(given, recorded.createdAt, { scope, context, waitSeconds: readWait(prefer) });
  },
});

/** @throws {Refusal} forbidden: a channel may not put its orders before those of all others. */
function refusePriority({ priority = 0 }: PlaceOrder, { principal }: Context): void {
  if (priority > MOST_PRIORITY_OF_A_CHANNEL && !roleMay(principal.role, 'orders:operate'))
    throw new Refusal(
      'forbidden',
      `a channel's key may submit with a priority of ${MOST_PRIORITY_OF_A_CHANNEL} at most; more takes a key of the role ops or admin`,
    );
}

async function replay(earlier: EarlierRequest, { deps, principal: { channel } }: Context): Promise<Answer> {
  const answer = await answerRepeat(submitOrder, earlier, deps);
  deps.metrics.submissions.inc({ channel, outcome: 'replayed' });
  return answer;
}

/** @throws {Refusal} invalid_request where a SKU is not in the catalogue */
function makeOrder(
  order: PlaceOrder,
  catalogue: ReadonlyMap<string, string>,
  scope: IdempotencyScope,
  { principal, requestId, deps }: Context,
): NewOrder {
  const names = order.lines.map((line) => catalogue.get(line.sku));
  const errors = names.flatMap((name, index) =>
    name === undefined ? [{ pointer: `/lines/${index}/sku`, message: 'is not in the catalogue' }] : [],
  );
  if (errors.length > 0) {
    throw new Refusal('invalid_request', `${errors.length} of the SKUs are not in the catalogue`, {
      errors: errors.slice(0, 50),
    });
  }
  return {
    orderId: newId('ord'),
    channel: principal.channel,
    fingerprint: scope.fingerprint,
    order,
    names: names.map((name) => name ?? ''),
    totals: computeTotals(order),
    policy: { ...DEFAULT_POLICY, paymentDeadlineMs: parseDuration(deps.config.PAYMENT_DEADLINE) },
    actor: `key:${principal.name}`,
    requestId,
    idempotency: scope,
  };
}

async function acknowledge(
  given: NewOrder,
  createdAt: Date,
  { scope, context, waitSeconds }: { scope: IdempotencyScope; context: Context; waitSeconds: number },
): Promise<Answer> {
  const { deps } = context;
  const { orderId, channel } = given;
  const started = await startNewOrder(given, context);
  deps.metrics.submissions.inc({ channel, outcome: started ? 'accepted' : 'accepted_later' });
  const complete = async (answer: KeptAnswer | { waitSeconds: number }) => {
    try {
      await completeSubmission(deps.database, scope, { orderId, started, answer });
    } catch (error) {
      // The order is durable and that is what the channel has to hear; the relay marks it as started, and a repeat finds it.
      context.log.warn({ err: error, orderId }, 'the answer could not be kept for repeats');
    }
  };
  const fresh = presentNewOrder(given, createdAt, deps.config);
  if (!started || waitSeconds === 0) {
    const answer = started ? answerOrder(201, fresh) : answerOrder(202, { ...fresh, detail: STARTS_LATER });
    await complete(toKept(answer, keepOrder));
    return answer;
  }
  await complete({ waitSeconds: waitSeconds + 30 });
  const answer = answerOrder(201, (await waitForVerdict(deps, orderId, waitSeconds)) ?? fresh);
  answer.headers = { ...answer.headers, 'Preference-Applied': `wait=${waitSeconds}` };
  await complete(toKept(answer, keepOrder));
  return answer;
}

/** The reference belongs to an order: to this very one, or to another. */
async function answerExisting(
  existing: { orderId: string; sameBody: boolean },
  given: { abandoned: boolean; scope: IdempotencyScope; context: Context; reference: string },
): Promise<Answer> {
  const { scope, context, reference } = given;
  const { deps, principal } = context;
  const { orderId } = existing;
  if (!existing.sameBody) {
    const refusal = new Refusal(
      'reference_taken',
      `the reference ${reference} belongs to another order of this channel`,
    );
    const answer = toKept(refusalAnswer(refusal, context.requestId));
    await completeSubmission(deps.database, scope, { orderId, started: false, answer });
    throw refusal;
  }
  const order = await readOrder(deps.database, orderId, null);
  if (order === undefined) throw new Error(`order ${orderId} was found and is gone`);
  const answer = answerOrder(given.abandoned ? 201 : 200, presentOrder(order, deps.config));
  deps.metrics.submissions.inc({ channel: principal.channel, outcome: 'repeated' });
  await completeSubmission(deps.database, scope, { orderId, started: false, answer: toKept(answer, keepOrder) });
  return answer;
}
