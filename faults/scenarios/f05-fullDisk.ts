import { tmpdir } from 'node:os';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reply } from '../load/submitUntilAcknowledged';
import type { Scenario } from '../scenario';
import { fillDisk, freeDisk, whyNoSmallDisk } from '../system/smallDisk';

/** Enough for a fresh cluster, its log of 1 GB at most not reckoned: that is what the test is about. */
const DISK_MEGABYTES = 300;
const FULL_MS = 15_000;

/** The disk of Postgres is full: nothing is acknowledged that can't be kept, and all goes on once there is room again. */
export const fullDisk: Scenario = {
  id: 'F5',
  title: 'the disk of Postgres is full',
  short: false,
  wishes: { diskMegabytes: DISK_MEGABYTES },
  obstacle() {
    const folder = mkdtempSync(join(tmpdir(), 'oms-disk-'));
    try {
      return whyNoSmallDisk(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  async run(world) {
    const { folder, postgres } = world.system;
    const load = world.load({ perSecond: 4, most: 400 });
    await load.untilAcknowledged(10);
    const [known] = load.acknowledged;
    fillDisk(folder);
    const before = load.replies.length;
    const fullUntil = Date.now() + FULL_MS;
    let reads = 0;
    let died = 0;
    while (Date.now() < fullUntil) {
      const read = await world.ops('GET', `/v1/orders/${known?.id}`).catch(() => undefined);
      if (read?.status === 200) reads += 1;
      if (read !== undefined && ![200, 503].includes(read.status)) world.breach(`a read was answered ${read.status}`);
      if (!postgres.isUp()) {
        died += 1;
        // As whoever supervises it would; with no room for its log it may not come up.
        await postgres.ensureUp().catch(() => undefined);
      }
      await sleep(500);
    }
    const full = load.replies.slice(before);
    const count = (of: (reply: Reply) => boolean) => full.filter(of).length;
    world.note(
      `while full: ${count((reply) => reply === 503)} submissions were answered 503, ` +
        `${count((reply) => typeof reply === 'number' && reply < 300)} were taken, ${count((reply) => typeof reply === 'string')} ` +
        `had no answer; ${reads} reads were served; Postgres ended ${died} times`,
    );
    freeDisk(folder);
    await world.heal();
    const taken = load.acknowledged.length;
    await load.untilAcknowledged(taken + 5);
    load.stop();
  },
};
