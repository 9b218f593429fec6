import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ClientReply } from './client/plan.ts';
import type { Contestant } from './subject.ts';

/** To its process, answered by a {@link ClientReply}. */
export interface DirectOrder {
  readonly ms: number;
}

/**
 * The engine without a server: a process that runs a model in closed loop.
 *
 * @param concurrency runs at a time
 * @param shape of the input, filled with 0.5
 */
export function directEngine(
  versionDirectory: string,
  concurrency: number,
  shape: readonly number[],
): Contestant {
  return {
    label: 'engine alone',
    async open() {
      const child = fork(
        fileURLToPath(new URL('./controls/direct-engine.ts', import.meta.url)),
        [versionDirectory, String(concurrency), JSON.stringify(shape)],
        {
          serialization: 'advanced',
          env: { ...process.env, UV_THREADPOOL_SIZE: '8', TF_CPP_MIN_LOG_LEVEL: '3' },
        },
      );
      const ended = once(child, 'exit');
      const reply = async (): Promise<ClientReply> => {
        const [first] = await Promise.race([once(child, 'message'), ended]);
        if (first === null || typeof first !== 'object') throw new Error(`it ended: ${first}`);
        return first as ClientReply;
      };
      await reply();
      return {
        pid: child.pid!,
        async closed(ms) {
          child.send({ ms } satisfies DirectOrder);
          const answer = await reply();
          if (answer.kind === 'done') return answer.record;
          throw new Error(answer.kind === 'failed' ? answer.error : `got ${answer.kind}`);
        },
        async [Symbol.asyncDispose]() {
          child.kill('SIGKILL');
          await ended;
        },
      };
    },
  };
}
