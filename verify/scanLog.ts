import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Database } from '../db/connection';
import { findOwners, readPersonalData, type PersonalData } from '../db/verify/readPersonalData';
import { findPersonalData, findSecrets } from './findLeaks';
import type { Breach } from './invariant';

const LINES_AT_ONCE = 2_000;
const ORDER = /\bord_[0-9a-f]{32}\b/g;
const EMAIL = /[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/gi;
const PHONE = /\+[1-9]\d{6,14}\b/g;

interface Line {
  number: number;
  text: string;
}

/**
 * Makes a scanner for log files. A line that names an order is looked through for all that is known of its customer; every line
 * for mail addresses and phone numbers of any customer, for names and addresses of the given people, and for secrets.
 */
export function createLogScan({
  database,
  secrets,
  people,
}: {
  database: Database;
  secrets: readonly string[];
  people: readonly PersonalData[];
}): (path: string, name: string) => Promise<{ lines: number; breaches: Breach[] }> {
  const strangers = distinctPeople(people);

  const scanLines = async (lines: readonly Line[], name: string): Promise<Breach[]> => {
    const all = lines.map(({ text }) => text).join('\n');
    const ofOrders = await readPersonalData(database, distinct(all, ORDER));
    const owners = await findOwners(database, {
      emails: distinct(all.toLowerCase(), EMAIL),
      phones: distinct(all, PHONE),
    });
    // Most stretches of a log have nothing in them: one look at the whole spares one at each line.
    const suspects = strangers.filter((person) => findPersonalData(all, person).length > 0);
    const hasSecrets = findSecrets(all, secrets).length > 0;
    return lines.flatMap(({ number, text }) => {
      const leaks = new Map<string, string | undefined>();
      for (const kind of hasSecrets ? findSecrets(text, secrets) : []) leaks.set(kind, undefined);
      for (const person of [...peopleIn(text, ofOrders), ...suspects])
        for (const kind of findPersonalData(text, person)) leaks.set(`${kind} of a customer`, person.orderId);
      for (const [kind, orderId] of owners.size > 0 ? ownersIn(text, owners) : [])
        leaks.set(`${kind} of a customer`, orderId);
      if (leaks.size === 0) return [];
      const orderId = [...leaks.values()].find((owner) => owner !== undefined);
      return [
        { id: `${name}:${number}`, what: [...leaks.keys()].join(', '), ...(orderId === undefined ? {} : { orderId }) },
      ];
    });
  };

  return async (path, name) => {
    const breaches: Breach[] = [];
    let lines: Line[] = [];
    let number = 0;
    for await (const text of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
      number += 1;
      lines.push({ number, text });
      if (lines.length < LINES_AT_ONCE) continue;
      breaches.push(...(await scanLines(lines, name)));
      lines = [];
    }
    breaches.push(...(await scanLines(lines, name)));
    return { lines: number, breaches };
  };
}

const distinct = (text: string, pattern: RegExp): string[] => [...new Set(text.match(pattern))];

const peopleIn = (text: string, known: ReadonlyMap<string, PersonalData>): PersonalData[] =>
  distinct(text, ORDER).flatMap((orderId) => known.get(orderId) ?? []);

const ownersIn = (text: string, owners: ReadonlyMap<string, string>): [kind: string, orderId: string][] =>
  [...distinct(text.toLowerCase(), EMAIL), ...distinct(text, PHONE)].flatMap((value) => {
    const orderId = owners.get(value);
    return orderId === undefined ? [] : [[value.startsWith('+') ? 'the phone number' : 'the email address', orderId]];
  });

/** Tokens and addresses of mail and phone are left out: those of all customers are known by how they look, or by their order. */
function distinctPeople(people: readonly PersonalData[]): PersonalData[] {
  const byName = new Map<string, PersonalData>();
  for (const person of people) {
    const key = JSON.stringify([person.name, person.recipient, person.line1, person.line2]);
    byName.set(key, { ...person, tokens: [] });
  }
  return [...byName.values()];
}
