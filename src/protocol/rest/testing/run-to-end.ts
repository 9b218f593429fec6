export { runToEnd } from '../../../util/testing/run-to-end.ts';
