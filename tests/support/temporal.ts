import { randomBytes } from 'node:crypto';
import { testServers } from './testServers';

export function temporalAddress(): string {
  return testServers().temporalAddress;
}

/** A task queue that no other test listens on, named after the test that asks, so that the Temporal logs tell whose it is. */
export function uniqueTaskQueue(): string {
  const { currentTestName, testPath } = expect.getState();
  const title = currentTestName ?? testPath?.split('/').at(-1) ?? 'test';
  const slug = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60);
  return `${slug}-${randomBytes(4).toString('hex')}`;
}
