import type { ServableStatus } from '../../core/index.ts';
import { type CodeName, codeName } from '../../status/index.ts';
import type { RestReply } from './exchange.ts';
import { jsonHeaders } from './reply.ts';

interface ModelVersionStatusJson {
  readonly version: string;
  readonly state: string;
  readonly status: { readonly error_code: CodeName; readonly error_message: string };
}

/** A GetModelStatusResponse as protobuf JSON with one space of indentation (spec 5.3). */
export function statusReply(statuses: readonly ServableStatus[]): RestReply {
  const versions = statuses.map(
    ({ id, state, error }): ModelVersionStatusJson => ({
      version: String(id.version),
      state,
      status: {
        error_code: error === null ? 'OK' : codeName(error.code),
        error_message: error === null ? '' : error.message,
      },
    }),
  );
  const body = `${JSON.stringify({ model_version_status: versions }, null, 1)}\n`;
  return { status: 200, headers: jsonHeaders, body };
}
