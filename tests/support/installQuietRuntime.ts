import { pino } from 'pino';
import { installTemporalRuntime } from '../../runtime/installTemporalRuntime';

let installed = false;

/**
 * The log of the SDK is for whoever looks into a failure: LOG_LEVEL=info shows it. Called with the first worker and not before:
 * a runtime that never had one would keep the process up.
 */
export function installQuietRuntime(): void {
  if (installed) return;
  installed = true;
  installTemporalRuntime(pino({ level: process.env['LOG_LEVEL'] ?? 'silent' }));
}
