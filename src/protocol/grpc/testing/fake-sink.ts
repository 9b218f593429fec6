import type { GrpcHeaders, GrpcSink } from '../exchange.ts';

/** Keeps what a call sends, decoded; `isFull` is what a slow transport would say. */
export class FakeSink implements GrpcSink {
  headers: GrpcHeaders | null = null;
  trailers: GrpcHeaders | null = null;
  readonly messages: string[] = [];
  isFull = false;
  isPaused = false;

  refuse(headers: GrpcHeaders): void {
    this.headers = headers;
    this.trailers = headers;
  }

  reply(headers: GrpcHeaders, frame: Uint8Array, trailers: GrpcHeaders): void {
    this.start(headers);
    this.send(frame);
    this.finish(trailers);
  }

  start(headers: GrpcHeaders): void {
    this.headers = headers;
  }

  send(frame: Uint8Array): boolean {
    this.messages.push(Buffer.from(frame.subarray(5)).toString());
    return !this.isFull;
  }

  finish(trailers: GrpcHeaders): void {
    this.trailers = trailers;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }
}
