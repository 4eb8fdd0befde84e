import { createHttpStockSink } from '../providers/inventory/httpStockSink';
import { createHttpStockSource } from '../providers/inventory/httpStockSource';
import type { StockSink, StockSource } from '../providers/inventory/port';
import type { Config } from '../runtime/settings';
import type { WorkerMetrics } from './metrics';
import { observeStockSink, observeStockSource } from './observe/observeProviders';

/** The outside inventory systems that the settings name, with their calls counted. */
export function createStockPorts(
  config: Pick<Config, 'STOCK_SOURCE_URL' | 'STOCK_SOURCE_KEY' | 'STOCK_SINK_URL' | 'STOCK_SINK_SECRET'>,
  metrics: Pick<WorkerMetrics, 'providerCalls'>,
): { stockSource: StockSource | undefined; stockSink: StockSink | undefined } {
  const { STOCK_SOURCE_URL: source, STOCK_SOURCE_KEY: key, STOCK_SINK_URL: sink, STOCK_SINK_SECRET: secret } = config;
  return {
    stockSource:
      source === undefined || key === undefined
        ? undefined
        : observeStockSource(createHttpStockSource({ url: source, key }), metrics),
    stockSink:
      sink === undefined || secret === undefined
        ? undefined
        : observeStockSink(createHttpStockSink({ url: sink, secret }), metrics),
  };
}
