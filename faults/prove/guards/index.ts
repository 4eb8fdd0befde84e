import { edgeGuards } from './edges';
import { paymentGuards } from './payments';
import { recordGuards } from './records';
import { stockGuards } from './stock';
import { workflowGuards } from './workflow';

/** Every guard that is proven, one after the other. */
export const guards = [...stockGuards, ...paymentGuards, ...recordGuards, ...workflowGuards, ...edgeGuards];
