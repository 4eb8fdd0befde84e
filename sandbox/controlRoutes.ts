import { z } from 'zod';
import { nextStatus, type Carrier } from './carrier/carrier';
import type { CallbackSender } from './carrier/callbackSender';
import type { Movement } from './carrier/movement';
import { FAULT_MODES, FAULTY, type Faults } from './faults';
import type { Gateway } from './payments/gateway';
import { Refusal } from './refusal';
import type { Routes } from './router';

const carrierBody = z.strictObject({
  paceMs: z.int().min(0).max(86_400_000).optional(),
  paused: z.boolean().optional(),
  duplicates: z.int().min(0).max(20).optional(),
  reorder: z.boolean().optional(),
  callbackUrl: z.url({ protocol: /^https?$/ }).optional(),
});
const faultBody = z.strictObject({
  provider: z.enum(FAULTY),
  mode: z.enum(FAULT_MODES),
  delayMs: z.int().min(0).max(600_000).default(2000),
  times: z.int().positive().nullable().default(null),
});

interface Options {
  carrier: Carrier;
  movement: Movement;
  sender: CallbackSender;
  gateway: Gateway;
  faults: Faults;
}

/** How a developer or a test makes the outside world misbehave. None of it outlives a restart of the sandbox. */
export function createControlRoutes({ carrier, movement, sender, gateway, faults }: Options): Routes {
  const state = () => ({ carrier: movement.settings(), callbacks: sender.counts(), faults: faults.all() });

  return {
    'GET /control': () => ({ status: 200, body: state() }),
    'POST /control/carrier': (request) => {
      const { callbackUrl, ...settings } = request.body(carrierBody);
      if (callbackUrl !== undefined) sender.setUrl(callbackUrl);
      // zod leaves out what was not given, so nothing is overwritten with undefined.
      movement.change(settings);
      return { status: 200, body: state() };
    },
    'POST /control/carrier/shipments/:ref/advance': ({ params }) => {
      const shipment = carrier.find(params['ref'] ?? '');
      const event = movement.advance(shipment);
      if (!event) throw new Refusal(409, 'at_its_end', 'The shipment has reached its end');
      return { status: 200, body: { ...event, next: nextStatus(shipment) ?? null } };
    },
    'POST /control/faults': (request) => {
      const { provider, ...fault } = request.body(faultBody);
      faults.set(provider, fault);
      if (provider === 'payments' && fault.mode === 'ok') gateway.repair();
      return { status: 200, body: state() };
    },
  };
}
