/** Which model, version and signature is asked. At most one of version and label is given. */
export interface ModelChoice {
  readonly name: string;
  readonly version: bigint | null;
  readonly label: string | null;
  readonly signature: string;
}

/** `/v1/models/<name>`, with the version or label. */
export function modelPath({ name, version, label }: ModelChoice): string {
  const base = `/v1/models/${encodeURIComponent(name)}`;
  if (version !== null) return `${base}/versions/${version}`;
  return label === null ? base : `${base}/labels/${encodeURIComponent(label)}`;
}

/** The fields of a ModelSpec. */
export function modelSpec({ name, version, label, signature }: ModelChoice) {
  const spec = { name, signatureName: signature };
  if (version !== null) {
    return { ...spec, versionChoice: { case: 'version' as const, value: { value: version } } };
  }
  if (label !== null) {
    return { ...spec, versionChoice: { case: 'versionLabel' as const, value: label } };
  }
  return spec;
}
