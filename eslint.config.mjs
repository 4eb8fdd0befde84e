import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';

const noIo = [
  {
    group: ['node:*', 'fs', 'path', 'crypto', 'http', 'net', 'os', 'child_process'],
    message: 'Workflow and domain code must be deterministic: no Node built-ins.',
  },
  {
    group: ['knex', 'pg', 'pino', 'express', '@temporalio/client', '@temporalio/worker', '@temporalio/activity'],
    message: 'No I/O in workflow or domain code.',
  },
];

export default tseslint.config(
  { ignores: ['dist', '.oms', 'node_modules', 'coverage', '**/*.mjs', '**/*.cjs', '**/*.js'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' }],
      'no-console': 'error',
    },
  },
  {
    files: ['workflows/**/*.ts', 'domain/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: noIo.map((rule) => ({ ...rule, allowTypeImports: true })) },
      ],
      'no-restricted-globals': ['error', 'process', 'fetch', 'performance', 'setImmediate'],
    },
  },
  {
    files: ['tests/**/*.ts'],
    plugins: { jest },
    rules: {
      'jest/no-focused-tests': 'error',
      'jest/no-disabled-tests': 'error',
      'jest/no-identical-title': 'error',
      'jest/valid-expect': 'error',
      'no-console': 'off',
      // jest's own matchers (expect.stringContaining, …) are of type any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  {
    files: ['runtime/dev/**/*.ts', 'bench/**/*.ts', 'faults/**/*.ts', 'tests/support/runTests.ts', 'scripts/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
);
