import { activityInfo, heartbeat } from '@temporalio/activity';
import type { Database } from '../db/connection';
import { beginRun, endRun } from '../db/inventory/replenishment/runs';
import { suggestOrders, type Place } from '../db/inventory/replenishment/suggestOrders';

export interface ReplenishRequest {
  runId: string;
  windowDays: number;
  requestedBy: string;
}

export interface ReplenishReport {
  runId: string;
  rules: number;
  suggestions: number;
}

/** Where an attempt has come to: the next one goes on from there. */
interface Progress {
  after: Place | null;
  rules: number;
}

const RULES_AT_ONCE = 100;

export function createReplenishmentActivities({ database }: { database: Database }) {
  return {
    /** Looks at every rule and writes what is to be ordered. Each repeat of a run goes on, and makes nothing twice. */
    async replenishStock({ runId, windowDays, requestedBy }: ReplenishRequest): Promise<ReplenishReport> {
      const run = await beginRun(database, { runId, requestedBy, windowDays });
      const progress = (activityInfo().heartbeatDetails as Progress | undefined) ?? { after: null, rules: 0 };
      let { after, rules } = progress;
      for (;;) {
        const step = await suggestOrders(database, { runId, ...run, after, limit: RULES_AT_ONCE });
        if (step === null) break;
        after = step.last;
        rules += step.rules;
        heartbeat({ after, rules } satisfies Progress);
      }
      const { suggestions } = await endRun(database, runId, rules);
      return { runId, rules, suggestions };
    },
  };
}
