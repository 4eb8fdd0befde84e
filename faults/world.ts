import { setTimeout as sleep } from 'node:timers/promises';
import { bodyOf } from './load/planOrder';
import { startLoad, type Acknowledged, type Load, type LoadOptions } from './load/startLoad';
import { submitUntilAcknowledged } from './load/submitUntilAcknowledged';
import type { Random } from './random';
import { createApiClient, type ApiClient, type ApiReply } from './system/createApiClient';
import { createMischief, type Mischief } from './system/createMischief';
import type { System } from './system/startSystem';

/** What a scenario has to do with: the system, the means to break it, and a place to say what it saw. */
export interface World {
  system: System;
  mischief: Mischief;
  random: Random;
  /** The long form of the scenario is wanted. */
  long: boolean;
  /** As a channel goes, by a way that can be spoilt. */
  api: ApiClient;
  /** Past the proxies. */
  direct: ApiClient;
  keys(): { channel: string; ops: string; admin: string };
  /** Orders that keep coming while things break. The judge ends it and counts what it saw. */
  load(options: Omit<LoadOptions, 'keys' | 'prefix'> & Partial<Pick<LoadOptions, 'keys'>>): Load;
  /** One order, submitted until it is acknowledged. @throws when that takes more than a minute. */
  place(changes?: Partial<Parameters<typeof bodyOf>[0]>): Promise<Acknowledged>;
  /** Told of each order that anybody got an answer about: each of them has to be there and to close. */
  acknowledge(order: Acknowledged): void;
  sandbox<T = unknown>(path: string, body?: object): Promise<T>;
  /** As operations, past the proxies. */
  ops(method: string, path: string, body?: object): Promise<ApiReply>;
  /** Polls until the answer is there. @throws when it does not come in time. */
  until<T>(what: string, look: () => Promise<T | undefined> | T | undefined, limitMs?: number): Promise<T>;
  /** A figure worth showing. */
  note(text: string): void;
  /** Something that must not be. */
  breach(text: string): void;
  /** Takes every fault away; recovery is measured from the first time this is called. */
  heal(): Promise<void>;
}

export interface WorldRecord {
  loads: Load[];
  acknowledged: Map<string, Acknowledged>;
  notes: string[];
  breaches: string[];
  healedAt: number | undefined;
  close(): void;
}

/** A world for one scenario, and what is written down in it. `prefix` begins the references of its orders. */
export function createWorld(
  system: System,
  { random, long, prefix }: { random: Random; long: boolean; prefix: string },
): { world: World; record: WorldRecord } {
  const api = createApiClient({ base: () => `http://127.0.0.1:${system.edges.clientToApi.port}` });
  const direct = createApiClient({ base: () => system.launched.run().api });
  const record: WorldRecord = {
    ...{ loads: [], acknowledged: new Map<string, Acknowledged>(), notes: [], breaches: [], healedAt: undefined },
    close: () => [api, direct].forEach((client) => client.close()),
  };
  const { keys } = system.launched.run();
  const sandbox: World['sandbox'] = async <T>(path: string, body?: object) => callSandbox<T>(system, path, body);
  const mischief = createMischief(system, sandbox);
  let placed = 0;

  const world: World = {
    ...{ system, mischief, random, long, api, direct, sandbox },
    keys: () => keys,
    load(options) {
      const number = record.loads.length + 1;
      const load = startLoad(api, random.fork(`load ${number}`), {
        ...{ prefix: `${prefix}-L${number}`, keys: () => keys },
        ...options,
      });
      record.loads.push(load);
      return load;
    },
    async place(changes) {
      const reference = `${prefix}-P${(placed += 1)}`;
      const lines = [{ sku: 'TSHIRT-BLK-M', quantity: 1, unitPrice: 1999 }];
      const deadline = Date.now() + 60_000;
      const { order, faults } = await submitUntilAcknowledged(
        api,
        bodyOf({ reference, lines, token: 'tok_ok', ...changes }),
        { isOver: () => Date.now() > deadline, key: () => keys.channel },
      );
      record.breaches.push(...faults);
      if (order === undefined) throw new Error(`order ${reference} was not acknowledged within a minute`);
      const acknowledged: Acknowledged = { id: order.id, reference, story: 'plain' };
      world.acknowledge(acknowledged);
      return acknowledged;
    },
    acknowledge: (order) => void record.acknowledged.set(order.id, order),
    ops: (method, path, body) => direct.call(method, path, { key: keys.ops, ...(body ? { body } : {}) }),
    async until(what, look, limitMs = 60_000) {
      const deadline = Date.now() + limitMs;
      for (let last = ''; ; await sleep(50)) {
        try {
          const seen = await look();
          if (seen !== undefined) return seen;
        } catch (error) {
          last = `: ${(error as Error).message}`;
        }
        if (Date.now() > deadline) throw new Error(`${what}: not within ${limitMs / 1000} s${last}`);
      }
    },
    note: (text) => void record.notes.push(text),
    breach: (text) => void record.breaches.push(text),
    async heal() {
      await mischief.undoAll();
      record.healedAt ??= Date.now();
    },
  };
  return { world, record };
}

async function callSandbox<T>(system: System, path: string, body?: object): Promise<T> {
  const response = await fetch(`${system.launched.run().sandbox}${path}`, {
    headers: { accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(20_000),
  });
  if (!response.ok) throw new Error(`sandbox ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
