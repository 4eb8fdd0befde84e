import type { Scenario } from '../scenario';
import { deployments, outboundWebhooks } from './elsewhere';
import { killWorker } from './f01-killWorker';
import { workersAway } from './f02-workersAway';
import { killTemporal } from './f03-killTemporal';
import { temporalWays } from './f03-temporalWays';
import { postgresFaults } from './f04-postgresFaults';
import { fullDisk } from './f05-fullDisk';
import { killApi } from './f06-killApi';
import { providerFaults } from './f07-providerFaults';
import { carrierCallbacks } from './f08-carrierCallbacks';
import { clockSkew } from './f10-clockSkew';
import { identicalSubmissions } from './f11-identicalSubmissions';
import { scarceStock } from './f12-scarceStock';
import { racingRequests } from './f13-racingRequests';
import { eventStreams } from './f14-eventStreams';
import { operatorInTemporal } from './f16-operatorInTemporal';
import { rollingRestart } from './f17-rollingRestart';
import { coldCache } from './f18-coldCache';
import { stalledWorker } from './f19-stalledWorker';
import { keyRotation } from './f20-keyRotation';
import { powerCut } from './f21-powerCut';
import { inventory } from './f22-inventory';

/** In the order in which they are run: those that want a system of their own come last. */
export const scenarios: readonly Scenario[] = [
  identicalSubmissions,
  scarceStock,
  killWorker,
  workersAway,
  killTemporal,
  temporalWays,
  postgresFaults,
  killApi,
  providerFaults,
  carrierCallbacks,
  racingRequests,
  rollingRestart,
  coldCache,
  keyRotation,
  powerCut,
  inventory,
  operatorInTemporal,
  eventStreams,
  stalledWorker,
  fullDisk,
  clockSkew,
  outboundWebhooks,
  deployments,
];
