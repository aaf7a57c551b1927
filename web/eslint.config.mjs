// Strict and typed. The import walls keep the order shared → features → app, and features apart from each other.
import { readdirSync } from 'node:fs';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const features = readdirSync(new URL('./src/features', import.meta.url));

/** Imports that are refused; a later rule of this kind takes the place of an earlier one, so all of it stands in each. */
const walls = (...patterns) => ['error', {
  patterns,
  paths: [{ name: '@tanstack/react-query', importNames: ['useMutation'], message: 'Use useAct (@/shared/api/act): it says what was done before what it was done to goes out of sight.' }],
}];

export default tseslint.config(
  { ignores: ['.next/', '.test-build/', 'out/', 'node_modules/', 'next-env.d.ts', 'src/shared/api/schema.ts'] },
  ...tseslint.configs.strictTypeChecked,
  jsxA11y.flatConfigs.strict,
  reactHooks.configs.flat['recommended-latest'],
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      // The focus moves to the one field of a page or dialog that has just opened.
      'jsx-a11y/no-autofocus': 'off',
    },
  },
  {
    files: ['**/*.test.ts'],
    rules: {
      // The runner waits for what `test` returns.
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [{ from: 'package', name: 'test', package: 'node:test' }] }],
    },
  },
  { files: ['**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
  { files: ['src/**'], rules: { 'no-restricted-imports': walls() } },
  { files: ['src/shared/**'], rules: { 'no-restricted-imports': walls('@/features/*', '@/app/*') } },
  ...features.map((feature) => ({
    files: [`src/features/${feature}/**`],
    rules: { 'no-restricted-imports': walls('@/app/*', ...features.filter((other) => other !== feature).map((other) => `@/features/${other}/*`)) },
  })),
  // The one place where it is wrapped; it is within the walls of shared by what it imports.
  { files: ['src/shared/api/act.ts'], rules: { 'no-restricted-imports': ['error', { patterns: ['@/features/*', '@/app/*'] }] } },
);
