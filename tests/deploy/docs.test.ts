import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './readCompose';

const pages = [ROOT, join(ROOT, 'docs'), join(ROOT, 'docs/adr')].flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file)),
);
const name = (page: string) => page.slice(ROOT.length + 1);

/** As GitHub makes the anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (page: string): string[] =>
  [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

describe('the documentation', () => {
  test.each(pages.map((page) => [name(page), page]))('%s links to what is there', (_name, page) => {
    const links = [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link);
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
    });
    expect(broken).toEqual([]);
  });

  test.each(pages.map((page) => [name(page), page]))('%s names files that are there', (_name, page) => {
    const CODE =
      /`((?:activities|api|db|deploy|docs|domain|providers|runtime|sandbox|tests|worker|workflows)\/[\w./-]*)`/g;
    const paths = [...readFileSync(page, 'utf8').matchAll(CODE)].map(([, path = '']) => path);
    // Made when the system is set up.
    const missing = paths.filter((path) => path !== 'deploy/secrets' && !existsSync(join(ROOT, path)));
    expect(missing).toEqual([]);
  });

  test('has records of decisions that fit on a screen', () => {
    const records = pages.filter((page) => page.includes('/adr/'));
    expect(records.length).toBeGreaterThanOrEqual(10);
    expect(records.filter((page) => readFileSync(page, 'utf8').split('\n').length > 21)).toEqual([]);
  });

  test('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
    const named = pages.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/npm run ([\w:]+)/g)].map(([, script = '']) => script),
    );
    expect(named.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
  });
});
