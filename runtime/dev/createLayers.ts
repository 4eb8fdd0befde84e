import type { ProcessList } from './processList';
import type { Service } from './service';
import { superviseService, type Supervised } from './superviseService';

/** In the order of stopping: first those who take orders and do work, then what they stand on. */
const ORDER = ['front', 'sandbox', 'temporal', 'database'] as const;
type Layer = (typeof ORDER)[number];

export interface Layers {
  supervise(layer: Layer, service: Service, onChange?: () => void): Supervised;
  isStopping: () => boolean;
  /** Stops whatever is up by now, layer after layer. */
  stop(): Promise<void>;
}

/** All that is kept up, and the order in which it goes down. */
export function createLayers({ list, warn }: { list: ProcessList; warn: (line: string) => void }): Layers {
  const members: { layer: Layer; supervised: Supervised }[] = [];
  let isStopping = false;
  return {
    supervise(layer, service, onChange) {
      if (isStopping) throw new Error('The start was cut off.');
      const say = (line: string) => isStopping || warn(line);
      const supervised = superviseService({ service, list, say, onChange });
      members.push({ layer, supervised });
      return supervised;
    },
    isStopping: () => isStopping,
    async stop() {
      isStopping = true;
      for (const layer of ORDER) {
        const ofLayer = members.filter((member) => member.layer === layer);
        await Promise.all(ofLayer.map(({ supervised }) => supervised.stop()));
      }
    },
  };
}
