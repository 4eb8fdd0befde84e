import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { findSyntaxErrors, readAlerts, readDashboard, readExpressions } from '../support/promql';
import { readCompose, ROOT } from './readCompose';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const alerts = readAlerts();

describe('what watches the system', () => {
  test.each(readExpressions())('%s asks in PromQL', (_where, expr) => {
    expect(findSyntaxErrors(expr)).toEqual([]);
  });

  test('is told from an expression that is none', () => {
    expect(findSyntaxErrors('sum(rate(a_total[5m]) by x')).not.toEqual([]);
    expect(findSyntaxErrors('a_total{b=c}')).not.toEqual([]);
  });

  test.each(alerts.map((alert) => [alert.alert, alert] as const))(
    '%s says how grave it is, what has happened, and where the operations page says what to do',
    (name, { labels, annotations }) => {
      expect(['warning', 'critical']).toContain(labels.severity);
      expect(annotations.summary.length).toBeGreaterThan(10);
      expect(annotations.runbook).toBe(`docs/operations.md#${name.toLowerCase()}`);
      const [, section = ''] = new RegExp(`^### ${name}\\n\\n([^]+?)\\n#`, 'm').exec(read('docs/operations.md')) ?? [];
      expect(section.trim().length).toBeGreaterThan(100);
    },
  );

  test('has no section for an alert that is gone', () => {
    const sections = [...read('docs/operations.md').matchAll(/^### (Oms\w+)$/gm)].map(([, name]) => name);
    expect(sections.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
  });

  test('has each panel once, all of them from the one source of data that is provisioned', () => {
    const { panels } = readDashboard();
    const [source] = (parse(read('deploy/observability/grafana/datasources/prometheus.yml')) as Provisioned)
      .datasources;
    const asking = panels.filter(({ type }) => type !== 'row');
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(asking.map(({ title }) => title)).size).toBe(asking.length);
    expect(asking.filter(({ datasource }) => datasource?.uid !== source.uid)).toEqual([]);
  });

  test('asks where the Compose file has the metrics', () => {
    const { services } = readCompose();
    const { scrape_configs: jobs } = parse(read('deploy/observability/prometheus.yml')) as Scraping;
    const asked = jobs.flatMap(({ dns_sd_configs: found = [], static_configs: fixed = [] }) => [
      ...found.flatMap(({ names, port }) => names.map((name) => `${name}:${port}`)),
      ...fixed.flatMap(({ targets }) => targets),
    ]);
    const env = (name: string) => services[name]?.environment ?? {};
    expect(asked).toEqual([
      `api:${env('api')['METRICS_PORT']}`,
      `worker:${env('worker')['METRICS_PORT']}`,
      `worker:${env('worker')['TEMPORAL_METRICS_PORT']}`,
      `temporal:${env('temporal')['PROMETHEUS_ENDPOINT']?.split(':')[1]}`,
    ]);
    for (const name of ['prometheus', 'api', 'worker', 'temporal'])
      expect(services[name]?.networks).toContain('default');
  });
});

interface Provisioned {
  datasources: [{ uid: string }];
}
interface Scraping {
  scrape_configs: {
    dns_sd_configs?: { names: string[]; port: number }[];
    static_configs?: { targets: string[] }[];
  }[];
}
