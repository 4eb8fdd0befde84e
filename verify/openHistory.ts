import type { PayloadCodec } from '@temporalio/common';
import { payloadFromJson, type PayloadJson } from '../runtime/payloadFromJson';

/**
 * A history in JSON as a text in which one can search. Inputs, results, signals and failures stand in it as Base64, encrypted or
 * not: here each of them comes in clear, on a line of its own, after the rest.
 * @throws {Error} when something is encrypted under a key that the codec has not.
 */
export async function openHistory(history: string, codec: PayloadCodec): Promise<string> {
  const payloads: PayloadJson[] = [];
  const rest: unknown = JSON.parse(history, (_name, node: unknown) => {
    if (!isPayload(node)) return node;
    payloads.push(node);
    return { metadata: node.metadata };
  });
  const opened = await codec.decode(payloads.map(payloadFromJson));
  return [JSON.stringify(rest), ...opened.map(({ data }) => Buffer.from(data ?? []).toString('utf8'))].join('\n');
}

const isPayload = (node: unknown): node is PayloadJson =>
  typeof node === 'object' && node !== null && 'data' in node && typeof node.data === 'string' && 'metadata' in node;
