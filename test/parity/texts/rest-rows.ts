import { restBatchingRows } from './rest-batching-rows.ts';
import { restExamplesRows } from './rest-examples-rows.ts';
import { restRequestRows } from './rest-request-rows.ts';
import { restRouteRows } from './rest-route-rows.ts';
import type { RestRow } from './rest-row.ts';
import { restValueRows } from './rest-value-rows.ts';

export const restRows: readonly RestRow[] = [
  ...restRouteRows,
  ...restRequestRows,
  ...restValueRows,
  ...restExamplesRows,
  ...restBatchingRows,
];
