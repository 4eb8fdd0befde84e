import { Refusal } from './refusal';

/** A whole number of the query string; undefined when it is not there, refused when it is no such number. */
export function readCount(query: URLSearchParams, name: string, min: number): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,15}$/.test(text) || Number(text) < min)
    throw new Refusal(422, 'invalid_request', `${name}: give a whole number from ${min}`);
  return Number(text);
}
