import { isHoldType, type HoldType } from './holds';
import { LEAST_PRIORITY, MOST_PRIORITY } from './priority';

/** What people ask of an order, by REST, by the Temporal UI or by its CLI. `requestId` makes a repeat of it a no-op. */
interface Request {
  requestId: string;
  /** Who asks: `key:web`, `temporal`, … Never personal data: it is kept in the workflow's history. */
  actor: string;
}
export interface CancelRequest extends Request {
  reason: string;
  note: string | null;
}
export interface HoldRequest extends Request {
  type: HoldType;
  reason: string;
}
export interface ReleaseRequest extends Request {
  /** Which hold; null for the only one open. */
  holdId: string | null;
  note: string | null;
}
export interface PayRequest extends Request {
  /** A token stored by the API under this id: the token itself stays out of the history. */
  tokenId: string;
}
export interface ResolveRequest extends Request {
  /** retry: try the failed step again now. settled: it was settled by hand; `note` is the evidence. */
  resolution: 'retry' | 'settled';
  note: string;
}

/** What the customer wants done about units that are not there. */
export const BACKORDER_CHOICES = ['wait', 'ship_available', 'cancel_missing'] as const;
export type BackorderChoice = (typeof BACKORDER_CHOICES)[number];
export interface BackorderRequest extends Request {
  /** wait: until all is there. ship_available: what is there goes now, the rest when it comes. cancel_missing: the rest is called off. */
  choice: BackorderChoice;
}

export interface PriorityRequest extends Request {
  /** Of orders that wait the higher one is served first. */
  priority: number;
}

/** A re-allocation asks for units of a line, for orders that go before. `requestId` is its run. */
export interface GiveUpStockRequest extends Request {
  lineId: string;
  takes: { location: string; units: number }[];
}

/** Somebody typed something else than the message asks for. The text says what it should be. */
export class BadPayload extends Error {
  override readonly name = 'BadPayload';
}

const MAX_TEXT = 500;
const MAX_TAKES = 1_000;
const MAX_UNITS = 2_147_483_647;

/**
 * Readers for what arrives at the workflow's doors. Anybody with access to Temporal can send any JSON, so nothing is
 * taken on trust. Written by hand, since zod stays out of the workflow bundle.
 * @throws {BadPayload}
 */
export function readCancel(payload: unknown, fallbackId: string): CancelRequest {
  const given = readObject(payload, '{"reason": "customer asked"}');
  return { ...readRequest(given, fallbackId), reason: text(given, 'reason'), note: optionalText(given, 'note') };
}

export function readHold(payload: unknown, fallbackId: string): HoldRequest {
  const given = readObject(payload, '{"reason": "check the address", "type": "operator"}');
  const type = given['type'] ?? 'operator';
  if (!isHoldType(type)) throw new BadPayload('type has to be operator, fraud_review, address or payment');
  return { ...readRequest(given, fallbackId), type, reason: text(given, 'reason') };
}

export function readRelease(payload: unknown, fallbackId: string): ReleaseRequest {
  const given = payload === undefined || payload === null ? {} : readObject(payload, '{"holdId": "hld_…"}');
  return {
    ...readRequest(given, fallbackId),
    holdId: optionalText(given, 'holdId'),
    note: optionalText(given, 'note'),
  };
}

export function readPay(payload: unknown, fallbackId: string): PayRequest {
  const given = readObject(payload, '{"tokenId": "…"}');
  return { ...readRequest(given, fallbackId), tokenId: text(given, 'tokenId') };
}

export function readResolve(payload: unknown, fallbackId: string): ResolveRequest {
  const given = readObject(payload, '{"resolution": "retry", "note": "…"}');
  const resolution = given['resolution'];
  if (resolution !== 'retry' && resolution !== 'settled') throw new BadPayload('resolution has to be retry or settled');
  const note = optionalText(given, 'note') ?? '';
  if (resolution === 'settled' && note === '') throw new BadPayload('note has to say how it was settled');
  return { ...readRequest(given, fallbackId), resolution, note };
}

export function readBackorder(payload: unknown, fallbackId: string): BackorderRequest {
  const given = readObject(payload, '{"choice": "wait"}');
  const choice = BACKORDER_CHOICES.find((known) => known === given['choice']);
  if (choice === undefined) throw new BadPayload(`choice has to be one of ${BACKORDER_CHOICES.join(', ')}`);
  return { ...readRequest(given, fallbackId), choice };
}

export function readPriority(payload: unknown, fallbackId: string): PriorityRequest {
  const given = readObject(payload, '{"priority": 5}');
  const priority = given['priority'];
  if (
    typeof priority !== 'number' ||
    !Number.isInteger(priority) ||
    priority < LEAST_PRIORITY ||
    priority > MOST_PRIORITY
  )
    throw new BadPayload(`priority has to be a whole number from ${LEAST_PRIORITY} to ${MOST_PRIORITY}`);
  return { ...readRequest(given, fallbackId), priority };
}

export function readGiveUpStock(payload: unknown, fallbackId: string): GiveUpStockRequest {
  const example = '{"lineId": "lin_…", "takes": [{"location": "…", "units": 1}]}';
  const given = readObject(payload, example);
  const takes: unknown = given['takes'];
  if (!Array.isArray(takes) || takes.length === 0 || takes.length > MAX_TAKES)
    throw new BadPayload(`takes has to be a list of 1 to ${MAX_TAKES} locations, as in ${example}`);
  return {
    ...readRequest(given, fallbackId),
    lineId: text(given, 'lineId'),
    takes: takes.map((one: unknown) => {
      const take = readObject(one, example);
      const units = take['units'];
      if (typeof units !== 'number' || !Number.isInteger(units) || units < 1 || units > MAX_UNITS)
        throw new BadPayload(`units has to be a whole number from 1 to ${MAX_UNITS}`);
      return { location: text(take, 'location'), units };
    }),
  };
}

/** @returns what the reconciler has found. */
export function readBreach(payload: unknown): string {
  return text(readObject(payload, '{"what": "…"}'), 'what');
}

function readObject(payload: unknown, example: string): Record<string, unknown> {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw new BadPayload(`one JSON object is needed, such as ${example}`);
  }
  return payload as Record<string, unknown>;
}

const readRequest = (given: Record<string, unknown>, fallbackId: string): Request => ({
  requestId: optionalText(given, 'requestId') ?? fallbackId,
  actor: optionalText(given, 'actor') ?? 'temporal',
});

function text(given: Record<string, unknown>, name: string): string {
  const value = optionalText(given, name);
  if (value === null) throw new BadPayload(`${name} is needed, a text of 1 to ${MAX_TEXT} characters`);
  return value;
}

function optionalText(given: Record<string, unknown>, name: string): string | null {
  const value = given[name];
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string' || value.length > MAX_TEXT || value.includes('\0') || !value.isWellFormed()) {
    throw new BadPayload(`${name} has to be a plain text of 1 to ${MAX_TEXT} characters`);
  }
  return value;
}
