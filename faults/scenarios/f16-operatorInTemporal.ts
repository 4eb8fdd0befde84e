import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { readOrderStates } from '../../db/faults/readOrderStates';
import type { Scenario } from '../scenario';
import type { World } from '../world';

/** The sweeper leaves orders alone that changed within a minute. */
const QUIET_MS = 62_000;
const GARBAGE = [undefined, null, 7, 'cancel it', { reason: 7 }, { reason: 'x'.repeat(5_000) }, [], { holdId: {} }];

/** Back to its first task, as the button in the UI does: all signals since then are told it again. */
async function reset(world: World, orderId: string): Promise<void> {
  const { client, connection } = world.system.temporalClient;
  const { events = [] } = (await client.workflow.getHandle(orderId).fetchHistory()) as {
    events?: { eventId?: unknown; workflowTaskCompletedEventAttributes?: unknown }[];
  };
  const first = events.find((event) => event.workflowTaskCompletedEventAttributes);
  await connection.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: orderId },
    reason: 'by mistake',
    requestId: randomUUID(),
    workflowTaskFinishEventId: first?.eventId as never,
  });
}

/** Somebody with the Temporal UI sends nonsense, and ends, resets and cancels workflows: the sweeper finds what was ended. */
export const operatorInTemporal: Scenario = {
  id: 'F16',
  title: 'an operator in the Temporal UI: garbage, terminate, reset, cancel',
  short: false,
  losesWorkflows: true,
  async run(world) {
    const each = world.long ? 10 : 3;
    const { client } = world.system.temporalClient;
    await world.mischief.carrier({ paused: true });
    const load = world.load({ perSecond: 8, most: each * 4, only: 'plain' });
    await load.untilAcknowledged(each * 4);
    load.stop();
    const ids = load.acknowledged.map(({ id }) => id);
    await world.until('all are booked', async () => {
      const states = await readOrderStates(world.system.database, ids);
      return states.every(({ status }) => status === 'ready_to_ship') || undefined;
    });
    await sleep(2_000);
    const group = (number: number) => ids.slice(number * each, (number + 1) * each);
    const [garbage, terminated, resets, cancelled] = [group(0), group(1), group(2), group(3)];
    for (const id of garbage) {
      for (const payload of GARBAGE) {
        const handle = client.workflow.getHandle(id);
        for (const name of ['cancelOrder', 'holdOrder', 'releaseOrder', 'carrierReported', 'no_such_signal'])
          await handle.signal(name, payload).catch((error: unknown) => world.breach(`${name}: ${String(error)}`));
      }
    }
    for (const id of resets) await reset(world, id);
    for (const id of cancelled) await client.workflow.getHandle(id).cancel();
    for (const id of terminated) await client.workflow.getHandle(id).terminate('by mistake');

    await world.until('what was cancelled in Temporal is a cancelled order', async () => {
      const states = await readOrderStates(world.system.database, cancelled);
      return states.every(({ status }) => status === 'cancelled') || undefined;
    });
    await sleep(QUIET_MS);
    await client.schedule.getHandle('sweep-orders-orders').trigger();
    await world.until(
      'the sweeper has found what was terminated',
      async () => {
        const states = await readOrderStates(world.system.database, terminated);
        return states.every(({ lostWorkflow, status }) => lostWorkflow && status === 'on_hold') || undefined;
      },
      // Its own minute comes around, too, should this one have been skipped.
      90_000,
    );
    world.note(`${terminated.length} terminated orders were found, held and taken up again`);
  },
};
