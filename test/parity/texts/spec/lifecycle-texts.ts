import type { SpecText } from './spec-text.ts';

/** Of loads, lookups and warm-ups (spec 4, 8, 11). */
export const lifecycleTexts: readonly SpecText[] = [
  { id: 'load-cancelled', section: '4.5', text: 'Loading of servable cancelled' },
  {
    id: 'load-resources',
    section: '4.5',
    text: 'Insufficient resources to load servable {name: <n> version: <v>}',
  },
  {
    id: 'load-estimate',
    section: '4.5',
    text: 'Error while attempting to reserve resources to load servable ',
    unreachable: 'needs a file system that fails between the look at a version and its load',
    provedBy: 'src/core/basic-manager.test.ts',
  },
  {
    id: 'start-failed',
    section: '4.6',
    text: '<k> servable(s) did not become available: {{{name: <n> version: <v>} due to error: <STATUS>}, }',
  },
  { id: 'no-model-spec', section: '4.8', text: 'Missing ModelSpec' },
  { id: 'empty-name', section: '4.8', text: 'ModelSpec has no name specified.' },
  { id: 'lookup-latest', section: '4.8', text: 'Servable not found for request: Latest(<n>)' },
  {
    id: 'lookup-specific',
    section: '4.8',
    text: 'Servable not found for request: Specific(<n>, <v>)',
  },
  { id: 'lookup-label', section: '4.8', text: 'Unrecognized servable version label: <label>' },
  { id: 'labels-uninitialized', section: '4.8', text: 'Model labels does not init yet.<label>' },
  {
    id: 'other-platform',
    section: '4.8',
    text: "Servable type doesn't match the asked for type.",
    unreachable: 'every platform that can be configured has SavedModels',
  },
  {
    id: 'no-platform',
    section: '4.8',
    text: 'No platform found for model',
    unreachable: 'a model of an unknown platform is refused before: requests unsupported platform',
    provedBy: 'src/core/source-adapter.test.ts',
  },
  {
    id: 'label-unavailable',
    section: '4.9',
    text: 'Request to assign label to version <v> of model <n>, which is not currently available for inference',
  },
  { id: 'warmup-type', section: '8', text: 'Unsupported log_type for warmup: <n>' },
  {
    id: 'warmup-limit',
    section: '8',
    text: 'Number of warmup records exceeds the maximum (1000) at <path>',
  },
  { id: 'warmup-parse', section: '8', text: 'Failed to parse warmup record: <bytes> from <path>' },
  {
    id: 'warmup-format',
    section: '8',
    text: 'corrupted record at 0 (Is this even a TFRecord file?). Please verify your warmup data is in TFRecord format.',
  },
  {
    id: 'warmup-record-at-12',
    section: '8',
    text: 'corrupted record at 12. Please verify your warmup data is in TFRecord format.',
  },
  {
    id: 'warmup-truncated',
    section: '8',
    text: "truncated record at 0' failed with Read less bytes than requested. Please verify your warmup data is in TFRecord format.",
  },
  {
    id: 'no-saved-model',
    section: '11.1',
    text: 'Specified file path does not appear to contain a SavedModel bundle (should have a file called `saved_model.pb`)\nSpecified file path: <p>',
  },
  {
    id: 'no-session-bundle',
    section: '11.1',
    text: 'Session Bundle is deprecated and removed.',
  },
  {
    id: 'no-tags',
    section: '11.2',
    text: 'Could not find meta graph def matching supplied tags: { serve }. To inspect available tag-sets in the SavedModel, please use the SavedModel CLI: `saved_model_cli`',
  },
];
