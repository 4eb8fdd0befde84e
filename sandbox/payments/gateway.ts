import { randomUUID } from 'node:crypto';
import { openJournal } from '../journal';
import type { Ledger } from '../ledger';
import { Refusal } from '../refusal';
import { checkFollowUp, type FollowUp } from './checkFollowUp';
import { INVALID_TOKEN, TOKENS, type TokenBehaviour } from './tokens';

export interface Authorisation {
  reference: string;
  orderId: string;
  amount: number;
  currency: string;
  token: string;
  captured: number;
  voided: number;
  refunded: number;
  /** Set for tok_void_error until the fault is cleared. */
  failsVoid: boolean;
}

/** A call that was decided: the same key is answered with it for ever. */
export interface Operation {
  type: 'operation';
  kind: 'authorise' | FollowUp;
  at: string;
  key: string;
  /** The request in one canonical line: another one under the same key is refused. */
  fingerprint: string;
  reference: string;
  /** The authorisation acted on; for an authorisation its own reference. */
  authorisation: string;
  orderId: string;
  amount: number;
  currency: string;
  outcome: 'succeeded' | 'declined';
  code?: string;
  message?: string;
  token?: string;
  /** Only where it took effect. */
  sequence?: number;
}

type JournalRecord = Operation | { type: 'fault'; key: string } | { type: 'repair' };

export interface Decision {
  operation: Operation;
  replayed: boolean;
  afterMs: number;
  lost: boolean;
}

export interface AuthoriseCall {
  key: string;
  orderId: string;
  amount: number;
  currency: string;
  token: string;
}

export interface FollowUpCall {
  kind: FollowUp;
  key: string;
  authorisation: string;
  amount?: number | undefined;
  currency?: string | undefined;
  orderId?: string | undefined;
}

export type Gateway = ReturnType<typeof createGateway>;

/**
 * The rules of the payment gateway over its own file. Each call is decided and recorded in one go without awaiting
 * anything, so that two calls under one key can never both act. Kept in memory: one entry a key and an authorisation.
 */
export function createGateway({ path, ledger }: { path: string; ledger: Ledger }) {
  const operations = new Map<string, Operation>();
  const authorisations = new Map<string, Authorisation>();
  const byOrder = new Map<string, Authorisation[]>();
  const faults = new Map<string, number>();

  const journal = openJournal<JournalRecord>(path, remember);

  function remember(record: JournalRecord): void {
    if (record.type === 'fault') {
      faults.set(record.key, (faults.get(record.key) ?? 0) + 1);
    } else if (record.type === 'repair') {
      for (const authorisation of authorisations.values()) authorisation.failsVoid = false;
    } else {
      operations.set(record.key, record);
      faults.delete(record.key);
      if (record.sequence !== undefined) takeEffect(record, record.sequence);
    }
  }

  function takeEffect(operation: Operation, sequence: number): void {
    const { kind, at, orderId, key, amount, currency, reference } = operation;
    ledger.add({
      ...{ sequence, at, provider: 'payments', effect: kind },
      ...{ orderId, key, amount, currency, outcome: 'succeeded', reference },
    });
    if (kind === 'authorise') {
      const token = operation.token ?? '';
      const failsVoid = behaviourOf(token).failsVoid === true;
      const opened = { captured: 0, voided: 0, refunded: 0, failsVoid };
      const authorisation = { reference, orderId, amount, currency, token, ...opened };
      authorisations.set(reference, authorisation);
      byOrder.set(orderId, [...(byOrder.get(orderId) ?? []), authorisation]);
      return;
    }
    const authorisation = mustFind(operation.authorisation);
    if (kind === 'capture') authorisation.captured += amount;
    else if (kind === 'void') authorisation.voided += amount;
    else authorisation.refunded += amount;
  }

  function record(entry: JournalRecord): void {
    journal.append(entry);
    remember(entry);
  }

  function mustFind(reference: string): Authorisation {
    const authorisation = authorisations.get(reference);
    if (!authorisation) throw new Refusal(404, 'unknown_authorisation', 'There is no such authorisation');
    return authorisation;
  }

  /** The answer given before under this key, if any. */
  function replay(key: string, fingerprint: string): Decision | undefined {
    const operation = operations.get(key);
    if (!operation) return undefined;
    if (operation.fingerprint !== fingerprint)
      throw new Refusal(422, 'idempotency_key_reused', 'This Idempotency-Key was used for another request');
    return { operation, replayed: true, afterMs: 0, lost: false };
  }

  function decide(call: Omit<Operation, 'type' | 'at' | 'outcome'>, behaviour: TokenBehaviour): Decision {
    const declined = behaviour.declines?.step === call.kind ? behaviour.declines : undefined;
    const verdict = declined
      ? { outcome: 'declined' as const, code: declined.code, message: declined.message }
      : { outcome: 'succeeded' as const, sequence: ledger.nextSequence() };
    const operation: Operation = { type: 'operation', at: new Date().toISOString(), ...call, ...verdict };
    record(operation);
    return {
      operation,
      replayed: false,
      afterMs: call.kind === 'authorise' ? (behaviour.answersAfterMs ?? 0) : 0,
      lost: behaviour.losesFirstReplyOf === call.kind,
    };
  }

  return {
    authorise(call: AuthoriseCall): Decision {
      const { key, orderId, amount, currency, token } = call;
      const fingerprint = JSON.stringify(['authorise', orderId, amount, currency, token]);
      const before = replay(key, fingerprint);
      if (before) return before;
      const behaviour = behaviourOf(token);
      if ((faults.get(key) ?? 0) < (behaviour.failsFirst ?? 0)) {
        record({ type: 'fault', key });
        throw new Refusal(500, 'internal_error', 'The gateway has a fault of its own');
      }
      const reference = makeReference('auth');
      return decide({ kind: 'authorise', ...call, fingerprint, reference, authorisation: reference }, behaviour);
    },

    followUp({ kind, key, authorisation: reference, ...given }: FollowUpCall): Decision {
      const fingerprint = JSON.stringify([kind, reference, given.orderId, given.amount, given.currency]);
      const before = replay(key, fingerprint);
      if (before) return before;
      const authorisation = mustFind(reference);
      if (kind === 'void' && authorisation.failsVoid)
        throw new Refusal(500, 'internal_error', 'The gateway has a fault of its own');
      const amount = checkFollowUp(kind, authorisation, given);
      const { orderId, currency, token } = authorisation;
      const own = makeReference(kind === 'capture' ? 'cap' : kind);
      const call = { kind, key, fingerprint, reference: own, authorisation: reference, orderId, amount, currency };
      return decide(call, behaviourOf(token));
    },

    find: (key: string): Operation | undefined => operations.get(key),
    listByOrder: (orderId: string): Authorisation[] => byOrder.get(orderId) ?? [],
    /** Ends the fault of tok_void_error for the authorisations made so far. */
    repair: () => record({ type: 'repair' }),
    close: () => journal.close(),
  };
}

function behaviourOf(token: string): TokenBehaviour {
  return Object.hasOwn(TOKENS, token) ? (TOKENS[token] ?? INVALID_TOKEN) : INVALID_TOKEN;
}

function makeReference(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll('-', '')}`;
}
