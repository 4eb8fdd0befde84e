import { startTcpFaultProxy, type TcpFaultProxy } from '../tcpFaultProxy';

/** Who goes to whom. Both workers share their ways. */
export const EDGES = [
  'apiToPostgres',
  'workerToPostgres',
  'apiToTemporal',
  'workerToTemporal',
  'workerToGateway',
  'workerToCarrier',
  'carrierToApi',
  'clientToApi',
] as const;
export type Edge = (typeof EDGES)[number];

export interface Edges extends Record<Edge, TcpFaultProxy> {
  healAll(): void;
  closeAll(): Promise<void>;
}

/** A proxy on each way between two parts of the system. They lead nowhere before they are aimed. */
export async function openEdges(): Promise<Edges> {
  const proxies = await Promise.all(EDGES.map(async (edge) => [edge, await startTcpFaultProxy()] as const));
  return {
    ...(Object.fromEntries(proxies) as Record<Edge, TcpFaultProxy>),
    healAll: () => proxies.forEach(([, proxy]) => proxy.heal()),
    closeAll: async () => void (await Promise.all(proxies.map(([, proxy]) => proxy.close()))),
  };
}
