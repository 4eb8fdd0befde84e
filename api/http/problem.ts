import { z } from 'zod';
import { FAILURES, type FailureCode, type FieldError } from '../../domain/failures';

export const PROBLEM_TYPE = 'application/problem+json';

/** RFC 9457. */
export const problemSchema = z
  .object({
    type: z
      .string()
      .meta({ description: 'A stable address for the kind of problem, which also serves its explanation.' }),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(FAILURES) as [FailureCode, ...FailureCode[]]),
    detail: z.string().meta({ description: 'What happened here, and what to do about it.' }),
    errors: z.array(
      z.object({
        pointer: z.string().meta({
          description: 'A JSON pointer (RFC 6901) into the body, or the name of a parameter or header.',
        }),
        message: z.string(),
      }),
    ),
    requestId: z.string(),
  })
  .meta({ id: 'Problem', description: 'Every error has this form (RFC 9457).' });

export type Problem = z.infer<typeof problemSchema>;

export const problemType = (code: FailureCode): string => `/problems/${code}`;

export function makeProblem(
  code: FailureCode,
  given: { detail: string; errors?: readonly FieldError[]; requestId: string },
): Problem {
  const { status, title } = FAILURES[code];
  return {
    type: problemType(code),
    title,
    status,
    code,
    detail: given.detail,
    errors: [...(given.errors ?? [])],
    requestId: given.requestId,
  };
}
