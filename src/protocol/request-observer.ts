import { Code, StatusError } from '../status/index.ts';

/** Is told how each request ended, at once: it must be quick, and not throw. */
export interface RequestObserver {
  /**
   * @param api `Predict` and so on over gRPC, the verb of the path over REST, else empty
   * @param modelName as the request has it; may name no model
   * @param microseconds from when the request was whole until its reply was made
   */
  requestDone(
    entrypoint: 'GRPC' | 'REST',
    api: string,
    modelName: string,
    code: Code,
    microseconds: number,
  ): void;
}

/** Answers a call over gRPC and tells the observer, if there is one. @throws what `answer` does */
export function observed<Reply>(
  observer: RequestObserver | undefined,
  api: string,
  modelName: string,
  answer: () => Reply | Promise<Reply>,
): Reply | Promise<Reply> {
  if (observer === undefined) return answer();
  const began = performance.now();
  const tell = (code: Code): void =>
    observer.requestDone('GRPC', api, modelName, code, (performance.now() - began) * 1000);
  try {
    const reply = answer();
    if (reply instanceof Promise) {
      reply.then(
        () => tell(Code.OK),
        (error: unknown) => tell(StatusError.from(error).code),
      );
    } else tell(Code.OK);
    return reply;
  } catch (error) {
    tell(StatusError.from(error).code);
    throw error;
  }
}
