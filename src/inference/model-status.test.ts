import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServableStatus } from '../core/index.ts';
import { Code, StatusError } from '../status/index.ts';
import { modelMetadata, modelStatus } from './index.ts';
import { FakeLookup } from './testing/fake-lookup.ts';
import { FakeModel } from './testing/fake-model.ts';

const signatureDefMap = Uint8Array.of(1, 2, 3);
const lookup = new FakeLookup('m', new FakeModel(), signatureDefMap);
const status = (version: bigint): ServableStatus => ({
  id: { name: 'm', version },
  state: 'AVAILABLE',
  error: null,
});
lookup.versions = [status(9n), status(7n)];
const context = { lookup, checkShapes: true };

function isNotFound(text: string): (error: unknown) => boolean {
  return (error) =>
    error instanceof StatusError && error.code === Code.NOT_FOUND && error.message === text;
}

test('states that another thread knows are waited for', async () => {
  const remote = {
    acquire: () => assert.fail('nothing is run'),
    statuses: async (name: string) => lookup.statuses(name),
  };
  const asking = { lookup: remote, checkShapes: true };
  const one = modelStatus(asking, { name: 'm', version: 7n });
  assert.ok(one instanceof Promise);
  assert.deepEqual(await one, [status(7n)]);
  await assert.rejects(
    async () => modelStatus(asking, { name: 'n', version: null }),
    isNotFound('Could not find any versions of model n'),
  );
});

test('the status of all versions, or of the one named', () => {
  assert.deepEqual(modelStatus(context, { name: 'm', version: null }), lookup.versions);
  assert.deepEqual(modelStatus(context, { name: 'm', version: 7n }), [status(7n)]);
  assert.throws(
    () => modelStatus(context, { name: 'm', version: 8n }),
    isNotFound('Could not find version 8 of model m'),
  );
  assert.throws(
    () => modelStatus(context, { name: '', version: null }),
    isNotFound('Could not find any versions of model '),
  );
  assert.throws(
    () => modelStatus(context, { name: 'n', version: 7n }),
    isNotFound('Could not find version 7 of model n'),
  );
});

test('metadata comes from the version that is resolved, whose handle is given back', () => {
  const spec = { name: 'm', version: null, label: null, signatureName: '' };
  const metadata = modelMetadata(context, spec);
  assert.deepEqual(metadata, { id: { name: 'm', version: 7n }, signatureDefMap });
  assert.equal(lookup.held, 0);
  assert.throws(
    () => modelMetadata(context, { ...spec, version: 3n }),
    isNotFound('Servable not found for request: Specific(m, 3)'),
  );
});
