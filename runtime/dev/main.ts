import { join, resolve } from 'node:path';
import { createLayers } from './createLayers';
import { createTerminal, type Terminal } from './createTerminal';
import { describeInstance } from './describeInstance';
import { loadKeys } from './loadKeys';
import { messageOf } from './messageOf';
import { placeSampleOrder } from './placeSampleOrder';
import { postgresFolder } from './postgresFolder';
import { processList } from './processList';
import { readFlags, USAGE, type Flags } from './readFlags';
import { readSettings, type Settings } from './readSettings';
import { removeRunFile } from './runFile';
import { startStack } from './startStack';
import { takeHome } from './takeHome';
import { unprivilegedUser } from './unprivilegedUser';
import { wipeHome } from './wipeHome';

/** npm passes on a Ctrl-C that the terminal has already delivered: a signal this close to the first is the same key press. */
const SAME_KEY_PRESS_MS = 500;

async function main(): Promise<void> {
  const flags = readFlags(process.argv.slice(2));
  if (flags.help) return void process.stdout.write(USAGE);
  const settings = readSettings(process.env, resolve(__dirname, '../..'));
  const { home } = settings;
  const lock = takeHome(home);
  const terminal = createTerminal(process.stdout, process.env);
  const list = processList(join(home, 'processes.json'));
  const layers = createLayers({ list, warn: terminal.warn });

  let stoppingSince: number | undefined;
  const stop = async (exitCode: number) => {
    stoppingSince = Date.now();
    removeRunFile(home);
    const done = terminal.step();
    await layers.stop();
    done('Stopped');
    lock.release();
    process.exit(exitCode);
  };
  const onSignal = () => {
    if (stoppingSince === undefined) {
      terminal.say('\nStopping; once more kills.');
      void stop(0);
    } else if (Date.now() - stoppingSince > SAME_KEY_PRESS_MS) {
      list.killAll();
      lock.release();
      process.exit(130);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);

  try {
    removeRunFile(home);
    await clearLeftovers({ flags, settings, list, terminal });
    await run({ flags, settings, layers, terminal });
  } catch (error) {
    if (stoppingSince !== undefined) return;
    terminal.warn(messageOf(error));
    await stop(1);
  }
}

async function clearLeftovers({
  flags,
  settings,
  list,
  terminal,
}: {
  flags: Flags;
  settings: Settings;
  list: ReturnType<typeof processList>;
  terminal: Terminal;
}): Promise<void> {
  const left = await list.stopLeftovers();
  if (left.length > 0) terminal.say(`Stopped what an earlier start had left behind: ${left.join(', ')}`);
  if (!flags.reset) return;
  wipeHome({
    home: settings.home,
    postgres: postgresFolder(settings.home, unprivilegedUser()),
    keepKeys: settings.DATABASE_URL !== undefined,
  });
  const untouched = settings.DATABASE_URL === undefined ? '' : '; the database of DATABASE_URL is left as it is';
  terminal.say(`Removed what was stored in ${settings.home}${untouched}`);
}

async function run({
  flags,
  settings,
  layers,
  terminal,
}: {
  flags: Flags;
  settings: Settings;
  layers: ReturnType<typeof createLayers>;
  terminal: Terminal;
}): Promise<void> {
  // 0 is the start of this process: what is told is the time somebody waited.
  const done = terminal.step(0);
  const keys = loadKeys(join(settings.home, 'keys.json'));
  const instance = await startStack({ settings, keys, terminal, layers });
  done(`Ready: ${instance.api}`);
  const order = flags.sample
    ? await placeSampleOrder({ api: instance.api, key: keys.channel, terminal, isStopping: layers.isStopping })
    : undefined;
  if (layers.isStopping()) return;
  terminal.say(describeInstance({ run: instance, home: settings.home, workflowUrl: order?.workflow?.url, terminal }));
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
});
