import type { Logger } from '../../telemetry/index.ts';
import type { Address } from '../ffi/index.ts';
import type { TensorFlowApi } from './declarations.ts';
import { newStatus, throwIfError } from './status.ts';

/** The types of the devices that a session runs ops on, such as `CPU` and `GPU`. @throws StatusError TensorFlow's. */
export function deviceTypesOf(api: TensorFlowApi, session: Address): ReadonlySet<string> {
  const status = newStatus(api);
  try {
    const list = api.TF_SessionListDevices(session, status.address);
    throwIfError(api, status.address);
    try {
      const types = new Set<string>();
      for (let i = 0; i < api.TF_DeviceListCount(list); i++) {
        types.add(api.TF_DeviceListType(list, i, status.address));
        throwIfError(api, status.address);
      }
      return types;
    } finally {
      api.TF_DeleteDeviceList(list);
    }
  } finally {
    status.close();
  }
}

/** Warns of each of `settings`, which are for GPUs, where TensorFlow has found none. */
export function warnWithoutGpu(
  deviceTypes: ReadonlySet<string>,
  settings: readonly string[],
  logger: Logger,
): void {
  if (deviceTypes.has('GPU')) return;
  for (const setting of settings) {
    logger.warn(`${setting} has no effect: TensorFlow finds no GPU.`);
  }
}
