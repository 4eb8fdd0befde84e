import { z } from 'zod';
import type { ResponseSpec } from '../route';

/** For routes that are a list to some and a stream to others, as their Accept header says. */
export const streamHeaders = {
  accept: z.string().optional().meta({ description: '`text/event-stream` for a live stream.' }),
  'last-event-id': z.string().max(500).optional().meta({ description: 'The id of the last event that was received.' }),
};

export const wantsStream = (headers: { accept?: string | undefined }): boolean =>
  headers.accept?.includes('text/event-stream') ?? false;

export const streamResponse = (list: z.ZodType): Pick<ResponseSpec, 'media'> => ({
  media: { 'application/json': list, 'text/event-stream': z.string() },
});
