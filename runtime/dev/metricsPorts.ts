/**
 * Processes of one machine can't share a port: the API has METRICS_PORT itself and the workers the ports after it, and the first
 * worker has TEMPORAL_METRICS_PORT and the others those after it. `place`: 0 for the API, 1 for the first worker.
 */
export function metricsPorts(env: NodeJS.ProcessEnv, place: number): Record<string, string> {
  const shifted = (name: string, by: number) =>
    /^[1-9]\d*$/.test(env[name] ?? '') ? { [name]: String(Number(env[name]) + by) } : {};
  return place === 0 ? {} : { ...shifted('METRICS_PORT', place), ...shifted('TEMPORAL_METRICS_PORT', place - 1) };
}
