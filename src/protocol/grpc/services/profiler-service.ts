import { ProfilerService } from '../../../proto/index.ts';
import { unimplemented } from '../../../status/index.ts';
import type { GrpcMethod, GrpcService } from '../method.ts';

/**
 * `tensorflow.ProfilerService`, which TFS registers with `--enable_profiler`: its clients (TensorBoard)
 * get a clear refusal.
 */
export function profilerService(): GrpcService {
  const refused: GrpcMethod = {
    kind: 'unary',
    handle: () => {
      throw unimplemented(
        'Serval does not profile: TensorFlow offers its profiler to programs that are linked with it only',
      );
    },
  };
  const methods = ProfilerService.methods.map(({ name }) => [name, refused] as const);
  return { descriptor: ProfilerService, methods: Object.fromEntries(methods) };
}
