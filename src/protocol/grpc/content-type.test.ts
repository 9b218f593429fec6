import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isGrpcContentType } from './content-type.ts';

test('tells gRPC with protobuf from everything else', () => {
  for (const value of [
    'application/grpc',
    'application/grpc+proto',
    'Application/GRPC',
    'application/grpc; charset=utf-8',
  ]) {
    assert.ok(isGrpcContentType(value), value);
  }
  for (const value of [
    undefined,
    '',
    'application/json',
    'application/grpc+json',
    'application/grpc-web',
    'application/grpc-web+proto',
    'application/grpcx',
    ['application/grpc'],
  ]) {
    assert.ok(!isGrpcContentType(value), String(value));
  }
});
