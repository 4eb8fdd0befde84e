import type { z } from 'zod';
import { Refusal, type FailureCode, type FieldError } from '../../domain/failures';
import { toPointer } from './toPointer';

const MAX_ERRORS = 50;

type Part = 'path' | 'query' | 'headers' | 'body';

/**
 * Checks one part of a request against its schema.
 * @throws {Refusal} invalid_request with a pointer to each fault; not_found where a path can't name anything.
 */
export function parsePart<S extends z.ZodType>(part: Part, schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap((issue) => toFieldErrors(part, issue)).slice(0, MAX_ERRORS);
  const code: FailureCode = part === 'path' ? 'not_found' : 'invalid_request';
  if (part === 'path') throw new Refusal(code, 'nothing can have this address');
  const first = errors[0];
  const where = first === undefined || first.pointer === '' ? `the ${part}` : first.pointer;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  throw new Refusal(code, `${where} ${first?.message ?? 'is not valid'}${more}`, { errors });
}

function toFieldErrors(part: Part, issue: z.core.$ZodIssue): FieldError[] {
  const at = (path: readonly PropertyKey[]) => (part === 'body' ? toPointer(path) : String(path[0] ?? ''));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: at([...issue.path, key]), message: 'is not known here' }));
  }
  return [{ pointer: at(issue.path), message: describe(issue) }];
}

/** In words that follow the name of the field, and never with the value that was given. */
function describe(issue: z.core.$ZodIssue): string {
  const message = issue.message.replace(/^Invalid input: /, '');
  if (/received undefined$/.test(message)) return 'is required';
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_type') return `must be ${message.replace(/^expected /, '').replace(/, received .*/, '')}`;
  if (issue.code === 'invalid_format' && message.startsWith('Invalid')) return `must be a valid ${issue.format}`;
  if (issue.code === 'too_small' && message.startsWith('Too'))
    return describeSize(issue.origin, issue.minimum, 'least');
  if (issue.code === 'too_big' && message.startsWith('Too')) return describeSize(issue.origin, issue.maximum, 'most');
  if (issue.code === 'invalid_element' || issue.code === 'invalid_key') return 'holds what is not valid';
  return message;
}

function describeSize(origin: string, size: number | bigint, bound: 'least' | 'most'): string {
  if (origin === 'string') return `must be ${size} characters long at ${bound}`;
  return origin === 'array' ? `must hold ${size} entries at ${bound}` : `must be ${size} at ${bound}`;
}
