import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { Tally } from './tally.ts';
import { runProgram } from './tools.ts';

const model = '/v1/models/saved_model_half_plus_two_cpu';

/** curl as people use it, and what it does by itself: `Expect`, kept connections, pipes. */
export async function checkCurl(tally: Tally, rest: string): Promise<void> {
  const body = '{"instances": [1.0, 2.0, 5.0]}';
  const answer = { predictions: [2.5, 3, 4.5] };

  async function curl(args: readonly string[], stdin?: string | Uint8Array): Promise<string> {
    const options = stdin === undefined ? {} : { stdin };
    const { code, stdout, stderr } = await runProgram('curl', ['-sS', ...args], options);
    assert.equal(code, 0, stderr);
    return stdout;
  }

  await tally.check('curl -d', async () => {
    assert.deepEqual(JSON.parse(await curl(['-d', body, `${rest}${model}:predict`])), answer);
  });

  await tally.check('curl with a gzip body from a pipe', async () => {
    const text = await curl(
      ['-H', 'Content-Encoding: gzip', '--data-binary', '@-', `${rest}${model}:predict`],
      gzipSync(body),
    );
    assert.deepEqual(JSON.parse(text), answer);
  });

  await tally.check('curl with a large body, for which it asks to continue', async () => {
    const numbers = Array.from({ length: 400_000 }, (_, index) => index % 1000);
    const text = await curl(
      ['-H', 'Expect: 100-continue', '--data-binary', '@-', `${rest}${model}:predict`],
      JSON.stringify({ instances: numbers }),
    );
    const { predictions } = JSON.parse(text) as { readonly predictions: readonly number[] };
    assert.deepEqual(
      predictions,
      numbers.map((number) => number / 2 + 2),
    );
  });

  await tally.check('curl reuses its connection', async () => {
    const urls = Array.from({ length: 5 }, () => `${rest}${model}`);
    const connects = await curl(['-o', '/dev/null', '-w', '%{num_connects}\n', ...urls]);
    // The body of all but the first URL goes to stdout, between the lines that -w writes.
    const counts = connects.match(/^\d$/gm);
    assert.deepEqual(counts, ['1', '0', '0', '0', '0']);
  });

  await tally.check('curl status and metadata', async () => {
    const status = JSON.parse(await curl([`${rest}${model}`])) as {
      readonly model_version_status: readonly unknown[];
    };
    assert.deepEqual(status.model_version_status, [
      { version: '123', state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } },
    ]);
    const metadata = JSON.parse(await curl([`${rest}${model}/metadata`])) as {
      readonly model_spec: unknown;
    };
    assert.deepEqual(metadata.model_spec, {
      name: 'saved_model_half_plus_two_cpu',
      signature_name: '',
      version: '123',
    });
  });

  await tally.check('curl over HTTP/1.0', async () => {
    const text = await curl(['--http1.0', '-d', body, `${rest}${model}:predict`]);
    assert.deepEqual(JSON.parse(text), answer);
  });

  await tally.check('curl -f on an unknown model', async () => {
    const { code } = await runProgram('curl', ['-sSf', `${rest}/v1/models/nobody`]);
    assert.equal(code, 22);
  });
}
