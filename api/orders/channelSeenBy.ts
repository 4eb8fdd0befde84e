import type { Principal } from '../route';

/** The channel whose orders alone a key may see; null for all. Another channel's order is not there, for a channel. */
export const channelSeenBy = ({ role, channel }: Principal): string | null => (role === 'channel' ? channel : null);
