import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pickOrders } from '../../db/verify/pickOrders';
import { readPersonalData } from '../../db/verify/readPersonalData';
import type { Breach, Invariant } from '../invariant';
import { createLogScan } from '../scanLog';

const TEN_YEARS_MS = 10 * 365 * 86_400_000;

export const logs: Invariant = {
  name: 'logs',
  title: 'No log file has a card number, a secret or personal data of a customer in it',
  stopsOrder: false,
  findObstacle: ({ settings }) => (settings.logs === null ? '--logs DIR names the folder of the log files' : null),
  async check({ database, settings }) {
    const folder = settings.logs ?? '';
    const sample = await pickOrders(database, {
      ...{ closedWithinMs: TEN_YEARS_MS, limit: settings.histories, shift: settings.shift },
    });
    const scan = createLogScan({
      database,
      secrets: settings.secrets,
      people: [...(await readPersonalData(database, sample)).values()],
    });
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.log')).sort();
    const breaches: Breach[] = [];
    let checked = 0;
    for (const file of files) {
      const found = await scan(join(folder, file), file);
      checked += found.lines;
      breaches.push(...found.breaches);
    }
    return { checked, breaches };
  },
};
