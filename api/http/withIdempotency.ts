import { createHash } from 'node:crypto';
import { Refusal, FAILURES } from '../../domain/failures';
import {
  beginRequest,
  forgetRequest,
  saveAnswer,
  type EarlierRequest,
  type IdempotencyScope,
  type KeptAnswer,
} from '../../db/idempotency';
import type { Answer, AnswerKeeper, Context, Route, StreamAnswer } from '../route';
import type { ApiParts } from '../deps';
import { fingerprintOf } from './fingerprintOf';
import { makeProblem, PROBLEM_TYPE } from './problem';
import { toRefusal } from './toRefusal';

/** What a repeat gets again. All else (not valid, not allowed, a dependency away) may turn out otherwise at the next try. */
const KEPT_REFUSALS = new Set(['illegal_transition', 'reference_taken', 'stock_conflict']);
export const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** @throws {Refusal} idempotency_key_required, invalid_request */
export function readScope(
  route: Route,
  request: { key: string | undefined; params: Record<string, string>; body: unknown; keyId: string },
): IdempotencyScope | null {
  const { key } = request;
  if (key === undefined) {
    if (route.idempotency !== 'own') return null;
    throw new Refusal(
      'idempotency_key_required',
      'send an Idempotency-Key of your own making, and the same with each repeat',
    );
  }
  if (!IDEMPOTENCY_KEY.test(key)) {
    const message = 'must be 1 to 255 visible ASCII characters';
    throw new Refusal('invalid_request', `Idempotency-Key ${message}`, {
      errors: [{ pointer: 'Idempotency-Key', message }],
    });
  }
  const path = route.path.replace(/\{(\w+)\}/g, (_match, name: string) => request.params[name] ?? '');
  return {
    principal: request.keyId,
    route: `${route.method.toUpperCase()} ${path}`,
    key,
    fingerprint: fingerprintOf(request.body),
  };
}

/** The name under which the change of a keyed request happens once, however often it is asked for. */
export const nameOfChange = ({ principal, route, key }: IdempotencyScope): string =>
  `idem_${createHash('sha256')
    .update(JSON.stringify([principal, route, key]))
    .digest('hex')
    .slice(0, 32)}`;

/** Runs a request with an Idempotency-Key at most once at a time, and answers its repeats with the answer it had. */
export async function withIdempotency(
  route: Route,
  context: Context & { idempotency: IdempotencyScope },
  run: () => Promise<Answer | StreamAnswer>,
): Promise<Answer | StreamAnswer> {
  const { deps, idempotency: scope } = context;
  const begun = await beginRequest(deps.database, scope);
  if (begun.kind !== 'begun') return answerRepeat(route, begun, deps);
  try {
    const answer = await run();
    if (!('stream' in answer) && answer.kept === undefined) {
      await saveAnswer(deps.database, scope, toKept(answer, route.keep));
    }
    return answer;
  } catch (error) {
    const refusal = toRefusal(error);
    if (KEPT_REFUSALS.has(refusal.code)) {
      await saveAnswer(deps.database, scope, toKept(refusalAnswer(refusal, context.requestId)));
    } else {
      await forgetRequest(deps.database, scope).catch(() => undefined);
    }
    throw error;
  }
}

/** @throws {Refusal} request_in_progress, idempotency_key_reused */
export async function answerRepeat(route: Route, earlier: EarlierRequest, deps: ApiParts): Promise<Answer> {
  if (earlier.kind === 'other_body') {
    throw new Refusal(
      'idempotency_key_reused',
      'this Idempotency-Key belongs to a request with another body; use a new one',
    );
  }
  if (earlier.kind !== 'answered') {
    throw new Refusal('request_in_progress', 'the first request with this Idempotency-Key has not ended; ask again', {
      retryAfterSeconds: 1,
    });
  }
  const { status, headers, body } = earlier.answer;
  deps.metrics.replays.inc({ route: route.path });
  const parsed = body === null ? undefined : (JSON.parse(body) as Record<string, unknown>);
  const restored = parsed && status < 400 && route.keep ? await route.keep.restore(parsed, deps) : parsed;
  const { 'content-type': type, ...others } = headers;
  return {
    status,
    headers: { ...others, 'Idempotency-Replayed': 'true' },
    ...(type === undefined ? { body: restored } : { body: JSON.stringify(restored), type }),
  };
}

/** The answer as it is kept: JSON without what must not be kept, or the text of another type as it is. */
export function toKept(answer: Answer, keep?: AnswerKeeper): KeptAnswer {
  const { status, headers = {}, type, body } = answer;
  if (type !== undefined) return { status, headers: { ...headers, 'content-type': type }, body: body as string };
  if (body === undefined) return { status, headers, body: null };
  const stripped = keep ? keep.strip(body as Record<string, unknown>) : body;
  return { status, headers, body: JSON.stringify(stripped) };
}

/** A refusal as the answer that the error handler gives it. */
export function refusalAnswer(refusal: Refusal, requestId: string): Answer {
  const problem = makeProblem(refusal.code, { detail: refusal.message, errors: refusal.errors, requestId });
  return { status: FAILURES[refusal.code].status, body: JSON.stringify(problem), type: PROBLEM_TYPE };
}
