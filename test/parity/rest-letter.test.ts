import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { modelConfig, type ServerProcess, startServer, zoo } from '../support/server.ts';
import { RawExchange } from './letter/raw-exchange.ts';
import { httpRows } from './letter/rest-http-rows.ts';
import { routeRows } from './letter/rest-route-rows.ts';
import { bare, half, type LetterRow, type LetterServer } from './letter/rest-row.ts';
import { valueRows } from './letter/rest-value-rows.ts';

const rows: readonly LetterRow[] = [...routeRows, ...httpRows, ...valueRows];

const usualFields = { 'content-type': 'application/json', connection: 'keep-alive' };
/** What every reply has; how long idle connections are kept is the server's to choose. */
const known = ['content-length', 'content-type', 'date', 'connection', 'keep-alive'];

test('every rule is there once', () => {
  assert.equal(new Set(rows.map(({ rule }) => rule)).size, rows.length);
});

describe('the REST API to the letter', { concurrency: 2 }, () => {
  for (const threads of [1, 2]) {
    describe(`with ${threads} data threads`, { concurrency: 8 }, () => {
      let folder: string;
      const servers = new Map<LetterServer | undefined, ServerProcess>();

      before(async () => {
        folder = await mkdtemp(path.join(tmpdir(), 'serval-letter-'));
        const monitoring = path.join(folder, 'monitoring.config');
        await writeFile(monitoring, 'prometheus_config { enable: true }');
        const halfPlusTwo = path.join(zoo, 'tfserving/saved_model_half_plus_two_cpu');
        const config = await modelConfig([
          { name: 'half_plus_two', base: halfPlusTwo, labels: { stable: 123 } },
          { name: 'a/b:c', base: halfPlusTwo },
          { name: 'multi_signature', base: path.join(zoo, 'models/multi_signature') },
          { name: 'bytes_output', base: path.join(zoo, 'models/bytes_output') },
          { name: 'loops', base: path.join(zoo, 'models/control_flow') },
        ]);
        const flags = [
          config,
          `--data_threads=${threads}`,
          '--settle_seconds=0',
          '--allow_version_labels_for_unavailable_models',
        ];
        const open = [
          '--rest_api_enable_cors_support',
          '--rest_api_timeout_in_ms=300',
          `--monitoring_config_file=${monitoring}`,
        ];
        const starts = [startServer({ flags }), startServer({ flags: [...flags, ...open] })];
        const [usual, opened] = await Promise.all(starts);
        servers.set(undefined, usual!);
        servers.set('open', opened!);
      });

      after(async () => {
        for (const server of servers.values()) await server[Symbol.asyncDispose]();
        await rm(folder, { recursive: true });
      });

      for (const row of rows) {
        test(row.rule, async () => {
          const { port } = new URL(servers.get(row.server)!.rest);
          using exchange = await RawExchange.connect(Number(port));
          exchange.send(row.request);
          const isHead = row.request.toString().startsWith('HEAD ');
          const { before, status, fields, body } = await exchange.reply(!isHead);
          assert.equal(status, row.status, body.toString());
          const text = row.isLatin1 ? body.toString('latin1') : body.toString();
          if (typeof row.body === 'string') assert.equal(text, row.body);
          else assert.match(text, row.body);
          assert.equal(before, row.before ?? '');

          const expected: Readonly<Record<string, string | null>> = {
            ...usualFields,
            ...row.fields,
          };
          for (const [name, value] of Object.entries(expected)) {
            assert.equal(fields.get(name) ?? null, value, name);
          }
          for (const name of fields.keys()) {
            assert.ok(known.includes(name) || name in expected, name);
          }
          assert.match(fields.get('date') ?? '', /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
          if (!isHead) assert.equal(fields.get('content-length'), `${body.length}`);

          if (row.closes) {
            await exchange.ended();
          } else {
            exchange.send(bare('GET', half));
            assert.equal((await exchange.reply()).status, '200 OK');
          }
        });
      }
    });
  }
});
