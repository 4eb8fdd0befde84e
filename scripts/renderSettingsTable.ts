import { listSettings } from './listSettings';

const START = '<!-- settings: written by `npm run env:write` from runtime/config.ts -->';
const END = '<!-- /settings -->';

/** The text of docs/configuration.md with its table brought up to date; what stands around the table stays. */
export function renderSettingsTable(page: string): string {
  const [before, rest] = page.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/configuration.md lacks ${START} or ${END}`);
  const rows = listSettings().map(({ name, meaning, default: value, values, required }) => {
    const must = required === 'no' ? [] : [required === 'always' ? 'has to be set' : `has to be set ${required}`];
    const standard = [...(value === undefined ? [] : [`\`${value}\``]), ...must].join('; ');
    return `| \`${name}\` | ${meaning} | ${values} | ${standard} |`;
  });
  const table = ['| Setting | Meaning | Values | Default |', '| --- | --- | --- | --- |', ...rows].join('\n');
  return `${before}${START}\n<!-- prettier-ignore-start -->\n\n${table}\n\n<!-- prettier-ignore-end -->\n${END}${after}`;
}
