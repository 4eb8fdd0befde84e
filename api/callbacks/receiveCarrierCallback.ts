import { z } from 'zod';
import { Refusal } from '../../domain/failures';
import { orderWorkflowId } from '../../domain/ids';
import { WorkflowNotFoundError } from '@temporalio/common';
import { CallbackRefused, CallbackUnreadable, type Carrier, type TrackingEvent } from '../../providers/carriers/port';
import { markDelivered, receiveCarrierEvents, type UndeliveredReport } from '../../db/shipments/carrierInbox';
import { carrierReported } from '../../workflows/orders/messages';
import { defineRoute, type PublicContext } from '../route';

const SIGNAL_DEADLINE_MS = 2_000;

export const receiveCarrierCallback = defineRoute({
  name: 'receiveCarrierCallback',
  method: 'post',
  path: '/v1/callbacks/carriers/{carrier}',
  permission: 'public',
  summary: 'What a carrier reports of parcels',
  description:
    'Signed by the carrier after Standard Webhooks, over the raw body. An event is taken once, however often it is sent, and kept ' +
    'before this answers; events of unknown parcels are kept too.',
  tags: ['Callbacks'],
  params: z.object({ carrier: z.string().regex(/^[a-z0-9-]{1,40}$/) }),
  headers: z.object({
    'webhook-id': z.string().optional(),
    'webhook-timestamp': z.string().optional().meta({ description: 'Seconds since 1970; five minutes old at most.' }),
    'webhook-signature': z.string().optional(),
  }),
  bodyKind: 'raw',
  responses: { 200: { description: 'Taken.', body: z.object({ received: z.int() }).meta({ id: 'CallbackTaken' }) } },
  failures: ['unauthenticated', 'too_large'],
  handler: async ({ params, headers, body }, context) => {
    const { deps } = context;
    const carrier = Object.hasOwn(deps.carriers, params.carrier) ? deps.carriers[params.carrier] : undefined;
    if (carrier === undefined) throw new Refusal('not_found', `there is no carrier ${params.carrier}`);
    const events = readEvents(carrier, headers, body, context);
    const reports = await receiveCarrierEvents(deps.database, params.carrier, events);
    await Promise.all(reports.map((report) => tellWorkflow(report, context)));
    return { status: 200, body: { received: events.length } };
  },
});

/** Why a callback is refused stands in our log; its sender learns nothing to forge a better one by. @throws {Refusal} unauthenticated, invalid_request */
function readEvents(
  carrier: Carrier,
  headers: Record<string, string | undefined>,
  body: Buffer,
  { log }: Pick<PublicContext, 'log'>,
): TrackingEvent[] {
  try {
    return carrier.readCallback(headers, body, new Date());
  } catch (error) {
    if (!(error instanceof CallbackRefused)) throw error;
    log.warn({ carrier: carrier.name, reason: error.message }, 'a callback was refused');
    if (error instanceof CallbackUnreadable) {
      throw new Refusal('invalid_request', 'the body is no tracking event with a status that is known here');
    }
    throw new Refusal('unauthenticated', 'the callback carries no valid, recent signature of this carrier');
  }
}

/** Where Temporal is away the report stays in the inbox, from which the relay of the workers tells it later. */
async function tellWorkflow(report: UndeliveredReport, { deps, log }: PublicContext): Promise<void> {
  const { orderId, shipmentId, status, eventId } = report;
  const handle = deps.temporal.client.workflow.getHandle(orderWorkflowId(orderId));
  try {
    await deps.gate.pass(() =>
      deps.temporal.connection.withDeadline(Date.now() + SIGNAL_DEADLINE_MS, () =>
        handle.signal(carrierReported, { shipmentId, status, eventId }),
      ),
    );
  } catch (error) {
    log.warn({ err: error, orderId, eventId }, 'a report of the carrier will be told later');
    if (!(error instanceof WorkflowNotFoundError)) return;
  }
  await markDelivered(deps.database, report.carrier, [eventId]);
}
