import { describeResult } from './describeResult';
import { readArguments, USAGE } from './readArguments';
import { verifySystem, type VerifyReport } from './verifySystem';

const WRITTEN_OUT = 1_000;

/** `npm run verify`. */
async function main(args: string[]): Promise<number> {
  const { help, json, options } = readArguments(args, process.env);
  if (help) {
    say(USAGE);
    return 0;
  }
  const report = await verifySystem({
    ...options,
    onResult: (result) => {
      if (!json) say(`${describeResult(result)}\n`);
    },
  });
  say(json ? `${JSON.stringify(toDocument(report), null, 2)}\n` : `${summarize(report)}\n`);
  return report.exitCode;
}

/** Breaches are counted in full, and written out as far as somebody may want to read them. */
const toDocument = ({ exitCode, results, ms }: VerifyReport) => ({
  exitCode,
  ms,
  invariants: results.map(({ breaches, ...result }) => ({
    ...result,
    broken: breaches.length,
    breaches: breaches.slice(0, WRITTEN_OUT),
  })),
});

function summarize({ exitCode, results, ms }: VerifyReport): string {
  const count = (state: string) => results.filter((result) => result.state === state).length;
  const verdict = ['all of it holds', 'something is broken', 'not all could be read'][exitCode];
  return (
    `${results.length} invariants in ${ms} ms: ${verdict} ` +
    `(${count('holds')} hold, ${count('broken')} broken, ${count('unreadable')} unreadable, ${count('skipped')} skipped)`
  );
}

function say(text: string): void {
  process.stdout.write(text);
}

main(process.argv.slice(2)).then(
  (exitCode) => (process.exitCode = exitCode),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);
