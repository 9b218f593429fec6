/** What a running server writes to its log. */
export interface LogRow {
  /** Of a text in `spec/`; a word behind `#` tells rows of one text apart. */
  readonly key: string;
  /** Exact, up to the end of the line; `BASE` stands for the folder of the models. */
  readonly text: string;
}

/** Of a command line, versions and configuration files (spec 1.1, 2.5, 3). */
export const logRows: readonly LogRow[] = [
  { key: 'flag-unknown', text: 'unknown argument: --no_such_flag=1' },
  {
    key: 'versions-duplicate',
    text: 'Duplicate version directories detected. Version 1 will be loaded from 1, 001 will be ignored.',
  },
  {
    key: 'versions-specific',
    text: "Version 9 of servable specific, which was requested to be served as a 'specific' version in the servable's version policy, was not found in the file system",
  },
  {
    key: 'versions-none',
    text: "Waiting for model none (looking again every 1 s): No versions of servable none found under base path BASE/none. Did you forget to name your leaf directory as a number (eg. '/1/')?",
  },
  {
    key: 'base-path',
    text: 'Waiting for model nowhere (looking again every 1 s): Could not find base path BASE/nowhere for servable nowhere with error NOT_FOUND: BASE/nowhere; No such file or directory',
  },
  {
    key: 'file-system',
    text: 'FileSystemStoragePathSource encountered a filesystem access error: Could not find base path BASE/moved for servable moved with error NOT_FOUND: BASE/moved; No such file or directory. Servable moved keeps its versions until BASE/moved can be read again',
  },
  {
    key: 'versions-kept',
    text: "Refusing to unload all versions for Servable: emptied. No versions of servable emptied found under base path BASE/emptied. Did you forget to name your leaf directory as a number (eg. '/1/')?",
  },
  {
    key: 'poll-unreadable',
    text: "Failed to read ModelServerConfig file: Invalid protobuf file: 'BASE/models.config'",
  },
  {
    key: 'poll-refused',
    text: 'PollFilesystemAndReloadConfig failed to ReloadConfig: Model a requests unsupported platform zz',
  },
  {
    key: 'reload-failed',
    text: 'PollFilesystemAndReloadConfig failed to ReloadConfig: 1 model(s) did not become available: {{{name: wrong_tags version: 1} due to error: NOT_FOUND: Could not find meta graph def matching supplied tags: { serve }. To inspect available tag-sets in the SavedModel, please use the SavedModel CLI: `saved_model_cli`}, }',
  },
  {
    key: 'reload-transition',
    text: 'PollFilesystemAndReloadConfig failed to ReloadConfig: Cannot transition to requested config. It is only legal to transition from one ModelConfigList to another.',
  },
];
