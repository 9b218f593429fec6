import type { LoggingConfig } from '../../proto/index.ts';
import type { AspiredVersionPolicyName } from '../options.ts';

/** Which of a model's versions are to be served (`ModelConfig.model_version_policy`, spec 2.2). */
export type VersionPolicy =
  /** The `count` highest, at least one. */
  | { readonly kind: 'latest'; readonly count: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'specific'; readonly versions: readonly bigint[] };

/** One model to serve, checked and complete. */
export interface ModelConfig {
  /** Distinct among the configured models; TFS allows it to be empty. */
  readonly name: string;
  /** Absolute path or URI of the folder of version directories. */
  readonly basePath: string;
  /** The kind of servable, `tensorflow` for a SavedModel. */
  readonly platform: string;
  readonly versionPolicy: VersionPolicy;
  /** `ModelConfig.serval.aspired_version_policy`, Serval's own; null: the server's. */
  readonly aspiredVersionPolicy: AspiredVersionPolicyName | null;
  /** `ModelConfig.serval.batching`, Serval's own: whether it is AUTO. */
  readonly isBatchedAdaptively: boolean;
  /** `ModelConfig.serval.target_p99_ms`; 0: the server's. */
  readonly targetP99Ms: number;
  /** Versions by label (spec 4.9): int64, and not known to exist. */
  readonly labels: ReadonlyMap<string, bigint>;
  /** What to log of the model's requests (spec 9); null: nothing. */
  readonly loggingConfig: LoggingConfig | null;
}
