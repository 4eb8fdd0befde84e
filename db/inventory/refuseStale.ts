import { Refusal } from '../../domain/failures';

/** @throws {Refusal} precondition_failed: what is to be changed is not at the version that the change was meant for. */
export function refuseStale(what: string, version: number, expected: number | undefined): void {
  if (expected === undefined || expected === version) return;
  throw new Refusal('precondition_failed', `${what} is at version ${version}; read it again and decide anew`);
}
