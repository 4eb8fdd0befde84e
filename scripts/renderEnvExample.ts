import { listSettings } from './listSettings';

const HEAD = `# Settings of the API and the workers, with their defaults. Written by \`npm run env:write\` from runtime/config.ts.
# Copy it to .env and change what you need. A line that is commented out, or a value that is empty, means the default.
# NAME_FILE in place of NAME names a file that holds the value: the way for secrets.
`;

/** The text of .env.example. Everything is commented out, so that a copy of it changes nothing. */
export function renderEnvExample(): string {
  const settings = listSettings().map(({ name, meaning, default: value, values, required }) => {
    const notes = [
      ...(values === 'text' ? [] : [`Values: ${values}.`]),
      ...(required === 'no' ? [] : [`Has to be set${required === 'always' ? '' : ` ${required}`}.`]),
    ];
    return [`# ${meaning}.${notes.map((note) => ` ${note}`).join('')}`, `# ${name}=${value ?? ''}`].join('\n');
  });
  return `${[HEAD.trimEnd(), ...settings].join('\n\n')}\n`;
}
