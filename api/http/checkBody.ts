import { Refusal, type FieldError } from '../../domain/failures';
import { findCardNumber } from './findCardNumber';
import { toPointer } from './toPointer';

const MAX_DEPTH = 20;
/** Numbers of another kind, some of which pass the check of a card number by chance. Their schemas leave no room for more. */
const OTHER_NUMBERS = /^\/(?:(?:lines\/\d+\/)?sku|customer\/phone)$/;

interface Node {
  value: unknown;
  name: string | number;
  parent: Node | null;
  depth: number;
}

/**
 * Refuses what no field of any body may hold, before anything else looks at it: text that can't be stored, nesting without
 * end, and card numbers. Neither the text nor a name that holds a card number is ever repeated in the answer. Walks with a
 * list of its own, so that no depth can exhaust the stack.
 * @throws {Refusal} invalid_request
 */
export function checkBody(body: unknown): void {
  const waiting: Node[] = [{ value: body, name: '', parent: null, depth: 0 }];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const { value, depth } = node;
    if (typeof value === 'string') {
      checkText(value, node);
    } else if (typeof value === 'object' && value !== null) {
      if (depth >= MAX_DEPTH) throw refuse(node, `is nested deeper than ${MAX_DEPTH} levels`);
      for (const [name, child] of Object.entries(value)) {
        if (!Array.isArray(value)) checkText(name, node);
        waiting.push({
          value: child,
          name: Array.isArray(value) ? Number(name) : name,
          parent: node,
          depth: depth + 1,
        });
      }
    }
  }
}

function checkText(text: string, at: Node): void {
  if (text.includes('\0') || !text.isWellFormed()) throw refuse(at, 'must not hold NUL or broken Unicode');
  if (findCardNumber(text) && !OTHER_NUMBERS.test(toPointer(pathOf(at))))
    throw refuse(at, 'looks like the number of a payment card; send a token of the payment provider instead');
}

function pathOf(node: Node): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Node = node; at.parent !== null; at = at.parent) path.unshift(at.name);
  return path;
}

function refuse(node: Node, message: string): Refusal {
  const error: FieldError = { pointer: toPointer(pathOf(node)), message };
  return new Refusal('invalid_request', `${error.pointer === '' ? 'the body' : error.pointer} ${message}`, {
    errors: [error],
  });
}
