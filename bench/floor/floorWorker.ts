import { NativeConnection, Worker } from '@temporalio/worker';

/** Nothing, and the id comes back: an answer of the size that an order's steps give would be work. */
const activities = {
  nothing: async (id: string): Promise<string> => id,
  nothingLocal: async (id: string): Promise<string> => id,
};
export type FloorActivities = typeof activities;

/** A worker with the settings of an order's worker. Its process is measured by itself. */
async function main(): Promise<void> {
  const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
  const worker = await Worker.create({
    connection,
    taskQueue: 'floor',
    workflowsPath: require.resolve('./floorWorkflow'),
    activities,
    maxConcurrentWorkflowTaskExecutions: 40,
    maxConcurrentActivityTaskExecutions: 60,
    maxConcurrentLocalActivityExecutions: 60,
    maxCachedWorkflows: 600,
  });
  process.once('SIGTERM', () => worker.shutdown());
  const running = worker.run();
  process.send?.({ type: 'ready' });
  await running;
  await connection.close();
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  });
}
