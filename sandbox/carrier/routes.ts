import type { Faults } from '../faults';
import { Refusal } from '../refusal';
import { escapeHtml, renderPage } from '../renderPage';
import { requireBearer, requireIdempotencyKey } from '../requireKeys';
import type { Answer, Handler, Routes } from '../router';
import { statusOf, type Carrier, type Shipment } from './carrier';
import type { Movement } from './movement';
import { quoteRates } from './quoteRates';
import { renderLabel } from './renderLabel';
import { bookBody, cancelBody, ratesBody } from './schema';

interface Options {
  carrier: Carrier;
  movement: Movement;
  key: string;
  faults: Faults;
  /** Where others reach this process. */
  url: string;
}

/** The HTTP face of the carrier. The label and the tracking page are open to any browser, as with a real one. */
export function createCarrierRoutes({ carrier, movement, key, faults, url }: Options): Routes {
  const guarded = (handler: Handler): Handler =>
    faults.wrap('carrier', (request) => {
      requireBearer(request, key);
      return handler(request);
    });

  const answer = (shipment: Shipment, replayed: boolean, status: number): Answer => ({
    status,
    body: present(shipment, url),
    headers: replayed ? { 'idempotency-replayed': 'true' } : {},
  });

  return {
    'POST /carrier/rates': guarded((request) => ({
      status: 200,
      body: { data: quoteRates(request.body(ratesBody)) },
    })),
    'POST /carrier/shipments': guarded((request) => {
      const { shipment, replayed } = carrier.book(requireIdempotencyKey(request), request.body(bookBody));
      if (!replayed) movement.start(shipment);
      return answer(shipment, replayed, 201);
    }),
    'GET /carrier/shipments/by-key/:key': guarded(({ params }) => {
      const shipment = carrier.findByKey(params['key'] ?? '');
      if (!shipment) throw new Refusal(404, 'unknown_key', 'No shipment was booked under this key');
      return answer(shipment, false, 200);
    }),
    'GET /carrier/shipments/:ref': guarded(({ params }) => answer(carrier.find(params['ref'] ?? ''), false, 200)),
    'POST /carrier/shipments/:ref/cancel': guarded((request) => {
      const { orderId } = request.body(cancelBody);
      const idempotencyKey = requireIdempotencyKey(request);
      const { shipment, replayed } = carrier.cancel(idempotencyKey, request.params['ref'] ?? '', orderId);
      return answer(shipment, replayed, 200);
    }),
    'GET /carrier/labels/:ref': ({ params }) => {
      const shipment = carrier.find(params['ref'] ?? '');
      const text = renderLabel(shipment, carrier.readBooking(shipment));
      return { status: 200, type: 'text/plain; charset=utf-8', text };
    },
    'GET /carrier/track/:number': ({ params }) => {
      const shipment = carrier.findByTracking(params['number'] ?? '');
      if (!shipment) throw new Refusal(404, 'unknown_shipment', 'There is no such shipment');
      const rows = shipment.events.map(
        ({ at, status }) => `<tr><td>${at}<td>${escapeHtml(status.replaceAll('_', ' '))}`,
      );
      return renderPage(`Parcel ${shipment.trackingNumber}`, `<table><tr><th>When<th>What${rows.join('')}</table>`);
    },
  };
}

function present(shipment: Shipment, url: string) {
  const { reference, orderId, shipmentId, service, trackingNumber } = shipment;
  return {
    ...{ reference, carrier: 'sandbox', service, orderId, shipmentId, status: statusOf(shipment), trackingNumber },
    trackingUrl: `${url}/carrier/track/${trackingNumber}`,
    labelUrl: `${url}/carrier/labels/${reference}`,
    events: shipment.events,
  };
}
