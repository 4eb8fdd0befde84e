/** The import rules of docs/architecture.md. A breach fails `npm run check`. */
const typeOnly = ['type-only'];
const forbid = (name, from, to, options = {}) => ({
  name,
  severity: 'error',
  from: { path: from, ...(options.fromNot ? { pathNot: options.fromNot } : {}) },
  to: {
    path: to,
    ...(options.toNot ? { pathNot: options.toNot } : {}),
    ...(options.types ? {} : { dependencyTypesNot: typeOnly }),
  },
});
const all = '^(workflows|activities|providers|sandbox|db|api|worker|runtime|verify|tests)/';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: typeOnly } },
    },
    forbid('domain-is-pure', '^domain/', all, { types: true }),
    forbid(
      'workflows-take-activities-as-types',
      '^workflows/',
      '^(activities|db|providers|api|worker|runtime|sandbox|verify)/',
    ),
    forbid('zod-stays-out-of-the-workflow-bundle', '^workflows/', 'schema\\.ts$|node_modules/zod'),
    forbid('activities-know-no-edges', '^activities/', '^(workflows|api|worker|sandbox|verify)/', {
      toNot: 'messages\\.ts$',
    }),
    forbid('db-knows-only-the-domain', '^db/', '^(workflows|activities|providers|api|worker|sandbox|verify)/', {
      types: true,
    }),
    forbid('providers-know-only-the-domain', '^providers/', '^(workflows|activities|db|api|worker|sandbox|verify)/', {
      types: true,
    }),
    forbid('the-sandbox-is-an-outsider', '^sandbox/', '^(workflows|activities|db|api|worker|providers|verify)/', {
      types: true,
    }),
    forbid('api-never-loads-activities-or-workflow-bodies', '^api/', '^(activities|workflows|worker|sandbox|verify)/', {
      toNot: 'messages\\.ts$|searchAttributes\\.ts$',
    }),
    // What judges the system shares as little with it as can be: a fault of a step must not hide itself from the judge.
    forbid('verify-only-reads', '^verify/', '^(activities|workflows|providers|sandbox|api|worker)/', {
      toNot: 'workflows/orders/messages\\.ts$',
    }),
    forbid(
      'sql-only-in-db',
      '^(domain|workflows|activities|providers|sandbox|api|worker|verify)/',
      'node_modules/(knex|pg)/',
    ),
    forbid(
      'product-code-never-imports-tests',
      '^(domain|workflows|activities|providers|sandbox|db|api|worker|runtime|verify)/',
      '^(tests|faults)/',
      { types: true },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
