import { receiveCarrierCallback } from './callbacks/receiveCarrierCallback';
import { decodePayloads } from './codec/decodePayloads';
import { encodePayloads } from './codec/encodePayloads';
import { listEvents } from './events/listEvents';
import { listOrderEvents } from './events/listOrderEvents';
import { adjustStock } from './inventory/adjustStock';
import { changeItem } from './inventory/items/changeItem';
import { createItem } from './inventory/items/createItem';
import { getItem } from './inventory/items/getItem';
import { listItems } from './inventory/items/listItems';
import { followMovements } from './inventory/followMovements';
import { listMovements } from './inventory/listMovements';
import { createReservation } from './inventory/reservations/createReservation';
import { extendReservation } from './inventory/reservations/extendReservation';
import { getReservation } from './inventory/reservations/getReservation';
import { releaseReservation } from './inventory/reservations/releaseReservation';
import { getAvailability } from './inventory/availability/getAvailability';
import { listSyncProblems } from './inventory/sync/listSyncProblems';
import { deleteChannelRule } from './inventory/channelRules/deleteChannelRule';
import { listChannelRules } from './inventory/channelRules/listChannelRules';
import { putChannelRule } from './inventory/channelRules/putChannelRule';
import { listStock } from './inventory/listStock';
import { activateStrategy } from './inventory/sourcing/activateStrategy';
import { createStrategy } from './inventory/sourcing/createStrategy';
import { explainSourcing } from './inventory/sourcing/explainSourcing';
import { listOrderSourcing } from './inventory/sourcing/listOrderSourcing';
import { listStrategies } from './inventory/sourcing/listStrategies';
import { changeLocation } from './inventory/locations/changeLocation';
import { createLocation } from './inventory/locations/createLocation';
import { getLocation } from './inventory/locations/getLocation';
import { listLocations } from './inventory/locations/listLocations';
import {
  cancelPurchaseOrder,
  changePurchaseLines,
  closePurchaseOrder,
  placePurchaseOrder,
  reschedulePurchaseOrder,
} from './inventory/purchasing/changePurchaseOrder';
import { createPurchaseOrder } from './inventory/purchasing/createPurchaseOrder';
import { getPurchaseOrder, listPurchaseOrders } from './inventory/purchasing/readPurchaseOrders';
import { receivePurchaseOrder } from './inventory/purchasing/receivePurchaseOrder';
import { importStock } from './inventory/import/importStock';
import { listLevelChanges } from './inventory/listLevelChanges';
import { listLots } from './inventory/listLots';
import { createCount } from './inventory/counts/createCount';
import { approveCount, recordCounted, rejectCount, submitCount } from './inventory/counts/decideCount';
import { getCount, listCountLines, listCounts } from './inventory/counts/readCounts';
import { createTransfer } from './inventory/transfers/createTransfer';
import { cancelTransfer, receiveTransfer, shipTransfer } from './inventory/transfers/moveTransfer';
import { getTransfer, listTransfers } from './inventory/transfers/readTransfers';
import { deleteClassRule, listClassRules, putClassRule } from './inventory/reallocation/classes';
import { getReallocationRun, listReallocationLines, startReallocationRun } from './inventory/reallocation/runs';
import { deleteRule, listRules, saveRule } from './inventory/replenishment/rules';
import { getRun, startRun } from './inventory/replenishment/runs';
import { approveSuggestion, dismissSuggestion, listSuggestions } from './inventory/replenishment/suggestions';
import { reportExpiringLots } from './inventory/reports/expiringLots';
import {
  reportDeadStock,
  reportOverstock,
  reportStockAgeing,
  reportStockoutRisk,
} from './inventory/reports/levelReports';
import { reportStockClasses } from './inventory/reports/stockClasses';
import { createApiKey } from './keys/createApiKey';
import { listApiKeys } from './keys/listApiKeys';
import { revokeApiKey } from './keys/revokeApiKey';
import { cancelOrder } from './orders/cancelOrder';
import { decideBackorder } from './orders/decideBackorder';
import { getOrder } from './orders/getOrder';
import { getOrderStatus } from './orders/getOrderStatus';
import { holdOrder } from './orders/holdOrder';
import { listOrders } from './orders/listOrders';
import { payOrder } from './orders/payOrder';
import { pickParcel } from './orders/pickParcel';
import { releaseOrder } from './orders/releaseOrder';
import { resolveOrder } from './orders/resolveOrder';
import { setPriority } from './orders/setPriority';
import { submitOrder } from './orders/submitOrder';
import type { Route } from './route';
import { getIndex, getMetrics, getVersion } from './service/about';
import { getDocs, getDocsAsset } from './service/docs';
import { getHealth, getReadiness } from './service/health';
import { getOpenapi } from './service/getOpenapi';
import { getProblemPage } from './service/problemPages';

/** Every operation of the API. */
export const routes: readonly Route[] = [
  submitOrder,
  listOrders,
  getOrder,
  getOrderStatus,
  cancelOrder,
  holdOrder,
  releaseOrder,
  payOrder,
  pickParcel,
  decideBackorder,
  setPriority,
  resolveOrder,
  listOrderEvents,
  listEvents,
  listStock,
  adjustStock,
  listMovements,
  followMovements,
  listLots,
  listLevelChanges,
  importStock,
  getAvailability,
  listSyncProblems,
  listChannelRules,
  putChannelRule,
  deleteChannelRule,
  listClassRules,
  putClassRule,
  deleteClassRule,
  startReallocationRun,
  getReallocationRun,
  listReallocationLines,
  listStrategies,
  createStrategy,
  activateStrategy,
  explainSourcing,
  listOrderSourcing,
  createReservation,
  getReservation,
  extendReservation,
  releaseReservation,
  listItems,
  createItem,
  getItem,
  changeItem,
  listLocations,
  createLocation,
  getLocation,
  changeLocation,
  listTransfers,
  createTransfer,
  getTransfer,
  shipTransfer,
  receiveTransfer,
  cancelTransfer,
  listCounts,
  createCount,
  getCount,
  listCountLines,
  recordCounted,
  submitCount,
  approveCount,
  rejectCount,
  createPurchaseOrder,
  listPurchaseOrders,
  getPurchaseOrder,
  changePurchaseLines,
  placePurchaseOrder,
  reschedulePurchaseOrder,
  receivePurchaseOrder,
  closePurchaseOrder,
  cancelPurchaseOrder,
  listRules,
  saveRule,
  deleteRule,
  startRun,
  getRun,
  listSuggestions,
  approveSuggestion,
  dismissSuggestion,
  reportStockoutRisk,
  reportOverstock,
  reportDeadStock,
  reportStockAgeing,
  reportStockClasses,
  reportExpiringLots,
  createApiKey,
  listApiKeys,
  revokeApiKey,
  receiveCarrierCallback,
  decodePayloads,
  encodePayloads,
  getHealth,
  getReadiness,
  getMetrics,
  getVersion,
  getOpenapi,
  getDocs,
  getDocsAsset,
  getProblemPage,
  getIndex,
];
