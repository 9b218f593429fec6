import type { SpecText } from './spec-text.ts';

const ofBatch = 'requests of other shapes are in batches of their own';
const ofQueue = 'needs runs under way: brought about where queues are tested';

/** Of batching (spec 7). */
export const batchingTexts: readonly SpecText[] = [
  { id: 'batch-threads', section: '7.2', text: 'num_batch_threads must be positive; was <n>' },
  {
    id: 'batch-sizes',
    section: '7.2',
    text: 'Last entry in allowed_batch_sizes must match max_batch_size; last entry was <a>; expected <b>',
  },
  { id: 'batch-limit', section: '7.2', text: 'input_batch_size_limit must be positive; was 0' },
  {
    id: 'batch-timeout',
    section: '7.2',
    text: 'batch_timeout_micros must be non-negative; was <n>',
  },
  { id: 'batch-queue', section: '7.2', text: 'max_enqueued_batches must be positive; was 0' },
  {
    id: 'batch-splitting',
    section: '7.2',
    text: 'When enable_large_batch_splitting is true, input_batch_size_limit must be greater than or equal to max_execution_batch_size.',
  },
  {
    id: 'batch-no-input',
    section: '7.3',
    text: 'Batching Run() must have at least one input tensor',
  },
  {
    id: 'batch-scalar',
    section: '7.3',
    text: 'Batching Run() input tensors must have at least one dimension',
  },
  {
    id: 'batch-uneven',
    section: '7.3',
    text: 'Batching Run() input tensors must have equal 0th-dimension size',
  },
  {
    id: 'batch-task-size',
    section: '7.3',
    text: 'Task size <n> is larger than maximum input batch size <m>',
  },
  {
    id: 'batch-queue-full',
    section: '7.3',
    text: 'The batch scheduling queue to which this task was submitted is full; currently ',
    unreachable: ofQueue,
    provedBy: 'test/batching/batching.test.ts',
  },
  {
    id: 'batch-shapes',
    section: '7.4',
    text: "Tensors with name '<t>' from different tasks have different shapes and padding is turned off.",
    unreachable: ofBatch,
  },
  {
    id: 'batch-ranks',
    section: '7.4',
    text: 'Only tensors with rank from 1 to 6 can be padded.',
    unreachable: ofBatch,
  },
  {
    id: 'batch-empty',
    section: '7.4',
    text: 'Got empty tensor in batch of non-empty tensors.',
    unreachable: ofBatch,
  },
  { id: 'batch-output-rank', section: '7.4', text: 'Batched output tensor has 0 dimensions' },
  {
    id: 'batch-output-size',
    section: '7.4',
    text: "Batched output tensor's 0th dimension does not equal the sum of the 0th dimension sizes of the input tensors",
  },
  {
    id: 'batch-deadline',
    section: '7.5',
    text: 'Run() timeout exceeded while waiting in batching queue',
    unreachable: ofQueue,
    provedBy: 'test/batching/batching.test.ts',
  },
];
