import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Puts messages and stacks of failures into a payload, which a codec then encrypts. In the bundle of encrypting workers, and by its
 * path in each process that encrypts: Temporal's SDK looks for this very name.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
