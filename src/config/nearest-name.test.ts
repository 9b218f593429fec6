import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nearestName } from './nearest-name.ts';

const known = ['port', 'rest_api_port', 'model_name', 'model_base_path', 'name'];

describe('nearestName', () => {
  it('finds the name that slips of the fingers explain', () => {
    for (const [mistyped, meant] of [
      ['prot', 'port'],
      ['nmae', 'name'],
      ['model_nane', 'model_name'],
      ['modelname', 'model_name'],
      ['MODEL_NAME', 'model_name'],
      ['rest-api-port', 'rest_api_port'],
      ['model_basepath', 'model_base_path'],
    ] as const) {
      assert.equal(nearestName(mistyped, known), meant);
    }
  });

  it('finds nothing where no name is near', () => {
    for (const mistyped of ['', 'x', 'batching', 'ports_of_call', 'p'.repeat(1_000_000)]) {
      assert.equal(nearestName(mistyped, known), null);
    }
    assert.equal(nearestName('port', []), null);
  });

  it('prefers the nearest', () => {
    assert.equal(
      nearestName('model_nam', ['model_base', 'model_name', 'model_names']),
      'model_name',
    );
  });
});
