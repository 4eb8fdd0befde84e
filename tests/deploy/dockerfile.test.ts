import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { configSchema } from '../../runtime/settings';
import { builtPrograms, ROOT } from './readCompose';

const text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
const file = DockerfileParser.parse(text);
const instructions = file.getInstructions();
const named = (name: string): Instruction[] => instructions.filter((it) => it.getKeyword() === name);
const argumentsOf = (instruction: Instruction | undefined) =>
  instruction?.getArguments().map((argument) => argument.getValue()) ?? [];
const last = (name: string) => argumentsOf(named(name).at(-1)).join(' ');

describe('the Dockerfile', () => {
  test('is valid', () => {
    expect(validate(text)).toEqual([]);
  });

  test('would be refused with an instruction that does not exist', () => {
    expect(validate(text.replace(/^EXPOSE/m, 'EXPSE'))).not.toEqual([]);
  });

  test('begins with an image of a named version that has glibc', () => {
    const stages = file.getFROMs().map((from) => from.getBuildStage());
    const bases = file.getFROMs().map((from) => from.getImage() ?? '');
    const outside = bases.filter((image) => !stages.includes(image));
    expect(outside).toEqual(['node:22-bookworm-slim']);
  });

  test('runs as a user that is not root, known by number', () => {
    expect(last('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  test('brings nothing from the internet but packages', () => {
    expect(named('ADD')).toEqual([]);
    expect(
      instructions.filter(
        (it) => /\b(curl|wget)\b|https?:\/\//.test(argumentsOf(it).join(' ')) && it.getKeyword() === 'RUN',
      ),
    ).toEqual([]);
  });

  test('has a health check, passes signals on, and starts the API', () => {
    expect(named('HEALTHCHECK')).toHaveLength(1);
    expect(JSON.parse(last('ENTRYPOINT'))).toEqual(['/usr/bin/tini', '--']);
    expect(JSON.parse(last('CMD'))).toEqual(['node', 'dist/api/main.js']);
    expect(builtPrograms()).toContain('dist/api/main.js');
  });

  test('sets only what exists, and nothing secret', () => {
    const set = file.getENVs().flatMap((env) => env.getProperties().map((property) => property.getName()));
    const known = [...Object.keys(configSchema.shape), 'OMS_COMMIT', 'OMS_HOME', 'HEALTH_PORT'];
    expect(known).toEqual(expect.arrayContaining(set));
    expect(set.filter((name) => /KEY|SECRET|PASSWORD|DATABASE_URL/.test(name))).toEqual([]);
  });

  test('finds in its context what it copies and builds, and nothing else', () => {
    const allowed = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(allowed[0]).toBe('*');
    const names = allowed.slice(1).map((line) => line.replace(/^!/, ''));
    expect(names).toEqual(
      expect.arrayContaining([
        'package.json',
        'package-lock.json',
        '.npmrc',
        'LICENSE',
        'tsconfig.json',
        'tsconfig.build.json',
      ]),
    );
    const folders = builtPrograms().map((program) => program.split('/')[1] ?? '');
    expect(names).toEqual(expect.arrayContaining(folders));
    expect(names.filter((name) => /^(\.git|\.env|\.oms|deploy|docs|node_modules|tests)/.test(name))).toEqual([]);
  });
});
