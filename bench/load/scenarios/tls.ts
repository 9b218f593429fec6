import { Authority, sslConfigText } from '../../../src/security/testing/certificates.ts';
import { compareCpu } from '../compare-cpu.ts';
import { serval } from '../contestants.ts';
import type { Interview } from '../interview.ts';
import {
  halfPlusTwoFlags as flags,
  grpcThreeFloats,
  restThreeFloats,
} from '../models/half-plus-two.ts';
import type { Result, Scenario } from '../scenario.ts';

const interviews: readonly (readonly [string, Interview])[] = [
  ['REST', { protocol: 'rest', connections: 16, questions: [restThreeFloats] }],
  ['gRPC', { protocol: 'grpc', connections: 16, questions: [grpcThreeFloats] }],
];

/** What TLS adds to a tiny predict on connections that are kept. */
export const tls: Scenario = {
  name: 'tls',
  async run(context) {
    using authority = new Authority();
    const file = authority.write('ssl.config', sslConfigText(authority.issue('server')));
    const secure = [...flags, `--ssl_config_file=${file}`, `--rest_api_ssl_config_file=${file}`];
    const results: Result[] = [];
    for (const [protocol, interview] of interviews) {
      const overTls = { ...interview, tlsRoot: authority.root };
      results.push(
        await compareCpu(context, {
          scenario: this.name,
          what: `${protocol} predict, tiny model, CPU a request over TLS / in plain text`,
          subject: serval(context, overTls, secure, 'TLS'),
          control: serval(context, interview, flags, 'plain'),
          others: [],
          must: null,
          aim: null,
        }),
      );
    }
    return {
      rows: results.flatMap(({ rows }) => rows),
      samples: results.flatMap(({ samples }) => samples),
    };
  },
};
