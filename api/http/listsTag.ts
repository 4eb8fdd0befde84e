/** Whether a list of entity tags (If-Match, If-None-Match) names this one. A weak tag counts: our bodies follow from the version. */
export const listsTag = (header: string, etag: string): boolean =>
  header.trim() === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
