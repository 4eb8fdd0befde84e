import {
  condition,
  defineSignal,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { FloorActivities } from './floorWorker';

const { nothing } = proxyActivities<FloorActivities>({ startToCloseTimeout: '30s' });
const { nothingLocal } = proxyLocalActivities<FloorActivities>({ startToCloseTimeout: '10s' });

export const moved = defineSignal('moved');

/**
 * The floor: as many activities, local activities, signals and attribute updates as an order has, and no work in them. What a
 * Temporal workflow of this shape costs at the least, on the same machine in the same run.
 */
export async function floorWorkflow(id: string): Promise<void> {
  let signals = 0;
  setHandler(moved, () => void (signals += 1));
  await nothingLocal(id);
  await nothing(id);
  await nothingLocal(id);
  upsertSearchAttributes({ OrderStatus: ['ready_to_ship'] });
  await nothing(id);
  await condition(() => signals > 0);
  await nothingLocal(id);
  upsertSearchAttributes({ OrderStatus: ['shipped'] });
  await nothing(id);
  upsertSearchAttributes({ PaymentStatus: ['paid'] });
  await condition(() => signals > 1);
  await nothingLocal(id);
  upsertSearchAttributes({ OrderStatus: ['completed'] });
}
