import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startServer, zoo } from '../support/server.ts';
import { startRows } from './texts/start-rows.ts';

describe('error texts of starts', { concurrency: 2 }, () => {
  let folder: string;
  let taken: net.Server;
  let port: number;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'serval-start-texts-'));
    taken = net.createServer();
    await new Promise<void>((resolve) => taken.listen(0, '::', resolve));
    ({ port } = taken.address() as net.AddressInfo);
  });

  after(async () => {
    taken.close();
    await rm(folder, { recursive: true });
  });

  for (const { key, flags = [], files = {}, code, text } of startRows) {
    test(key, async () => {
      const fill = (value: string) =>
        value.replaceAll('TAKEN', `${port}`).replaceAll('BROKEN', path.join(zoo, 'broken'));
      const paths = new Map(
        Object.keys(files).map((flag) => [flag, path.join(folder, `${key}.${flag}`)]),
      );
      for (const [flag, file] of paths) await writeFile(file, files[flag]!);
      await using server = await startServer({
        flags: [
          '--model_config_file=/dev/null',
          ...flags.map(fill),
          ...[...paths].map(([flag, file]) => `--${flag}=${file}`),
        ],
        waitUntil: /^/,
      });
      assert.deepEqual(await server.ended, { code: 255, signal: null });
      const [file = ''] = paths.values();
      const said = `${code === null ? '' : `Failed to start server. Error: ${code}: `}${fill(text).replaceAll('FILE', file)}`;
      const output = server.output();
      const at = output.indexOf(said);
      assert.ok(at >= 0, output);
      assert.match(output.slice(at + said.length), /^(\n| \(.*\)\n|")/, output);
    });
  }
});
