import { resolve } from 'node:path';
import { chooseScenarios } from './chooseScenarios';
import { isGood } from './judge/outcome';
import { readArguments, USAGE } from './readArguments';
import { renderTable } from './report/renderTable';
import { runScenarios } from './runScenarios';
import { scenarios } from './scenarios';
import { createSystemKeeper } from './system/createSystemKeeper';

async function main(): Promise<void> {
  const given = readArguments(process.argv.slice(2));
  if (given.help) return void process.stdout.write(USAGE);
  const { seed, all, json } = given;
  const chosen = chooseScenarios(scenarios, given);
  const say = (line: string) => (json ? console.error(line) : console.log(line));
  const keeper = createSystemKeeper();
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      void keeper.stop().finally(() => process.exit(130));
    });
  }
  say(`seed ${seed}${all ? ', long' : ''}: ${chosen.map(({ id }) => id).join(' ')}`);
  const evidence = resolve(__dirname, '../.oms/faults');
  const outcomes = await runScenarios(chosen, { seed, long: all, say, evidence, keeper });
  if (stopping) return;
  if (json) process.stdout.write(`${JSON.stringify(outcomes, undefined, 2)}\n`);
  else console.log(`\n${renderTable(outcomes)}`);
  if (!outcomes.every(isGood)) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
