/** Which model, version and signature a call names, from either protocol (spec 6.2, ModelSpec). */
export interface ModelSpec {
  readonly name: string;
  /** At most one of version and label is set. */
  readonly version: bigint | null;
  readonly label: string | null;
  /** As the client sent it; empty means `serving_default`. */
  readonly signatureName: string;
}

export const defaultSignatureName = 'serving_default';
