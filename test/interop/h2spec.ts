import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { modelFlags, startServer, zoo } from '../support/server.ts';
import type { Tally } from './tally.ts';
import { runProgram } from './tools.ts';

const name = 'saved_model_half_plus_two_cpu';

/** Cases of h2spec that a gRPC server with these limits does not meet, and why. */
const unmet = new Map([
  [
    'Sends a WINDOW_UPDATE frame on half-closed (remote) stream',
    'waits for a body in reply to GET',
  ],
  ['Sends a PRIORITY frame on half-closed (remote) stream', 'waits for a body in reply to GET'],
  [
    'Sends a large size HEADERS frame that exceeds the SETTINGS_MAX_FRAME_SIZE',
    'does not read that frames of 1 MiB are allowed',
  ],
  [
    'Sends HEADERS frames that causes their advertised concurrent stream limit to be exceeded',
    'finds its streams answered before the next ones come',
  ],
]);
/** Cases that it has: fewer would mean that something ended it early. */
const cases = 145;
/**
 * Runs of a section that has failed: where the server has refused the request before the fault behind it
 * arrives, a case sees that reply instead.
 */
const mostRuns = 6;

interface Case {
  readonly section: string;
  readonly title: string;
  readonly failure: string | undefined;
}

/** The conformance suite of HTTP/2 against the gRPC port. */
export async function checkH2spec(tally: Tally, h2spec: string): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'serval-h2spec-'));
  try {
    await using server = await startServer({
      flags: modelFlags(name, path.join(zoo, 'tfserving', name)),
    });
    const report = path.join(folder, 'report.xml');
    const port = server.grpc.slice(server.grpc.lastIndexOf(':') + 1);
    const run = async (sections: readonly string[]): Promise<readonly Case[]> => {
      await runProgram(h2spec, [...sections, '--port', port, '--junit-report', report]);
      return casesOf(readFileSync(report, 'utf8'));
    };
    const all = await run([]);
    await tally.check('h2spec runs all of its cases', async () => {
      if (all.length !== cases) throw new Error(`${all.length} of ${cases}`);
    });
    for (const { section, title, failure } of all) {
      await tally.check(`h2spec ${section}: ${title}`, async () => {
        const reason = unmet.get(title);
        if (reason !== undefined) {
          if (failure === undefined) throw new Error(`It no longer ${reason}`);
          return;
        }
        let last = failure;
        for (let runs = 1; last !== undefined && runs < mostRuns; runs++) {
          const again = await run([section]);
          last = again.find((one) => one.title === title)!.failure;
        }
        if (last !== undefined) throw new Error(last);
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const testCase =
  /<testcase package="([^"]*)" classname="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g;

function casesOf(report: string): readonly Case[] {
  return [...report.matchAll(testCase)].map(([, section, title, outcome]) => ({
    section: section!,
    title: title!,
    failure: /<(?:error|failure)>([^<]*)/.exec(outcome ?? '')?.[1],
  }));
}
