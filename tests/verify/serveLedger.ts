import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

type Entry = Record<string, unknown>;

/** The sandbox's ledger with something changed in it: books that the sandbox itself would never keep. */
export async function serveLedger(
  sandboxUrl: string,
  change: (entries: Entry[]) => Entry[],
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    void fetch(`${sandboxUrl}${request.url}`)
      .then((answer) => answer.json() as Promise<{ data: Entry[] }>)
      .then(({ data }) => response.end(JSON.stringify({ data: data.length === 0 ? [] : change(data) })));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
