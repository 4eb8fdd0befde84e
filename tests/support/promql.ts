import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';

const FOLDER = resolve(__dirname, '../../deploy/observability');

export interface AlertRule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; runbook: string };
}

export function readAlerts(): AlertRule[] {
  const { groups } = parse(readFileSync(join(FOLDER, 'alerts.yml'), 'utf8')) as { groups: { rules: AlertRule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

export interface Panel {
  id: number;
  type: string;
  title: string;
  datasource?: { uid: string };
  targets?: { expr: string }[];
}

export const readDashboard = (): { uid: string; panels: Panel[] } =>
  JSON.parse(readFileSync(join(FOLDER, 'grafana/dashboards/oms.json'), 'utf8')) as { uid: string; panels: Panel[] };

/** Every expression of the alerts and the dashboard, with where it stands. Grafana's own variables are put in. */
export const readExpressions = (): [where: string, expr: string][] => [
  ...readAlerts().map(({ alert, expr }): [string, string] => [`alert ${alert}`, expr]),
  ...readDashboard().panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }): [string, string] => [`panel ${title}`, expr.replaceAll('$__rate_interval', '1m')]),
  ),
];

/** Where Prometheus' own grammar finds the expression wrong. */
export function findSyntaxErrors(expr: string): string[] {
  const errors: string[] = [];
  parser.parse(expr).iterate({
    enter: ({ type, from }) => {
      if (type.isError) errors.push(`at ${from}: ${expr.slice(from, from + 20)}`);
    },
  });
  return errors;
}

/** The metrics that an expression asks for, with the labels and values by which it picks from each. */
export function readSelectors(
  expr: string,
): { metric: string; matchers: [label: string, operator: string, value: string][] }[] {
  const found: ReturnType<typeof readSelectors> = [];
  parser.parse(expr).iterate({
    enter: ({ name, from, to }) => {
      const text = expr.slice(from, to);
      if (name === 'VectorSelector') found.push({ metric: '', matchers: [] });
      const selector = found.at(-1);
      if (selector === undefined) return;
      if (name === 'Identifier') selector.metric = text;
      const matcher = name === 'UnquotedLabelMatcher' ? /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/.exec(text) : null;
      if (matcher !== null) selector.matchers.push([matcher[1] ?? '', matcher[2] ?? '', matcher[3] ?? '']);
    },
  });
  return found;
}
