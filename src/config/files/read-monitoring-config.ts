import { MonitoringConfigSchema } from '../../proto/index.ts';
import type { ServerOptions } from '../options.ts';
import { readTextProtoFile } from './text-proto-file.ts';

const defaultPath = '/monitoring/prometheus/metrics';

/**
 * The path of the Prometheus page (spec 2.3); null: there is none. The file is read only where REST is
 * served, as by TFS.
 *
 * @throws StatusError as `readTextProtoFile` does
 */
export async function readMetricsPath({
  monitoringConfigFile,
  restApiPort,
}: Pick<ServerOptions, 'monitoringConfigFile' | 'restApiPort'>): Promise<string | null> {
  if (monitoringConfigFile === '' || restApiPort === 0) return null;
  const { prometheusConfig } = await readTextProtoFile(
    MonitoringConfigSchema,
    monitoringConfigFile,
  );
  if (!prometheusConfig?.enable) return null;
  return prometheusConfig.path || defaultPath;
}
