import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ROLES, type Role } from '../domain/auth';
import { loadConfig } from '../runtime/config';
import { newId } from '../runtime/newId';
import { saveApiKey } from './apiKeys';
import { connectDatabase } from './connection';
import { migrateDatabase } from './migrate';
import { seedCatalogue } from './seed';

const USAGE = `Usage: node db/main.js <command>, with DATABASE_URL (or DATABASE_URL_FILE) in the environment

  migrate       bring the schema up to date; safe to run again, and from several places at once
  seed          fill an empty catalogue with sample items, places and stock
  create-key    make an API key and print it, once: --role ${ROLES.join('|')} --name <system> --channel <channel>
`;

const NAME = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}$/;
const CHANNEL = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** What is done to the database from outside the API: by the jobs of a deployment, and by hand for the first key. */
async function main([command, ...args]: string[]): Promise<void> {
  if (command === 'migrate') return migrate();
  if (command === 'seed') return seed();
  if (command === 'create-key') return createKey(args);
  process.stderr.write(USAGE);
  process.exitCode = 2;
}

async function migrate(): Promise<void> {
  const { applied } = await migrateDatabase(databaseUrl());
  say(applied.length > 0 ? `Migrated: ${applied.join(', ')}` : 'The schema is up to date');
}

async function seed(): Promise<void> {
  const database = connect();
  try {
    const seeded = await seedCatalogue(database);
    say(seeded ? 'The catalogue was filled with samples' : 'The catalogue has items already: nothing was changed');
  } finally {
    await database.destroy();
  }
}

/** The first admin key can't be made through the API, which wants one. */
async function createKey(args: string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const { role, name, channel } = parseArgs({ args, options: { role: text, name: text, channel: text } }).values;
  if (!isRole(role) || !NAME.test(name ?? '') || !CHANNEL.test(channel ?? '')) {
    throw new Error(`create-key needs --role ${ROLES.join('|')}, --name crm (1 to 60 letters, digits, spaces, dots or
dashes) and --channel web (1 to 40 small letters, digits or dashes)`);
  }
  const secret = `oms_${role}_${randomBytes(24).toString('hex')}`;
  const database = connect();
  try {
    await saveApiKey(database, { id: newId('key'), role, name: name ?? '', channel: channel ?? '', secret });
    say(secret);
  } finally {
    await database.destroy();
  }
}

const isRole = (role: string | undefined): role is Role => (ROLES as readonly (string | undefined)[]).includes(role);

const connect = () => connectDatabase({ url: databaseUrl(), poolSize: 1, name: 'oms-admin' });

/** Of all settings this one alone: a job that migrates is given no provider's secret. */
function databaseUrl(): string {
  const { DATABASE_URL, DATABASE_URL_FILE } = process.env;
  return loadConfig({ DATABASE_URL, DATABASE_URL_FILE }).DATABASE_URL;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
