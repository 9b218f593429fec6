import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRoute, Routes } from './route.ts';

const model = (name: string, version: bigint | null = null, label: string | null = null) => ({
  name,
  version,
  label,
});

test('inference paths', () => {
  assert.deepEqual(parseRoute('POST', '/v1/models/m:predict'), {
    kind: 'inference',
    method: 'predict',
    model: model('m'),
  });
  assert.deepEqual(parseRoute('POST', '/V1/Models/m/Versions/0012:classify'), {
    kind: 'inference',
    method: 'classify',
    model: model('m', 12n),
  });
  assert.deepEqual(parseRoute('POST', '/v1/models/a%2Fb%3Ac+d%zz/labels/l%20x:regress'), {
    kind: 'inference',
    method: 'regress',
    model: model('a/b:c+d%zz', null, 'l x'),
  });
  assert.deepEqual(parseRoute('POST', '/v1/models/%C3%A9:predict').kind, 'inference');
  assert.deepEqual(parseRoute('POST', '/v1/models/m/versions/9223372036854775807:predict'), {
    kind: 'inference',
    method: 'predict',
    model: model('m', 2n ** 63n - 1n),
  });
});

test('model paths', () => {
  assert.deepEqual(parseRoute('GET', '/v1/models/m'), { kind: 'status', model: model('m') });
  assert.deepEqual(parseRoute('GET', '/v1/models/m/versions/3/metadata'), {
    kind: 'metadata',
    model: model('m', 3n),
  });
  assert.deepEqual(parseRoute('GET', '/v1/models/m/labels/canary/metadata'), {
    kind: 'metadata',
    model: model('m', null, 'canary'),
  });
  assert.deepEqual(parseRoute('GET', '/v1/models'), { kind: 'status', model: model('') });
  assert.deepEqual(parseRoute('GET', '/v1/models/metadata'), {
    kind: 'status',
    model: model('metadata'),
  });
  assert.deepEqual(parseRoute('GET', '/v1/models/m/METADATA'), {
    kind: 'status',
    model: model('m'),
  });
  assert.deepEqual(parseRoute('GET', '/v1/models/m?x=1'), {
    kind: 'status',
    model: model('m?x=1'),
  });
});

test('names are read as UTF-8', () => {
  const route = parseRoute('GET', '/v1/models/%C3%A9');
  assert.ok(route.kind === 'status');
  assert.equal(route.model.name, 'é');
});

test('what is no route', () => {
  for (const [method, target] of [
    ['POST', '/v1/models/m:PREDICT'],
    ['POST', '/v1/models/m:predict?x'],
    ['POST', '/v1/models/m/versions/-1:predict'],
    ['POST', '/v1/models/m/versions/1/labels/x:predict'],
    ['POST', '/v1/models/m'],
    ['GET', '/v1/models/m:predict'],
    ['GET', '/v1/models/m/'],
    ['PUT', '/v1/models/m'],
    ['HEAD', '/v1/models/m'],
    ['GET', '/v1/'],
  ] as const) {
    assert.deepEqual(parseRoute(method, target), { kind: 'malformed' }, `${method} ${target}`);
  }
  assert.equal(parseRoute('GET', '/').kind, 'not-found');
  assert.equal(parseRoute('GET', '/v1').kind, 'not-found');
  assert.equal(parseRoute('POST', '/v2/models/m/infer').kind, 'not-found');
  assert.equal(parseRoute('TRACE', '/v1/models/m').kind, 'unknown-method');
  assert.equal(parseRoute('OPTIONS', '/v1/anything').kind, 'preflight');
  assert.deepEqual(parseRoute('GET', '/v1/models/m/versions/9223372036854775808'), {
    kind: 'version-out-of-range',
    version: '9223372036854775808',
  });
});

test('what was kept is what is read, however many paths there are', () => {
  const routes = new Routes();
  for (let round = 0; round < 2; round += 1) {
    for (let i = 0; i < 1500; i += 1) {
      const target = `/v1/models/m${i % 700}${i % 3 === 0 ? `/versions/${i}` : ''}:predict`;
      assert.deepEqual(routes.find('POST', target), parseRoute('POST', target));
      assert.deepEqual(routes.find('GET', target), { kind: 'malformed' });
    }
  }
  const long = `/v1/models/${'m'.repeat(300)}:predict`;
  for (const target of [long, '/v1/models/m', '/', `/v1/models/m/versions/${2n ** 63n}:predict`]) {
    for (let i = 0; i < 2; i += 1) {
      assert.deepEqual(routes.find('POST', target), parseRoute('POST', target));
    }
  }
});
