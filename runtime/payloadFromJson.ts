import type { Payload } from '@temporalio/common';

/** A payload as Temporal's API has it in JSON: all bytes in Base64. */
export interface PayloadJson {
  metadata?: Record<string, string> | undefined;
  data?: string | undefined;
}

export const payloadFromJson = ({ metadata = {}, data = '' }: PayloadJson): Payload => ({
  metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')])),
  data: Buffer.from(data, 'base64'),
});
