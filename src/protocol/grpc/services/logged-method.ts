import { LogField, type RequestLog, type RequestSample } from '../../../inference/index.ts';
import { type Bytes, WireReader, WireType, wireTag } from '../../../util/index.ts';
import { frameHeaderLength } from '../frame.ts';
import type { UnaryMethod } from '../method.ts';

/** `model_spec` of the requests, `name` of a ModelSpec, `tasks` of a MultiInferenceRequest. */
const firstTag = wireTag(1, WireType.LENGTH);

/** A method whose successful calls are logged where their model's are, with the bytes they came in. */
export function loggedMethod(
  log: RequestLog | undefined,
  field: LogField,
  method: UnaryMethod,
): UnaryMethod {
  if (log === undefined) return method;
  const room = method.hasHeaderRoom === true ? frameHeaderLength : 0;
  const add = (sample: RequestSample, message: Bytes, reply: Uint8Array): Uint8Array => {
    sample.add(field, message, room === 0 ? reply : reply.subarray(room));
    return reply;
  };
  return {
    ...method,
    handle: (message, call) => {
      const reply = method.handle(message, call);
      if (!log.isActive) return reply;
      const name = modelName(message, field);
      const sample = name === null ? null : log.sample(name);
      if (sample === null) return reply;
      if (reply instanceof Uint8Array) return add(sample, message, reply);
      return reply.then((bytes) => add(sample, message, bytes));
    },
  };
}

/** The model that a request is for; null where the message is none. */
function modelName(message: Bytes, field: LogField): string | null {
  const reader = new WireReader(message);
  try {
    for (let depth = field === LogField.MULTI_INFERENCE ? 2 : 1; depth > 0; depth--) {
      if (!reader.find(firstTag)) return '';
      reader.enter();
    }
    return reader.find(firstTag) ? reader.string() : '';
  } catch {
    // The method itself refuses it.
    return null;
  }
}
