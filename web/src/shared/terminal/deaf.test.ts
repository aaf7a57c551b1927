import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deafen, type Parser } from './deaf';

type Id = { prefix?: string; intermediates?: string; final: string };

/** Refuses what no sequence can be, as the terminal's parser does. */
function nameOf({ prefix = '', intermediates = '', final }: Id): string {
  const name = `${prefix}${intermediates}${final}`;
  assert.match(name, /^[<=>?]?[ -/]{0,2}[@-~]$/);
  return name;
}

function swallowed() {
  const seen = { csi: new Set<string>(), dcs: new Set<string>(), esc: new Set<string>(), osc: new Set<number>() };
  const disposable = { dispose: () => undefined };
  const parser: Parser = {
    registerCsiHandler: (id, handler) => {
      assert.equal(handler([0]), true);
      seen.csi.add(nameOf(id));
      return disposable;
    },
    registerDcsHandler: (id, handler) => {
      assert.equal(handler('', []), true);
      seen.dcs.add(nameOf(id));
      return disposable;
    },
    registerEscHandler: (id, handler) => {
      assert.equal(handler(), true);
      seen.esc.add(nameOf(id));
      return disposable;
    },
    registerOscHandler: (code, handler) => {
      assert.equal(handler(''), true);
      seen.osc.add(code);
      return disposable;
    },
  };
  deafen(parser);
  return seen;
}

test('r01_at31_clipboard_links_titles_and_colours_are_swallowed', () => {
  const { osc } = swallowed();
  for (const code of [0, 1, 2, 4, 7, 8, 9, 10, 11, 12, 52, 104, 110, 111, 112, 777, 1337]) assert.ok(osc.has(code), `OSC ${code}`);
});

test('r01_at31_questions_are_swallowed_but_what_a_shell_needs', () => {
  const { csi, dcs, esc } = swallowed();
  for (const each of ['t', '>c', '=c', '>q', '?n', '$p', '?$p', '*y', 'x', '?u']) assert.ok(csi.has(each), `CSI ${each}`);
  for (const each of ['c', 'n', 'm', 'H', 'J', 'K', 'h', 'l', '?h', '?l', 'r']) assert.ok(!csi.has(each), `CSI ${each} must work`);
  for (const each of ['$q', '+q', '|']) assert.ok(dcs.has(each), `DCS ${each}`);
  assert.ok(esc.has('Z'));
});
