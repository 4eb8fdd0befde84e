import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { LinkFault } from './linkFault';
import { startPump, type Pump } from './tcpPump';

export interface TcpFaultProxy {
  port: number;
  /** Where it leads from now on; until then it refuses connections. */
  aim(target: { host: string; port: number }): void;
  /** From now on, for old and new connections; takes the place of the fault before. */
  set(fault: LinkFault): void;
  /**
   * The way is sound again, for new connections and for those that lost nothing. One that had bytes swallowed stays
   * silent for good, as one does whose entry a router has lost: whoever holds it has to find that out.
   */
  heal(): void;
  close(): Promise<void>;
}

interface Link {
  sockets: [Socket, Socket?];
  pumps: Pump[];
}

/** Stands between two processes and spoils the way between them, as a test orders. */
export async function startTcpFaultProxy(target?: { host: string; port: number }): Promise<TcpFaultProxy> {
  const links = new Set<Link>();
  let goal = target;
  let fault: LinkFault | undefined;

  const breakLink = ({ sockets }: Link, rudely: boolean) => {
    for (const socket of sockets) {
      if (rudely) socket?.resetAndDestroy();
      else socket?.destroy();
    }
  };

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (inbound) => {
    const link: Link = { sockets: [inbound], pumps: [] };
    links.add(link);
    // An error is followed by the close, which is what counts.
    inbound.on('error', () => undefined);
    if (goal === undefined || fault?.kind === 'cut' || fault?.kind === 'reset') {
      inbound.on('close', () => links.delete(link));
      return breakLink(link, fault?.kind === 'reset');
    }
    const outbound = connect({ ...goal, allowHalfOpen: true, noDelay: true });
    outbound.on('error', () => undefined);
    link.sockets.push(outbound);
    const current = () => fault;
    const onLimit = () => breakLink(link, true);
    const toServer = startPump({ from: inbound, to: outbound, direction: 'to_server', fault: current, onLimit });
    const toClient = startPump({ from: outbound, to: inbound, direction: 'to_client', fault: current, onLimit });
    link.pumps.push(toServer, toClient);
    for (const [socket, other, pump] of [
      [inbound, outbound, toServer],
      [outbound, inbound, toClient],
    ] as const) {
      socket.on('close', () => {
        if (!pump.isDead()) other.destroy();
        if (inbound.destroyed && outbound.destroyed) links.delete(link);
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    aim: (target) => void (goal = target),
    set(next) {
      fault = next;
      for (const link of [...links]) {
        if (next.kind === 'cut' || next.kind === 'reset') breakLink(link, next.kind === 'reset');
        else for (const pump of link.pumps) pump.wake();
      }
    },
    heal() {
      fault = undefined;
      for (const link of links) for (const pump of link.pumps) pump.wake();
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const link of [...links]) breakLink(link, false);
      await closed;
    },
  };
}
