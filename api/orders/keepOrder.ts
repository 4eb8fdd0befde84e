import { readContact } from '../../db/orders/readContact';
import type { AnswerKeeper } from '../route';
import { presentAddress } from './presentOrder';

/** Answers are kept without personal data, which has one place; a repeat gets it from there. */
export const keepOrder: AnswerKeeper = {
  strip: (body) => ({ ...body, customer: null, shippingAddress: null }),
  restore: async (body, { database }) => {
    const contact = await readContact(database, String(body.id));
    if (contact === undefined) return body;
    const { address, ...customer } = contact;
    return { ...body, customer, shippingAddress: presentAddress(address) };
  },
};
