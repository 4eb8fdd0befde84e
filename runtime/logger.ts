import { pino, stdSerializers, type DestinationStream, type Logger, type LevelWithSilent } from 'pino';
import { scrubCardNumbers } from './scrubCardNumbers';

const JSON_STRING = /"(?:[^"\\]|\\.)*"/g;
const SECRET_FIELD =
  /("[^"\\]*(?:authorization|token|secret|password|api[-_]?key|cookie|cvc|cvv)[^"\\]*":)("(?:[^"\\]|\\.)*"|\[[^\]]*\])/gi;
/** Our API keys, bearer tokens and the password in an address, wherever they stand in a text. */
const SECRET_TEXT = /\b(oms_[a-z]+_)[0-9a-f]{16,}|(\bBearer )[\w.~+/-]+=*|(:\/\/[^\s:/@"]+:)[^\s@"/]+(?=@)/g;
const LONG_DIGIT_RUN = /\d(?:[ -]?\d){12}/;

/** JSON lines on stdout, one logger a process; `child()` adds fields. No line holds a secret or a card number. */
export function createLogger({
  name,
  level,
  destination,
}: {
  name: string;
  level: LevelWithSilent;
  destination?: DestinationStream;
}): Logger {
  return pino(
    {
      name,
      level,
      // The finished line is cleaned, not the objects that went in: so nothing at any depth, in a child's fields
      // or in the text of an error can slip past.
      hooks: { streamWrite: cleanLine },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: tell },
      formatters: {
        bindings: ({ pid, name: logger }) => ({ pid: pid as unknown, name: logger as unknown }),
        log: (fields) => Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, tell(value)])),
      },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}

/** Where errors of the database carry the values that a statement was about: a customer, as like as not. */
const VALUES_OF_A_STATEMENT = ['bindings', 'parameters', 'detail', 'where'];

function tell(value: unknown): unknown {
  return value instanceof Error ? withoutValues(stdSerializers.err(value)) : value;
}

/** An error as it is told, and the errors within it, without what stands in `VALUES_OF_A_STATEMENT`. */
function withoutValues(told: object): object {
  const kept = Object.entries({ ...told }).filter(([name]) => !VALUES_OF_A_STATEMENT.includes(name));
  const isError = (value: unknown): value is object => typeof value === 'object' && value !== null && 'stack' in value;
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(clean);
    return isError(value) ? withoutValues(value) : value;
  };
  return Object.fromEntries(kept.map(([name, value]) => [name, clean(value)]));
}

function cleanLine(line: string): string {
  const withoutSecrets = line.replace(SECRET_FIELD, '$1"[removed]"').replace(SECRET_TEXT, '$1$2$3[removed]');
  if (!LONG_DIGIT_RUN.test(withoutSecrets)) return withoutSecrets;
  return withoutSecrets.replace(JSON_STRING, (text) => scrubCardNumbers(text));
}
