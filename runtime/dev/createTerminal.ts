import pc from 'picocolors';

export interface Terminal {
  /** Whether colours and box characters may be used. */
  isRich: boolean;
  colors: ReturnType<typeof pc.createColors>;
  say: (line: string) => void;
  warn: (line: string) => void;
  /** Measures a step, from now or a point before: call what it returns when it is done. */
  step: (since?: number) => (what: string) => void;
}

/** Progress for whoever looks: plain lines unless it is a real terminal. */
export function createTerminal(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Terminal {
  const isRich = stream.isTTY === true && env.NO_COLOR === undefined && env.TERM !== 'dumb';
  const colors = pc.createColors(isRich);
  // A terminal that was closed must not bring the supervisor down before it has stopped its children.
  stream.on('error', () => undefined);
  const say = (line: string) => void stream.write(`${line}\n`);
  return {
    isRich,
    colors,
    say,
    warn: (line) => say(`${colors.yellow(isRich ? '▲' : '!')} ${line}`),
    step: (since = performance.now()) => {
      return (what) => {
        const seconds = ((performance.now() - since) / 1000).toFixed(1);
        say(`${colors.green(isRich ? '✓' : '-')} ${what} ${colors.dim(`in ${seconds} s`)}`);
      };
    },
  };
}
