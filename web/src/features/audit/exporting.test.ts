import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordCounter, exportAddress } from './exporting';

const bytes = (text: string) => new TextEncoder().encode(text);

test('records are counted however the stream is cut', () => {
  const csv = 'id,sentence\n1,"a ""b""\nc"\n2,plain\n';
  for (const size of [1, 2, 5, 100]) {
    const counter = new RecordCounter('csv');
    for (let at = 0; at < csv.length; at += size) counter.add(bytes(csv.slice(at, at + size)));
    assert.equal(counter.records, 2);
  }
  const lines = new RecordCounter('ndjson');
  lines.add(bytes('{"a":"\\n\\""}\n{"b":1'));
  assert.equal(lines.records, 1);
  lines.add(bytes('}\n'));
  assert.equal(lines.records, 2);
});

test('the address of an export has what was chosen and nothing else', () => {
  assert.equal(exportAddress('csv', { riskLevel: 'high', from: undefined, code: '' }), '/api/audit/export?format=csv&riskLevel=high');
});
