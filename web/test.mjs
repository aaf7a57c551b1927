// Runs the unit tests (src/**/*.test.ts) by Node's own runner, which knows no TypeScript: compiled first, to a folder of their own.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';

const out = new URL('.test-build/', import.meta.url);
rmSync(out, { recursive: true, force: true });
mkdirSync(new URL('node_modules/', out), { recursive: true });
// What the sources import as `@/…` is looked for as a package of that name.
symlinkSync('..', new URL('node_modules/@', out));
writeFileSync(new URL('package.json', out), '{"type":"commonjs"}');

const run = (command, args, cwd) => spawnSync(command, args, { cwd, stdio: 'inherit' }).status ?? 1;
const compiled = run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.test.json'], new URL('.', import.meta.url));
process.exit(compiled === 0 ? run(process.execPath, ['--test', ...process.argv.slice(2)], out) : compiled);
