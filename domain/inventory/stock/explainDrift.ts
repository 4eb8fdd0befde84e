const NAMES: Record<string, string> = {
  onHand: 'on hand',
  reserved: 'reserved',
  picked: 'picked',
  damaged: 'damaged',
  qualityHold: 'on quality hold',
  incoming: 'incoming',
};

/** What is off and by how much, bucket by bucket: `13 on hand, 10 by its movements (+3)`; empty where nothing is. */
export function explainDrift<F extends { [name in keyof F]: number }>(has: F, moved: F): string {
  const buckets = Object.keys(has) as (keyof F & string)[];
  return buckets
    .filter((bucket) => has[bucket] !== moved[bucket])
    .map((bucket) => {
      const off = has[bucket] - moved[bucket];
      return `${has[bucket]} ${NAMES[bucket] ?? bucket}, ${moved[bucket]} by its movements (${off > 0 ? '+' : ''}${off})`;
    })
    .join('; ');
}
