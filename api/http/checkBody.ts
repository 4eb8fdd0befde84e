import { Refusal, type FieldError } from '../../domain/failures';
import { findCardNumber } from './findCardNumber';
import { toPointer } from './toPointer';

/** Numbers of another kind, some of which pass the check of a card number by chance. Their schemas leave no room for more. */
const OTHER_NUMBERS = /^\/(?:(?:lines\/\d+\/)?sku|customer\/phone)$/;

interface Node {
  value: unknown;
  name: string | number;
  parent: Node | null;
}

/**
 * Refuses what no field of any body may hold, before anything else looks at it: text that can't be stored, and card numbers.
 * Neither the text nor a name that holds a card number is ever repeated in the answer.
 * @throws {Refusal} invalid_request
 */
export function checkBody(body: unknown): void {
  const waiting: Node[] = [{ value: body, name: '', parent: null }];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const { value } = node;
    if (typeof value === 'string') {
      checkText(value, node);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, child] of Object.entries(value)) {
        if (!Array.isArray(value)) checkName(name, node);
        waiting.push({
          value: child,
          name: Array.isArray(value) ? Number(name) : name,
          parent: node,
        });
      }
    }
  }
}

/** Objects are copied on their way, and a copy has no such name: what came under it would be lost unseen. */
function checkName(name: string, at: Node): void {
  checkText(name, at);
  if (name === '__proto__') throw refuse(at, 'must not have the name __proto__');
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
